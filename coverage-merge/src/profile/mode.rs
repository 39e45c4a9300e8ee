//! How a profile counts.

use std::fmt;
use std::str::FromStr;

/// What the numbers of a profile mean: `go test -covermode`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mode {
    /// 1 when the block ran, else 0. Merged by *or*.
    Set,
    /// How often the block ran. Merged by adding.
    Count,
    /// As [`Count`](Mode::Count), and exact in programs with goroutines.
    Atomic,
}

impl Mode {
    /// Returns the mode of a union of profiles in two modes; `count` with
    /// `atomic` is `atomic`, since both are counts.
    ///
    /// `None` when one is [`Set`](Mode::Set) and the other is not: 1 would
    /// mean *ran* in some blocks and *ran once* in others.
    ///
    /// ```
    /// use coverage_merge::Mode;
    /// assert_eq!(Mode::Count.union(Mode::Atomic), Some(Mode::Atomic));
    /// assert_eq!(Mode::Count.union(Mode::Set), None);
    /// ```
    pub fn union(self, other: Self) -> Option<Self> {
        match (self, other) {
            (Self::Set, Self::Set) => Some(Self::Set),
            (Self::Set, _) | (_, Self::Set) => None,
            _ => Some(self.max(other)),
        }
    }

    /// Returns the name, as in a profile's first line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Set => "set",
            Self::Count => "count",
            Self::Atomic => "atomic",
        }
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A name that no mode has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseModeError(String);

impl fmt::Display for ParseModeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "mode {:?}: expected set, count or atomic", self.0)
    }
}

impl std::error::Error for ParseModeError {}

impl FromStr for Mode {
    type Err = ParseModeError;

    fn from_str(name: &str) -> Result<Self, ParseModeError> {
        [Self::Set, Self::Count, Self::Atomic]
            .into_iter()
            .find(|mode| mode.name() == name)
            .ok_or_else(|| ParseModeError(name.to_owned()))
    }
}
