//! What can be wrong with an input, and where.

use std::fmt;
use std::io;

use crate::profile::mode::Mode;

/// Why profiles could not be read, merged or written.
///
/// Its text names the input and, where there is one, the line and column.
#[derive(Debug)]
pub struct Error {
    kind: Kind,
    input: String,
    place: Option<Place>,
}

/// A line of an input.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Place {
    line: u64,
    column: usize,
    text: String,
}

#[derive(Debug)]
enum Kind {
    Io(io::Error),
    Malformed(String),
    Conflict(String),
    MixedModes { here: Mode, before: (Mode, String) },
}

/// How much of a bad line a message shows.
const SHOWN: usize = 120;

impl Error {
    pub(crate) fn io(input: &str, error: io::Error) -> Self {
        Self::new(Kind::Io(error), input)
    }

    pub(crate) fn malformed(input: &str, what: impl Into<String>) -> Self {
        Self::new(Kind::Malformed(what.into()), input)
    }

    pub(crate) fn conflict(path: &str, what: String) -> Self {
        Self::new(Kind::Conflict(what), path)
    }

    /// Mode `here` of `input` cannot be merged with `mode` of input `of`.
    pub(crate) fn mixed_modes(
        input: &str,
        here: Mode,
        mode: Mode,
        of: &str,
    ) -> Self {
        let before = (mode, of.to_owned());
        Self::new(Kind::MixedModes { here, before }, input)
    }

    fn new(kind: Kind, input: &str) -> Self {
        Self { kind, input: input.to_owned(), place: None }
    }

    /// Says where: a line, a column (both from 1), and the line's text.
    pub(crate) fn at(mut self, line: u64, column: usize, text: &[u8]) -> Self {
        let text = String::from_utf8_lossy(text);
        let mut shown: String = text.chars().take(SHOWN).collect();
        if shown.len() < text.len() {
            shown.push('…');
        }
        self.place = Some(Place { line, column, text: shown });
        self
    }

    /// Whether the system refused to read or write.
    pub fn is_io(&self) -> bool {
        matches!(self.kind, Kind::Io(_))
    }

    /// Whether an input is no valid profile.
    pub fn is_malformed(&self) -> bool {
        matches!(self.kind, Kind::Malformed(_))
    }

    /// Whether valid inputs describe the same source file differently.
    pub fn is_conflict(&self) -> bool {
        matches!(self.kind, Kind::Conflict(_))
    }

    /// Whether the inputs were made in modes that cannot be merged.
    pub fn is_mixed_modes(&self) -> bool {
        matches!(self.kind, Kind::MixedModes { .. })
    }

    /// The input (or output) that is meant.
    pub fn input(&self) -> &str {
        &self.input
    }

    /// The line in the input, from 1.
    pub fn line(&self) -> Option<u64> {
        self.place.as_ref().map(|place| place.line)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.input)?;
        if let Some(place) = &self.place {
            write!(f, ":{}:{}", place.line, place.column)?;
        }
        write!(f, ": {}", self.kind)?;
        match &self.place {
            Some(place) => write!(f, "\n  in the line {:?}", place.text),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Kind::Io(error) => error.fmt(f),
            Kind::Malformed(what) | Kind::Conflict(what) => f.write_str(what),
            Kind::MixedModes { here, before } => write!(
                f,
                "this profile has mode {here}, but {} has mode {}; run all \
                 tests with the same -covermode, or merge with --mode set",
                before.1, before.0,
            ),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.kind {
            Kind::Io(error) => Some(error),
            _ => None,
        }
    }
}
