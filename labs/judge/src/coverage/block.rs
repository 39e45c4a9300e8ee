//! A block of source code, the unit that Go counts.
//!
//! Whatever compares two blocks is counted: a sort, a search, a map.

use std::cell::Cell;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

/// The largest count: Go's tools read counts into an `int64`.
pub const MAX_COUNT: u64 = i64::MAX as u64;

thread_local! {
    static COMPARISONS: Cell<usize> = const { Cell::new(0) };
}

/// A place in a source file. Lines and columns start at 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The line.
    pub line: u32,
    /// The byte in the line.
    pub column: u32,
}

/// Statements that run together.
///
/// Blocks are ordered by where they start, then by where they end.
///
/// ```
/// use lab_judge::coverage::{Block, Position};
///
/// let start = Position { line: 12, column: 3 };
/// let end = Position { line: 14, column: 2 };
/// let block = Block { start, end, statements: 5 };
/// assert_eq!(block.to_string(), "12.3,14.2 5");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Block {
    /// The first byte.
    pub start: Position,
    /// The byte after the last.
    pub end: Position,
    /// How many statements stand in it.
    pub statements: u32,
}

/// Returns how often this thread has compared two blocks.
pub fn comparisons() -> usize {
    COMPARISONS.get()
}

impl Block {
    fn parts(&self) -> (Position, Position, u32) {
        (self.start, self.end, self.statements)
    }
}

impl fmt::Display for Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { start, end, statements } = self;
        let (line, column) = (start.line, start.column);
        write!(f, "{line}.{column},{}.{} {statements}", end.line, end.column)
    }
}

impl PartialEq for Block {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        COMPARISONS.set(COMPARISONS.get() + 1);
        self.parts() == other.parts()
    }
}

impl Eq for Block {}

impl PartialOrd for Block {
    #[inline]
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Block {
    #[inline]
    fn cmp(&self, other: &Self) -> Ordering {
        COMPARISONS.set(COMPARISONS.get() + 1);
        self.parts().cmp(&other.parts())
    }
}

impl Hash for Block {
    #[inline]
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.parts().hash(state);
    }
}
