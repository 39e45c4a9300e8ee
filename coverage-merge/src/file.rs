//! The blocks of one source file, with their counts.

use hashbrown::{DefaultHashBuilder, HashTable};
use std::hash::BuildHasher;

use crate::Block;
use crate::block::saturating_sum;
use crate::tape::{Slot, WINDOW};

/// How two counts of one block become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Add {
    /// 1 if either is not 0.
    Or,
    /// Their sum, saturating.
    Sum,
}

impl Add {
    #[inline]
    fn apply(self, a: u64, b: u64) -> u64 {
        match self {
            Add::Or => u64::from(a | b != 0),
            Add::Sum => saturating_sum(a, b),
        }
    }
}

/// Blocks in the order in which they were first seen.
#[derive(Clone, Debug)]
pub(crate) struct File {
    /// The path with the colon that follows it in a profile.
    key: Box<str>,
    blocks: Vec<Block>,
    /// As long as `blocks`.
    counts: Vec<u64>,
    /// The texts of the first of `blocks`; empty until the file is seen for
    /// the second time, so that blocks seen once cost no text.
    tape: Vec<Slot>,
    /// Whether `blocks` ascend, so that a block is found by halving.
    sorted: bool,
    /// Finds a block where they do not.
    index: Option<Box<HashTable<u32>>>,
}

impl File {
    pub(crate) fn new(key: &str) -> Self {
        Self {
            key: key.into(),
            blocks: Vec::new(),
            counts: Vec::new(),
            tape: Vec::new(),
            sorted: true,
            index: None,
        }
    }

    pub(crate) fn key(&self) -> &str {
        &self.key
    }

    pub(crate) fn path(&self) -> &str {
        &self.key[..self.key.len() - 1]
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (Block, u64)> {
        self.blocks.iter().copied().zip(self.counts.iter().copied())
    }

    pub(crate) fn sorted(&self) -> Vec<(Block, u64)> {
        let mut all: Vec<_> = self.iter().collect();
        if !self.sorted {
            all.sort_unstable();
        }
        all
    }

    /// Counts `block`, which is probably the `expected`-th; answers which
    /// it is.
    pub(crate) fn add(
        &mut self,
        expected: usize,
        block: Block,
        count: u64,
        add: Add,
        hasher: &DefaultHashBuilder,
    ) -> usize {
        let found = match self.blocks.get(expected) {
            Some(predicted) if *predicted == block => Some(expected),
            _ => self.find(&block, hasher),
        };
        let position = match found {
            Some(position) => {
                if position != expected {
                    self.rewind();
                }
                position
            }
            None => self.push(block, hasher),
        };
        let total = &mut self.counts[position];
        *total = add.apply(*total, count);
        position
    }

    fn find(
        &mut self,
        block: &Block,
        hasher: &DefaultHashBuilder,
    ) -> Option<usize> {
        if self.sorted {
            return match self.blocks.last() {
                Some(last) if block <= last => {
                    self.blocks.binary_search(block).ok()
                }
                _ => None,
            };
        }
        let blocks = &self.blocks;
        let index = self.index.get_or_insert_with(|| index(blocks, hasher));
        index
            .find(hasher.hash_one(block), |&at| blocks[at as usize] == *block)
            .map(|&at| at as usize)
    }

    fn push(&mut self, block: Block, hasher: &DefaultHashBuilder) -> usize {
        let position = self.blocks.len();
        if self.blocks.last().is_some_and(|last| block < *last) {
            self.sorted = false;
        }
        self.blocks.push(block);
        self.counts.push(0);
        let blocks = &self.blocks;
        if let Some(index) = &mut self.index {
            let hash = |&at: &u32| hasher.hash_one(blocks[at as usize]);
            index.insert_unique(hasher.hash_one(block), position as u32, hash);
        }
        position
    }

    /// Gives back memory that the file will not need if it is complete.
    pub(crate) fn settle(&mut self) {
        if self.tape.is_empty() {
            self.blocks.shrink_to_fit();
            self.counts.shrink_to_fit();
        }
    }

    /// Makes the tape as long as the blocks: they are seen again.
    pub(crate) fn rewind(&mut self) {
        let missing = &self.blocks[self.tape.len()..];
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
        let slots = self.tape.get(*next..).unwrap_or_default();
        let totals = &mut self.counts[*next..];
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
    }
}

// ANCHOR: predicted
/// The count and the length of `line`, if it starts with this path and this
/// block; `None` when the prediction was wrong.
#[inline]
fn predicted(key: &str, slot: &Slot, line: &[u8]) -> Option<(u64, usize)> {
    let block = line.strip_prefix(key.as_bytes())?;
    let length = slot.matches(block.first_chunk::<WINDOW>()?)?;
    let (count, rest) = count(&block[length..])?;
    Some((count, key.len() + length + rest))
}
// ANCHOR_END: predicted

fn index(blocks: &[Block], hasher: &DefaultHashBuilder) -> Box<HashTable<u32>> {
    let mut index = HashTable::with_capacity(blocks.len());
    for (at, block) in blocks.iter().enumerate() {
        index.insert_unique(hasher.hash_one(block), at as u32, |&at| {
            hasher.hash_one(blocks[at as usize])
        });
    }
    Box::new(index)
}

/// The number before the first newline, and where the next line starts;
/// `None` for what is not so simple.
#[inline]
fn count(digits: &[u8]) -> Option<(u64, usize)> {
    const SIMPLE: usize = 18;
    let mut number = 0;
    for (at, byte) in digits.iter().take(SIMPLE + 1).enumerate() {
        match byte.wrapping_sub(b'0') {
            digit @ 0..10 => number = number * 10 + u64::from(digit),
            _ if *byte == b'\n' && at != 0 => return Some((number, at + 1)),
            _ => return None,
        }
    }
    None
}
