//! What can be wrong with an input, and where.

use std::fmt;
use std::io;

use support::visible::visible;

/// Why profiles could not be read, merged or written.
///
/// Its text names the input and, where there is one, the line and column;
/// control characters in it are shown by their numbers.
#[derive(Debug)]
pub struct Error {
    kind: ErrorKind,
    input: String,
    location: Option<Location>,
}

/// A line of an input.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Location {
    line: u64,
    column: usize,
    text: String,
}

#[derive(Debug)]
enum ErrorKind {
    Io(io::Error),
    Malformed(String),
    Conflict(String),
    MixedModes(String),
}

/// How much of a bad line a message shows.
const SHOWN: usize = 120;

impl Error {
    pub(crate) fn io(input: &str, error: io::Error) -> Self {
        Self::new(ErrorKind::Io(error), input)
    }

    pub(crate) fn malformed(input: &str, what: impl Into<String>) -> Self {
        Self::new(ErrorKind::Malformed(what.into()), input)
    }

    pub(crate) fn conflict(path: &str, what: String) -> Self {
        Self::new(ErrorKind::Conflict(what), path)
    }

    /// Returns the error that the mode `here` of `input` cannot be merged with
    /// the mode `before` of the input `of`.
    pub(crate) fn mixed_modes(
        input: &str,
        here: &str,
        before: &str,
        of: &str,
    ) -> Self {
        let what = format!(
            "this profile has mode {here}, but {of} has mode {before}; run \
             all tests with the same -covermode, or merge with --mode set"
        );
        Self::new(ErrorKind::MixedModes(what), input)
    }

    fn new(kind: ErrorKind, input: &str) -> Self {
        Self { kind, input: input.to_owned(), location: None }
    }

    /// Adds where it is: a line, a column (both from 1), and the line's text.
    pub(crate) fn at(mut self, line: u64, column: usize, text: &[u8]) -> Self {
        let text = String::from_utf8_lossy(text);
        let mut shown: String = text.chars().take(SHOWN).collect();
        if shown.len() < text.len() {
            shown.push('…');
        }
        self.location = Some(Location { line, column, text: shown });
        self
    }

    /// Returns whether the system refused to read or write.
    pub fn is_io(&self) -> bool {
        matches!(self.kind, ErrorKind::Io(_))
    }

    /// Returns whether there is no such file.
    pub(crate) fn is_missing(&self) -> bool {
        let missing = io::ErrorKind::NotFound;
        matches!(&self.kind, ErrorKind::Io(error) if error.kind() == missing)
    }

    /// Returns whether an input is no valid profile.
    pub fn is_malformed(&self) -> bool {
        matches!(self.kind, ErrorKind::Malformed(_))
    }

    /// Returns whether valid inputs describe the same source file differently.
    pub fn is_conflict(&self) -> bool {
        matches!(self.kind, ErrorKind::Conflict(_))
    }

    /// Returns whether the inputs were made in modes that cannot be merged.
    pub fn is_mixed_modes(&self) -> bool {
        matches!(self.kind, ErrorKind::MixedModes(_))
    }

    /// Returns the input (or output) that is meant.
    pub fn input(&self) -> &str {
        &self.input
    }

    /// Returns the line in the input, from 1.
    pub fn line(&self) -> Option<u64> {
        self.location.as_ref().map(|location| location.line)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&visible(&self.input))?;
        if let Some(location) = &self.location {
            write!(f, ":{}:{}", location.line, location.column)?;
        }
        write!(f, ": {}", self.kind)?;
        match &self.location {
            Some(Location { text, .. }) if !text.is_empty() => {
                write!(f, "\n  in the line {text:?}")
            }
            _ => Ok(()),
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => error.fmt(f),
            Self::Malformed(what)
            | Self::Conflict(what)
            | Self::MixedModes(what) => {
                let lines: Vec<_> = what.lines().map(visible).collect();
                f.write_str(&lines.join("\n"))
            }
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.kind {
            ErrorKind::Io(error) => Some(error),
            _ => None,
        }
    }
}
