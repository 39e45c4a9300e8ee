//! The pages that the tests open, written once for all of them.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};

use tempfile::TempDir;
use walkdir::WalkDir;

/// The book, and a page with all of its players.
///
/// Tests that run at a time share it; it goes with the last that holds it,
/// since what is static is never dropped, and a folder has to be removed.
pub(crate) struct Shared {
    folder: TempDir,
    pages: Vec<String>,
    gallery: OnceLock<(TempDir, String)>,
}

static SHARED: Mutex<Weak<Shared>> = Mutex::new(Weak::new());

impl Shared {
    /// Returns the book that another test holds, or a new one.
    fn get() -> Arc<Self> {
        let lock = SHARED.lock();
        // A test whose book did not build has said so; this one tries again.
        let mut shared = lock.unwrap_or_else(PoisonError::into_inner);
        shared.upgrade().unwrap_or_else(|| {
            let new = Arc::new(Self::new());
            *shared = Arc::downgrade(&new);
            new
        })
    }

    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let source = Path::new(env!("CARGO_MANIFEST_DIR"));
        book::build_into(source, folder.path()).expect("the book builds");
        let pages = addresses(folder.path());
        Self { folder, pages, gallery: OnceLock::new() }
    }

    /// Returns the folder of the book.
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }
}

/// Returns the addresses of the pages that a reader opens one by one.
fn addresses(folder: &Path) -> Vec<String> {
    let mut pages: Vec<PathBuf> = WalkDir::new(folder)
        .into_iter()
        .map(|entry| entry.expect("the book can be read").into_path())
        .filter(|path| path.extension().is_some_and(|e| e == "html"))
        // A part of pages, a server's page, and one that opens a dialogue.
        .filter(|path| !path.ends_with("toc.html"))
        .filter(|path| !path.ends_with("404.html"))
        .filter(|path| !path.ends_with("print.html"))
        .collect();
    pages.sort();
    let address = |path: &PathBuf| format!("file://{}", path.display());
    pages.iter().map(address).collect()
}

/// Returns the book, which lasts as long as it is held, and its pages.
pub(crate) fn build() -> (Arc<Shared>, Vec<String>) {
    let shared = Shared::get();
    let pages = shared.pages.clone();
    (shared, pages)
}

/// Returns the pages whose HTML has this text: those that a test is about.
pub(crate) fn with<'a>(pages: &'a [String], text: &str) -> Vec<&'a String> {
    let has = |page: &&String| {
        let path = page.strip_prefix("file://").expect("it is on the disk");
        let html = fs::read_to_string(path).expect("pages are text");
        html.contains(text)
    };
    pages.iter().filter(has).collect()
}

/// Returns a book of one page with every recording there is, and lanes.
pub(crate) fn gallery() -> (Arc<Shared>, String) {
    let shared = Shared::get();
    let (_, page) = shared.gallery.get_or_init(|| {
        let play = |name: &&str| format!("{{{{#play {name}}}}}");
        let plays: Vec<String> = book::RECORDINGS.iter().map(play).collect();
        let lanes = "{{#lanes queue-locks/three_state_if_for_while}}\n\n\
                     {{#lanes finalizers/pool_no_fences}}";
        book_of(&format!("# All\n\n{}\n\n{lanes}\n", plays.join("\n\n")))
    });
    let page = page.clone();
    (shared, page)
}

/// Returns a book of one page with this text.
pub(crate) fn book_of(text: &str) -> (TempDir, String) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let source = Path::new(env!("CARGO_MANIFEST_DIR"));
    let place = |path: &str| folder.path().join(path);
    fs::create_dir_all(place("player")).expect("it is writable");
    fs::create_dir_all(place("chapters")).expect("it is writable");
    for entry in fs::read_dir(source.join("player")).expect("it is there") {
        let file = entry.expect("it can be read").path();
        let name = file.file_name().expect("a file has a name");
        fs::copy(&file, place("player").join(name)).expect("it is copied");
    }
    fs::copy(source.join("book.toml"), place("book.toml"))
        .expect("it is copied");
    fs::write(place("chapters/SUMMARY.md"), "- [All](all.md)\n")
        .expect("it is writable");
    fs::write(place("chapters/all.md"), text).expect("it is writable");
    book::build_into(folder.path(), &place("out")).expect("it builds");
    let page = format!("file://{}", place("out/all.html").display());
    (folder, page)
}
