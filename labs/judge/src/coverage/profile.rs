//! A profile that was read, and what can be wrong with profiles.

use std::fmt;

use super::block::Block;
use super::mode::Mode;

/// What is wrong with a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineError {
    /// The first byte that cannot be right, from 1.
    pub column: usize,
    /// What was expected there.
    pub what: &'static str,
}

/// What is wrong with a profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// The line, from 1.
    pub line: usize,
    /// The first byte of it that cannot be right, from 1.
    pub column: usize,
    /// What was expected there.
    pub what: &'static str,
}

/// Why profiles cannot be merged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// One of them cannot be read.
    Malformed {
        /// Which one, from 0.
        profile: usize,
        /// What is wrong with it.
        wrong: Malformed,
    },
    /// Their counts mean different things.
    Modes(Mode, Mode),
    /// Two blocks of this file overlap.
    Overlap(String),
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed { profile, wrong } => {
                let Malformed { line, column, .. } = wrong;
                let profile = profile + 1;
                write!(f, "profile {profile}, line {line}, column {column}")
            }
            Self::Modes(one, other) => write!(f, "modes {one} and {other}"),
            Self::Overlap(path) => write!(f, "blocks of {path} overlap"),
        }
    }
}

/// A profile that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile<'a> {
    /// What its counts mean.
    pub mode: Mode,
    /// Path, block and count of each line, in the order of the lines.
    pub lines: Vec<(&'a str, Block, u64)>,
}
