//! The blocks of one source file, with their counts.

use crate::Block;
use crate::digits::digits;
use crate::table::{Add, Found, Table};
use crate::tape::{Slot, WINDOW};

/// A source file as Go's profiles know it.
#[derive(Clone, Debug)]
pub(crate) struct File {
    /// The path with the colon that follows it in a profile.
    key: Box<str>,
    pub(crate) blocks: Table<Block>,
    /// The texts of the first of `blocks`; empty until the file is seen for
    /// the second time, so that blocks seen once cost no text.
    tape: Vec<Slot>,
}

impl File {
    /// A file without blocks; they will grow in the room of `blocks`.
    pub(crate) fn new(key: &str, blocks: Table<Block>) -> Self {
        Self {
            key: key.into(),
            blocks,
            tape: Vec::new(),
        }
    }

    pub(crate) fn key(&self) -> &str {
        &self.key
    }

    pub(crate) fn path(&self) -> &str {
        &self.key[..self.key.len() - 1]
    }

    /// Counts `block`, which is probably the `expected`-th.
    pub(crate) fn add(
        &mut self,
        expected: usize,
        block: Block,
        count: u64,
        add: Add,
    ) -> Found {
        let found = self.blocks.add(expected, block, count, add);
        if !found.new && found.position != expected {
            self.rewind();
        }
        found
    }

    /// Has these blocks from now on.
    pub(crate) fn replace(&mut self, blocks: Vec<(Block, u64)>) {
        self.blocks = Table::default();
        self.tape = Vec::new();
        for (at, (block, count)) in blocks.into_iter().enumerate() {
            self.blocks.add(at, block, count, Add::Sum);
        }
    }

    /// Gives back memory that the file will not need if it is complete.
    pub(crate) fn settle(&mut self, spare: &mut Table<Block>) {
        if self.tape.is_empty() {
            self.blocks.settle(spare);
        }
    }

    /// Makes the tape as long as the blocks: they are seen again.
    pub(crate) fn rewind(&mut self) {
        let missing = &self.blocks.keys()[self.tape.len()..];
        if missing.is_empty() {
            return;
        }
        let mut scratch = Vec::new();
        let slots = missing.iter().map(|b| Slot::new(b, &mut scratch));
        self.tape.reserve_exact(slots.len());
        self.tape.extend(slots);
    }

    /// Counts the lines of `data[from..end]` as long as they are the blocks
    /// that come `next`, one after the other.
    ///
    /// Answers where the first other line starts. `data[..end]` ends with a
    /// newline and has [`WINDOW`] readable bytes after it.
    pub(crate) fn follow(
        &mut self,
        next: &mut usize,
        data: &[u8],
        mut from: usize,
        end: usize,
        add: Add,
    ) -> usize {
        // ANCHOR: follow
        let slots = self.tape.get(*next..).unwrap_or_default();
        let totals = &mut self.blocks.counts[*next..];
        for (slot, total) in slots.iter().zip(totals) {
            // What follows the end is no line, even if it looks like one.
            if from == end {
                break;
            }
            let line = &data[from..];
            let Some((count, length)) = predicted(&self.key, slot, line) else {
                break;
            };
            *total = add.apply(*total, count);
            *next += 1;
            from += length;
        }
        from
        // ANCHOR_END: follow
    }
}

// ANCHOR: predicted
/// The count and the length of `line`, if it starts with this path and this
/// block; `None` when the prediction was wrong.
#[inline]
fn predicted(key: &str, slot: &Slot, line: &[u8]) -> Option<(u64, usize)> {
    let block = after(line, key.as_bytes())?;
    let length = slot.matches(block.first_chunk::<WINDOW>()?)?;
    let (count, rest) = digits(&block[length..], b'\n')?;
    Some((count, key.len() + length + rest))
}
// ANCHOR_END: predicted

/// What follows `start` in `line`, if it starts so. In pieces of 16 bytes,
/// the last two overlapping: for a path, this is faster than a call.
#[inline]
fn after<'a>(line: &'a [u8], start: &[u8]) -> Option<&'a [u8]> {
    const PIECE: usize = 16;
    let (begin, rest) = line.split_at_checked(start.len())?;
    let (Some(last), Some(same)) =
        (begin.last_chunk::<PIECE>(), start.last_chunk::<PIECE>())
    else {
        return (begin == start).then_some(rest);
    };
    let (pieces, _) = begin.as_chunks::<PIECE>();
    let (expected, _) = start.as_chunks::<PIECE>();
    let different = |(a, b): (&[u8; PIECE], &[u8; PIECE])| {
        u128::from_ne_bytes(*a) ^ u128::from_ne_bytes(*b)
    };
    let first = different((last, same));
    let all = pieces.iter().zip(expected).map(different);
    (all.fold(first, |all, piece| all | piece) == 0).then_some(rest)
}
