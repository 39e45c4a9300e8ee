//! The choices for blocks of one source that were cut differently.

use std::fmt;
use std::str::FromStr;

/// What to do with blocks of one file that overlap.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnConflict {
    /// Refuse, and name both places.
    #[default]
    Error,
    /// Keep the coarse block; its count grows by that of its first fine
    /// block. Exact, as a block runs when its first statement does; an
    /// error where the statements do not add up.
    Coarsen,
    /// Keep the fine blocks; their counts grow by that of the coarse one.
    /// An upper bound: a panic inside the coarse block leaves some of the
    /// fine ones unreached, and nobody knows which. An error where the
    /// statements do not add up.
    Refine,
    /// In a file with a conflict, every line becomes a block of one
    /// statement, with the largest count of the blocks that touch it.
    Lines,
    /// Keep all blocks as they are. For partial merges, whose union will
    /// be looked at later.
    Keep,
}

impl OnConflict {
    /// All choices, by name.
    pub const NAMES: [(&'static str, Self); 5] = [
        ("error", Self::Error),
        ("coarsen", Self::Coarsen),
        ("refine", Self::Refine),
        ("lines", Self::Lines),
        ("keep", Self::Keep),
    ];
}

impl fmt::Display for OnConflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let found = Self::NAMES.iter().find(|(_, choice)| choice == self);
        f.write_str(found.map_or("", |(name, _)| name))
    }
}

/// A name that no [`OnConflict`] has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseOnConflictError(String);

impl fmt::Display for ParseOnConflictError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no choice is called {:?}", self.0)
    }
}

impl std::error::Error for ParseOnConflictError {}

impl FromStr for OnConflict {
    type Err = ParseOnConflictError;

    fn from_str(name: &str) -> Result<Self, ParseOnConflictError> {
        let found = Self::NAMES.iter().find(|(known, _)| *known == name);
        found
            .map(|(_, choice)| *choice)
            .ok_or_else(|| ParseOnConflictError(name.to_owned()))
    }
}
