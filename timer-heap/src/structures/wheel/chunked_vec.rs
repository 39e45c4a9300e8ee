//! A vector of numbers in blocks, which copies nothing in order to grow.
//!
//! A vector that doubles copies all at once, and the lock of the wheel would
//! be held for as long.

/// How many numbers a block has.
pub(super) const BLOCK: usize = 256;

/// Numbers in blocks of [`BLOCK`].
#[derive(Debug, Default)]
pub(super) struct ChunkedVec {
    full: Vec<Vec<u32>>,
    /// The block at the end. The first one grows from nothing, because most
    /// slots hold few timers.
    last: Vec<u32>,
}

impl ChunkedVec {
    #[inline]
    pub(super) fn len(&self) -> usize {
        self.full.len() * BLOCK + self.last.len()
    }

    #[inline]
    pub(super) fn get(&self, at: usize) -> u32 {
        self.full.get(at / BLOCK).unwrap_or(&self.last)[at % BLOCK]
    }

    pub(super) fn set(&mut self, at: usize, number: u32) {
        let block = self.full.get_mut(at / BLOCK);
        block.unwrap_or(&mut self.last)[at % BLOCK] = number;
    }

    #[inline]
    pub(super) fn push(&mut self, number: u32) {
        if self.last.len() == BLOCK {
            self.add_block();
        }
        self.last.push(number);
    }

    #[cold]
    fn add_block(&mut self) {
        let empty = Vec::with_capacity(BLOCK);
        self.full.push(std::mem::replace(&mut self.last, empty));
    }

    /// Removes the last number, if there is one.
    #[inline]
    pub(super) fn pop(&mut self) {
        if self.last.pop().is_none() {
            self.last = self.full.pop().unwrap_or_default();
            self.last.pop();
        }
    }

    /// Takes out the last block, with the position of its first number. The
    /// block is empty only if all are.
    pub(super) fn take_block(&mut self) -> (usize, Vec<u32>) {
        if self.last.is_empty() {
            self.last = self.full.pop().unwrap_or_default();
        }
        let first = self.full.len() * BLOCK;
        (first, std::mem::take(&mut self.last))
    }

    /// Removes the numbers from a position on, which may not lie behind the
    /// end.
    #[inline]
    pub(super) fn truncate(&mut self, len: usize) {
        if len / BLOCK < self.full.len() {
            self.full.truncate(len / BLOCK + 1);
            self.last = self.full.pop().unwrap_or_default();
        }
        self.last.truncate(len % BLOCK);
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = u32> {
        self.full.iter().flatten().chain(&self.last).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_agree_with_a_vector() {
        let (mut blocks, mut vector) = (ChunkedVec::default(), Vec::new());
        let mut random = 1_u32;
        for step in 0..if cfg!(miri) { 300 } else { 200_000 } {
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            match random >> 16 {
                0..=9 => {
                    let (first, block) = blocks.take_block();
                    assert_eq!(vector.split_off(first), block);
                }
                10..=19 => {
                    let len = vector.len() / 2;
                    blocks.truncate(len);
                    vector.truncate(len);
                }
                20..=30_000 => {
                    blocks.pop();
                    vector.pop();
                }
                _ => {
                    blocks.push(step);
                    vector.push(step);
                }
            }
            assert_eq!(blocks.len(), vector.len());
        }
        assert!(blocks.iter().eq(vector.iter().copied()));
        for (at, number) in vector.into_iter().enumerate() {
            assert_eq!(blocks.get(at), number);
        }
    }
}
