//! The texts that the tests of this package look at.

use std::fs;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

/// The workspace's folder.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("..")
        .canonicalize()
        .expect("the package is in a workspace")
}

/// The Markdown files of the book, with their text.
pub(crate) fn chapters() -> Vec<(PathBuf, String)> {
    files(&root().join("book/chapters"), "md")
}

/// The files below `folder` that end in `.extension`, with their text.
fn files(folder: &Path, extension: &str) -> Vec<(PathBuf, String)> {
    let skipped = ["target", ".git"];
    WalkDir::new(folder)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|entry| {
            !skipped.iter().any(|name| entry.file_name() == *name)
        })
        .map(|entry| entry.expect("the workspace can be read").into_path())
        .filter(|path| path.extension().is_some_and(|e| e == extension))
        .map(|path| {
            let text = fs::read_to_string(&path).expect("a text file");
            (path, text)
        })
        .collect()
}

/// The lines between `ANCHOR: name` and `ANCHOR_END: name`, marks left out.
pub(crate) fn anchored<'a>(text: &'a str, name: &str) -> Vec<&'a str> {
    let start = format!("ANCHOR: {name}");
    let end = format!("ANCHOR_END: {name}");
    text.lines()
        .skip_while(|line| !line.trim_end().ends_with(&start))
        .skip(1)
        .take_while(|line| !line.trim_end().ends_with(&end))
        .filter(|line| !line.contains("ANCHOR: "))
        .filter(|line| !line.contains("ANCHOR_END: "))
        .collect()
}

/// Every `// ANCHOR: name` in the Rust sources of the workspace.
pub(crate) fn marked(root: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for (path, text) in files(root, "rs") {
        for line in text.lines() {
            if let Some(name) = line.trim().strip_prefix("// ANCHOR: ") {
                found.push((path.clone(), name.to_owned()));
            }
        }
    }
    found
}
