//! A list of numbers that never copies what it has in order to grow.
//!
//! A vector that doubles copies all at once, and the lock of the wheel would
//! be held for as long.

/// Numbers of a piece.
pub(super) const PIECE: usize = 256;

/// Numbers in pieces of [`PIECE`].
#[derive(Debug, Default)]
pub(super) struct Pieces {
    full: Vec<Vec<u32>>,
    /// The piece at the end. The first one grows from nothing: most slots
    /// hold few timers.
    last: Vec<u32>,
}

impl Pieces {
    #[inline]
    pub(super) fn len(&self) -> usize {
        self.full.len() * PIECE + self.last.len()
    }

    #[inline]
    pub(super) fn get(&self, at: usize) -> u32 {
        self.full.get(at / PIECE).unwrap_or(&self.last)[at % PIECE]
    }

    pub(super) fn set(&mut self, at: usize, number: u32) {
        let piece = self.full.get_mut(at / PIECE);
        piece.unwrap_or(&mut self.last)[at % PIECE] = number;
    }

    #[inline]
    pub(super) fn push(&mut self, number: u32) {
        if self.last.len() == PIECE {
            self.add_piece();
        }
        self.last.push(number);
    }

    #[cold]
    fn add_piece(&mut self) {
        let empty = Vec::with_capacity(PIECE);
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

    /// Takes out the last piece, with the position of its first number; it is
    /// empty only if all are.
    pub(super) fn take_piece(&mut self) -> (usize, Vec<u32>) {
        if self.last.is_empty() {
            self.last = self.full.pop().unwrap_or_default();
        }
        let first = self.full.len() * PIECE;
        (first, std::mem::take(&mut self.last))
    }

    /// Removes those from a position on; it may not lie behind the end.
    #[inline]
    pub(super) fn truncate(&mut self, len: usize) {
        if len / PIECE < self.full.len() {
            self.full.truncate(len / PIECE + 1);
            self.last = self.full.pop().unwrap_or_default();
        }
        self.last.truncate(len % PIECE);
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = u32> {
        self.full.iter().flatten().chain(&self.last).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_agree_with_a_vector() {
        let (mut pieces, mut vector) = (Pieces::default(), Vec::new());
        let mut random = 1_u32;
        for step in 0..200_000 {
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            match random >> 16 {
                0..=9 => {
                    let (first, piece) = pieces.take_piece();
                    assert_eq!(vector.split_off(first), piece);
                }
                10..=19 => {
                    let len = vector.len() / 2;
                    pieces.truncate(len);
                    vector.truncate(len);
                }
                20..=30_000 => {
                    pieces.pop();
                    vector.pop();
                }
                _ => {
                    pieces.push(step);
                    vector.push(step);
                }
            }
            assert_eq!(pieces.len(), vector.len());
        }
        assert!(pieces.iter().eq(vector.iter().copied()));
        for (at, number) in vector.into_iter().enumerate() {
            assert_eq!(pieces.get(at), number);
        }
    }
}
