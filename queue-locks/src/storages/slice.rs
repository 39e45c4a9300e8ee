//! The queue of the post: a slice whose start moves on.

use std::fmt;

use crate::storage::{Alone, Storage};

/// A vector and the index of its front, as Go's `q.arr = q.arr[1:]`.
///
/// The room of a value that was taken is used again only when the vector is
/// full or empty. Then the values that are left move to its start. (Go's
/// `append` copies them to a new array at that time.)
///
/// ```
/// use queue_locks::{Storage, storages::Slice};
///
/// let mut queue = Slice::default();
/// queue.push('a');
/// queue.push('b');
/// assert_eq!(queue.pop(), Some('a'));
/// assert_eq!(queue.len(), 1);
/// ```
#[derive(Clone, Debug)]
pub struct Slice<T> {
    /// `None` before `front`, `Some` from there on.
    values: Vec<Option<T>>,
    front: usize,
}

/// An invariant of a [`Slice`] that does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SliceViolation {
    /// The front is neither 0 nor below the length of the vector.
    FrontPastEnd {
        /// The index of the front.
        front: usize,
        /// The length of the vector.
        length: usize,
    },
    /// A slot before the front has a value, or one from there on has none.
    Misplaced {
        /// The index of the slot.
        index: usize,
        /// The index of the front.
        front: usize,
    },
}

impl fmt::Display for SliceViolation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::FrontPastEnd { front, length } => {
                write!(f, "front {front} is not below the length {length}")
            }
            Self::Misplaced { index, front } => {
                write!(f, "slot {index} is wrong: the front is {front}")
            }
        }
    }
}

impl std::error::Error for SliceViolation {}

impl<T> Default for Slice<T> {
    fn default() -> Self {
        Self { values: Vec::new(), front: 0 }
    }
}

impl<T> Slice<T> {
    /// Checks what must hold between operations.
    ///
    /// # Errors
    ///
    /// The first invariant that does not hold.
    pub fn verify(&self) -> Result<(), SliceViolation> {
        let (front, length) = (self.front, self.values.len());
        if front > 0 && front >= length {
            return Err(SliceViolation::FrontPastEnd { front, length });
        }
        let is_misplaced = |(index, value): (usize, &Option<T>)| {
            value.is_some() != (index >= front)
        };
        match self.values.iter().enumerate().position(is_misplaced) {
            Some(index) => Err(SliceViolation::Misplaced { index, front }),
            None => Ok(()),
        }
    }

    /// Moves the values that are left to the start of the vector.
    #[cold]
    fn reuse_room(&mut self) {
        self.values.drain(..self.front);
        self.front = 0;
    }
}

impl<T> Storage<T> for Slice<T> {
    #[inline]
    fn push(&mut self, value: T) {
        if self.values.len() == self.values.capacity() && self.front > 0 {
            self.reuse_room();
        }
        self.values.push(Some(value));
    }

    #[inline]
    fn pop(&mut self) -> Option<T> {
        let value = self.values.get_mut(self.front)?.take();
        self.front += 1;
        if self.front == self.values.len() {
            self.values.clear();
            self.front = 0;
        }
        value
    }

    fn len(&self) -> usize {
        self.values.len() - self.front
    }
}

// SAFETY: values are moved, and no method or destructor of theirs runs.
unsafe impl<T> Alone for Slice<T> {}

#[cfg(test)]
mod tests {
    use super::*;

    /// As in Go's `append`: room that was taken from is used again when there
    /// is no other, and not before.
    #[test]
    fn a_queue_that_never_gets_empty_does_not_grow() {
        let mut slice = Slice { values: Vec::with_capacity(7), front: 0 };
        (0..4).for_each(|number| slice.push(number));
        let room = slice.values.capacity();
        for number in 4..if cfg!(miri) { 100 } else { 1_000 } {
            assert_eq!(slice.pop(), Some(number - 4));
            let (front, is_full) = (slice.front, slice.values.len() == room);
            slice.push(number);
            assert_eq!(slice.front, if is_full { 0 } else { front });
            assert_eq!((slice.len(), slice.values.capacity()), (4, room));
        }
    }

    #[test]
    fn a_violation_names_what_is_wrong() {
        let front_past_end = Slice { values: vec![None::<u8>], front: 1 };
        let violation = SliceViolation::FrontPastEnd { front: 1, length: 1 };
        assert_eq!(front_past_end.verify(), Err(violation));
        let misplaced = Slice { values: vec![Some(1), Some(2)], front: 1 };
        let violation = SliceViolation::Misplaced { index: 0, front: 1 };
        assert_eq!(misplaced.verify(), Err(violation));
    }
}
