//! The book stays small enough for a slow line.

use std::fs;
use std::path::Path;

use scraper::{Html, Selector};
use walkdir::WalkDir;

/// Bytes of the whole book.
const BOOK: u64 = 8_000_000;

/// Bytes of the scripts that a page loads and that are ours.
const SCRIPTS: u64 = 120_000;

#[test]
fn the_book_and_the_scripts_of_its_pages_are_small() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let source = Path::new(env!("CARGO_MANIFEST_DIR"));
    book::build_into(source, folder.path()).expect("the book builds");

    let mut whole = 0;
    let mut pages = 0;
    for entry in WalkDir::new(folder.path()) {
        let entry = entry.expect("the book can be read");
        let data = entry.metadata().expect("it can be read");
        whole += if data.is_file() { data.len() } else { 0 };
        let page = entry.path();
        if page.extension().is_some_and(|e| e == "html") {
            let size = scripts(page);
            assert!(size < SCRIPTS, "{}: {size}", page.display());
            pages += usize::from(size > 0);
        }
    }
    assert!(pages > 0, "no page has scripts of ours");
    assert!(whole < BOOK, "the book has {whole} bytes");
}

/// Returns the bytes of the page's scripts that stand in `player/`.
fn scripts(page: &Path) -> u64 {
    let html = fs::read_to_string(page).expect("pages are text");
    let selector = Selector::parse("script[src]").expect("it is valid");
    Html::parse_document(&html)
        .select(&selector)
        .filter_map(|script| script.attr("src"))
        .filter(|source| source.contains("player/"))
        .map(|source| page.with_file_name(source))
        .map(|path| fs::metadata(path).expect("it is there").len())
        .sum()
}
