//! A block of source code, the unit that Go counts.

use std::fmt;

use crate::profile::short_decimal;

/// A place in a source file. Lines and columns start at 1; columns count
/// bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The line.
    pub line: u32,
    /// The byte in the line.
    pub column: u32,
}

/// Statements that run together: when the first runs, Go counts one.
///
/// Blocks are ordered by where they start, then by where they end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Block {
    /// The first byte.
    pub start: Position,
    /// The byte after the last.
    pub end: Position,
    /// How many statements stand in it; their sum is what a percentage of
    /// coverage counts.
    pub statements: u32,
}

impl fmt::Display for Block {
    /// As in a profile: `12.3,14.2 5`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { start, end, statements } = self;
        let (line, column) = (start.line, start.column);
        write!(f, "{line}.{column},{}.{} {statements}", end.line, end.column)
    }
}

impl Block {
    /// Writes the block as it stands in a profile, with a space at the end;
    /// returns the length. `to` has room for [`LONGEST_TEXT`] bytes.
    #[inline]
    pub(crate) fn text(&self, to: &mut [u8]) -> usize {
        let Self { start, end, statements } = *self;
        let numbers = [
            (start.line, b'.'),
            (start.column, b','),
            (end.line, b'.'),
            (end.column, b' '),
            (statements, b' '),
        ];
        let mut length = 0;
        for (number, then) in numbers {
            length += short_decimal::write(number, &mut to[length..]);
            to[length] = then;
            length += 1;
        }
        length
    }
}

/// How long a block's text can be.
pub(crate) const LONGEST_TEXT: usize = 5 * "4294967295 ".len();

/// The largest count: Go's tools read counts into an `int64`, so a larger
/// one would be a profile that they refuse.
pub const MAX_COUNT: u64 = i64::MAX as u64;

/// Returns `a + b`, or [`MAX_COUNT`] where that is too much.
pub(crate) fn saturating_sum(a: u64, b: u64) -> u64 {
    debug_assert!(a <= MAX_COUNT && b <= MAX_COUNT);
    // Twice the largest count is still a number.
    a.wrapping_add(b).min(MAX_COUNT)
}
