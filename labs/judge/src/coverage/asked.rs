//! What the reader implements.

use super::block::Block;
use super::file::File;
use super::mode::Mode;
use super::profile::{LineError, Malformed, Problem, Profile};

/// Reads profiles: the first stage.
pub trait Parse {
    /// Takes a line apart: the path, the block, the count.
    ///
    /// # Errors
    ///
    /// Returns the first byte that cannot be right.
    fn parse(line: &[u8]) -> Result<(&str, Block, u64), LineError>;

    /// Reads a profile.
    ///
    /// # Errors
    ///
    /// Returns the first line that cannot be read.
    fn read(text: &str) -> Result<Profile<'_>, Malformed>;
}

/// Merges profiles: the second stage.
pub trait Merge {
    /// Returns the union, as the text of a profile: files by path, in each the
    /// blocks in order.
    ///
    /// # Errors
    ///
    /// Returns why they cannot be merged.
    fn merge(profiles: &[&str]) -> Result<String, Problem>;
}

/// Predicts lines: the third stage.
pub trait Follow {
    /// Counts the lines of `data[from..]` as long as they are the blocks of
    /// `file` that come `next`, one after the other. Returns where the first
    /// other line starts.
    fn follow(
        file: &mut File,
        next: &mut usize,
        data: &[u8],
        from: usize,
        mode: Mode,
    ) -> usize;
}
