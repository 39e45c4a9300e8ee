//! What can be wrong with the input.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// Why results could not be read.
///
/// The message names the file, the line where there is one, and what to do.
#[derive(Debug)]
pub struct Error {
    kind: Kind,
    path: PathBuf,
}

#[derive(Debug)]
enum Kind {
    NoResults,
    Usage(String),
    UnknownBaseline { name: String, existing: Vec<String> },
    Emptied { baseline: String },
    Malformed { line: usize, column: usize, what: String },
    Io(io::Error),
}

impl Error {
    /// Returns the error that nothing was measured yet in `directory`.
    pub fn no_results(directory: &Path) -> Self {
        Self::new(Kind::NoResults, directory)
    }

    /// Returns the error that something impossible was asked for.
    pub fn usage(what: &str) -> Self {
        Self::new(Kind::Usage(what.to_owned()), Path::new(""))
    }

    pub(crate) fn unknown_baseline(
        directory: &Path,
        name: &str,
        existing: Vec<String>,
    ) -> Self {
        let name = name.to_owned();
        Self::new(Kind::UnknownBaseline { name, existing }, directory)
    }

    pub(crate) fn emptied(path: &Path, baseline: &str) -> Self {
        let baseline = baseline.to_owned();
        Self::new(Kind::Emptied { baseline }, path)
    }

    pub(crate) fn json(path: &Path, error: &serde_json::Error) -> Self {
        // Its text ends with the position, which our message has in front.
        let text = error.to_string();
        let what = text.split(" at line ").next().unwrap_or(&text);
        Self::malformed(path, error.line(), error.column().max(1), what)
    }

    pub(crate) fn malformed(
        path: &Path,
        line: usize,
        column: usize,
        what: &str,
    ) -> Self {
        let what = what.to_owned();
        Self::new(Kind::Malformed { line, column, what }, path)
    }

    /// Returns the error that a file or program could not be used.
    pub fn io(path: &Path, error: io::Error) -> Self {
        Self::new(Kind::Io(error), path)
    }

    /// Returns the same error about a file in `folder`.
    pub(crate) fn within(mut self, folder: &Path) -> Self {
        self.path = folder.join(self.path);
        self
    }

    fn new(kind: Kind, path: &Path) -> Self {
        let path = path.to_owned();
        Self { kind, path }
    }

    /// Returns the file or directory that the error is about.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.display();
        match &self.kind {
            Kind::NoResults => write!(
                f,
                "{path}: no criterion results here yet; measure first: \
                 `cargo bench -- --save-baseline old`, edit, `cargo bench`, \
                 then compare `old new`"
            ),
            Kind::Usage(what) => f.write_str(what),
            Kind::UnknownBaseline { name, existing } => write!(
                f,
                "{path}: no baseline `{name}`; there are: {} (nor is there a \
                 file of that name)",
                existing.join(", ")
            ),
            Kind::Emptied { baseline } if is_reserved(baseline) => write!(
                f,
                "{path}:1:1: the file is empty: criterion truncates its own \
                 files when it saves a baseline under a name that it uses \
                 itself, as `--save-baseline {baseline}` does; run \
                 `cargo bench` without it: the latest run is always `new`"
            ),
            Kind::Emptied { .. } => write!(
                f,
                "{path}:1:1: the file is empty: the run that wrote it was cut \
                 short; measure again"
            ),
            Kind::Malformed { line, column, what } => {
                write!(f, "{path}:{line}:{column}: {what}")
            }
            Kind::Io(error) => write!(f, "{path}: {error}"),
        }
    }
}

/// Returns true for names that criterion itself writes under (criterion 0.8.2,
/// `src/analysis/mod.rs`).
fn is_reserved(baseline: &str) -> bool {
    ["new", "base", "change", "report"].contains(&baseline)
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.kind {
            Kind::Io(error) => Some(error),
            _ => None,
        }
    }
}
