//! The texts that the tests of this package look at.

#![allow(dead_code, reason = "no test looks at all of them")]

pub(crate) mod blocks;
pub(crate) mod go;

use std::fs;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

/// Returns the workspace's folder.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("..")
        .canonicalize()
        .expect("the package is in a workspace")
}

/// Returns the Markdown files of the book, with their text.
pub(crate) fn chapters() -> Vec<(PathBuf, String)> {
    files(&root().join("book/chapters"), "md")
}

/// Returns the files below `folder` that end in `.extension`, with their text.
pub(crate) fn files(folder: &Path, extension: &str) -> Vec<(PathBuf, String)> {
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

/// Returns a line of a file, to click on.
pub(crate) fn place(path: &Path, line: usize) -> String {
    let path = path.strip_prefix(root()).unwrap_or(path).display().to_string();
    format!("{path}:{line}")
}
