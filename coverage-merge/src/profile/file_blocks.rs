//! The blocks of one source file, with their counts.

use crate::profile::block::Block;
use crate::profile::block_text::{self, BlockText, WINDOW};
use crate::profile::count_table::{Add, CountTable, Found};
use crate::profile::short_decimal;

/// A source file as Go's profiles know it.
#[derive(Clone, Debug)]
pub(crate) struct FileBlocks {
    /// The path with the colon that follows it in a profile.
    key: Box<str>,
    pub(crate) blocks: CountTable<Block>,
    /// The texts of the first of `blocks`; empty until the file is seen for
    /// the second time, so that blocks seen once cost no text.
    tape: Vec<BlockText>,
}

impl FileBlocks {
    /// Returns a file without blocks; they will grow in the room of `blocks`.
    pub(crate) fn new(key: &str, blocks: CountTable<Block>) -> Self {
        Self { key: key.into(), blocks, tape: Vec::new() }
    }

    pub(crate) fn key(&self) -> &str {
        &self.key
    }

    pub(crate) fn path(&self) -> &str {
        &self.key[..self.key.len() - 1]
    }

    /// Returns the block, the count and the length of `line`, if it is of this
    /// file and simple to parse.
    #[inline]
    pub(crate) fn parse(&self, line: &[u8]) -> Option<(Block, u64, usize)> {
        let (path, rest) = line.split_at_checked(self.key.len())?;
        if path != self.key.as_bytes() {
            return None;
        }
        let (block, count, length) = block_text::parse(rest)?;
        Some((block, count, path.len() + length))
    }

    /// Counts the lines of `data[from..end]` that are of this file and simple
    /// to parse, as long as their blocks come after all that are known.
    ///
    /// Returns where the first other line starts.
    pub(crate) fn append(
        &mut self,
        data: &[u8],
        mut from: usize,
        end: usize,
        add: Add,
    ) -> usize {
        while from < end
            && let Some((block, count, length)) = self.parse(&data[from..])
            && self.blocks.append(&block, add.apply(0, count))
        {
            from += length;
        }
        from
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

    /// Replaces all blocks by these.
    pub(crate) fn replace(&mut self, blocks: Vec<(Block, u64)>) {
        self.blocks = CountTable::default();
        self.tape = Vec::new();
        for (at, (block, count)) in blocks.into_iter().enumerate() {
            self.blocks.add(at, block, count, Add::Sum);
        }
    }

    /// Gives back memory that the file will not need if it is complete.
    pub(crate) fn shrink(&mut self, spare: &mut CountTable<Block>) {
        if self.tape.is_empty() {
            self.blocks.shrink_to(spare);
        }
    }

    /// Returns whether `next` is behind the last block.
    pub(crate) fn is_end(&self, next: usize) -> bool {
        next == self.blocks.keys().len()
    }

    /// Makes the tape as long as the blocks, because those are seen again.
    pub(crate) fn rewind(&mut self) {
        let missing = &self.blocks.keys()[self.tape.len()..];
        if missing.is_empty() {
            return;
        }
        let texts = missing.iter().map(BlockText::new);
        self.tape.reserve_exact(texts.len());
        self.tape.extend(texts);
    }

    /// Writes the text of the block at `at`, which may be on the tape, as
    /// [`Block::text`] does.
    #[inline]
    pub(crate) fn text(&self, at: usize, to: &mut [u8]) -> usize {
        let known = self.tape.get(at).and_then(|text| text.write(to));
        known.unwrap_or_else(|| self.blocks.keys()[at].text(to))
    }

    /// Counts the lines of `data[from..end]` as long as they are the blocks
    /// that come `next`, one after the other.
    ///
    /// Returns where the first other line starts. `data[..end]` ends with a
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
        let texts = self.tape.get(*next..).unwrap_or_default();
        let totals = &mut self.blocks.counts[*next..];
        let mut counted = 0;
        for (text, total) in texts.iter().zip(totals) {
            // What follows the end is no line, even if it looks like one.
            if from == end {
                break;
            }
            let line = &data[from..];
            let Some((count, length)) = predicted(&self.key, text, line) else {
                break;
            };
            *total = add.apply(*total, count);
            counted += 1;
            from += length;
        }
        *next += counted;
        from
        // ANCHOR_END: follow
    }
}

// ANCHOR: predicted
/// Returns the count and the length of `line`, if it starts with this path and
/// this block; `None` when the prediction was wrong.
#[inline]
fn predicted(key: &str, text: &BlockText, line: &[u8]) -> Option<(u64, usize)> {
    let (path, rest) = line.split_at_checked(key.len())?;
    let window: &[u8; WINDOW] = rest.first_chunk()?;
    if path != key.as_bytes() {
        return None;
    }
    let block = text.matches(window)?;
    let (count, rest) = short_decimal::parse(&window[block..], b'\n')?;
    Some((count, key.len() + block + rest))
}
// ANCHOR_END: predicted
