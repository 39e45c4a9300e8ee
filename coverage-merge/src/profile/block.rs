//! A block of source code, the unit that Go counts.

use std::fmt;

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
    /// Appends the block as it stands in a profile, with a space at the end.
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        let mut digits = itoa::Buffer::new();
        let mut number = |n: u32, then: u8| {
            out.extend_from_slice(digits.format(n).as_bytes());
            out.push(then);
        };
        number(self.start.line, b'.');
        number(self.start.column, b',');
        number(self.end.line, b'.');
        number(self.end.column, b' ');
        number(self.statements, b' ');
    }
}

/// The largest count: Go's tools read counts into an `int64`, so a larger
/// one would be a profile that they refuse.
pub const MAX_COUNT: u64 = i64::MAX as u64;

/// Returns `a + b`, or [`MAX_COUNT`] where that is too much.
pub(crate) fn saturating_sum(a: u64, b: u64) -> u64 {
    debug_assert!(a <= MAX_COUNT && b <= MAX_COUNT);
    // Twice the largest count is still a number.
    a.wrapping_add(b).min(MAX_COUNT)
}
