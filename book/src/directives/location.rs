//! A line of a chapter, for errors to name.

use std::fmt;
use std::path::{Path, PathBuf};

/// A line of a chapter.
#[derive(Clone, Debug)]
pub(crate) struct Location {
    /// The folder of all chapters.
    pub(crate) chapters: PathBuf,
    /// The chapter's file in that folder.
    pub(crate) file: PathBuf,
    /// Counted from 1.
    pub(crate) line: usize,
}

impl Location {
    /// Returns the line that is `lines` further down.
    pub(crate) fn down(&self, lines: usize) -> Self {
        Self { line: self.line + lines, ..self.clone() }
    }

    /// Returns the file with slashes, also on a system whose paths have none.
    pub(crate) fn chapter(&self) -> String {
        let parts = self.file.iter().map(|part| part.to_string_lossy());
        parts.collect::<Vec<_>>().join("/")
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let file: &Path = &self.chapters.join(&self.file);
        write!(f, "{}:{}", file.display(), self.line)
    }
}
