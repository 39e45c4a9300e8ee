//! A source file in a union, and the end of a line of it.

use std::collections::HashMap;

use super::block::{Block, MAX_COUNT};
use super::mode::Mode;

/// A source file, with its blocks in the order in which they were first seen.
#[derive(Clone, Debug)]
pub struct File {
    /// The path with the colon that follows it in a line.
    pub key: String,
    /// What stands in a line between the colon and the count, one text a
    /// block: `12.3,14.2 5 `, with the space at its end.
    pub texts: Vec<String>,
    /// How often each block ran, in the same order.
    pub counts: Vec<u64>,
    blocks: Vec<Block>,
    places: HashMap<Block, usize>,
}

/// More digits are left to the parser.
const DIGITS: usize = 18;

/// Returns the count at the start of a text, and its length with the newline
/// after it; `None` for what is no count of at most 18 digits.
///
/// ```
/// use lab_judge::coverage::count_at;
/// assert_eq!(count_at(b"70\nnext"), Some((70, 3)));
/// assert_eq!(count_at(b"70 \n"), None);
/// ```
#[inline]
pub fn count_at(text: &[u8]) -> Option<(u64, usize)> {
    let mut count = 0;
    for (at, byte) in text.iter().enumerate().take(DIGITS + 1) {
        match byte {
            b'0'..=b'9' => count = 10 * count + u64::from(byte - b'0'),
            b'\n' if at > 0 => return Some((count, at + 1)),
            _ => return None,
        }
    }
    None
}

impl File {
    /// Returns a file without blocks.
    pub(super) fn new(path: &str) -> Self {
        Self {
            key: format!("{path}:"),
            texts: Vec::new(),
            counts: Vec::new(),
            blocks: Vec::new(),
            places: HashMap::new(),
        }
    }

    /// Counts a block, and returns its place.
    pub(super) fn add(
        &mut self,
        block: Block,
        count: u64,
        mode: Mode,
    ) -> usize {
        let at = *self.places.entry(block).or_insert(self.blocks.len());
        if at == self.blocks.len() {
            self.blocks.push(block);
            self.texts.push(format!("{block} "));
            self.counts.push(0);
        }
        self.counts[at] = match mode {
            Mode::Set => self.counts[at].max(count.min(1)),
            _ => self.counts[at].saturating_add(count).min(MAX_COUNT),
        };
        at
    }

    pub(super) fn path(&self) -> &str {
        &self.key[..self.key.len() - 1]
    }

    /// Returns the blocks with their counts.
    pub(super) fn lines(&self) -> impl Iterator<Item = (Block, u64)> {
        self.blocks.iter().copied().zip(self.counts.iter().copied())
    }
}
