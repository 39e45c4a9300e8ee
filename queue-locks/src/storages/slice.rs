//! The queue of the post: a slice whose start moves on.

use crate::storage::Storage;

/// A vector and the index of its front, as Go's `q.arr = q.arr[1:]`.
///
/// The room of a value that was taken is not used again before the vector is
/// full or empty: then the values that are left move to its start. (Go's
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

impl<T> Default for Slice<T> {
    fn default() -> Self {
        Self { values: Vec::new(), front: 0 }
    }
}

impl<T> Slice<T> {
    /// Checks what must hold between operations; says what does not.
    pub fn verify(&self) -> Result<(), String> {
        if self.front > 0 && self.front >= self.values.len() {
            return Err(format!(
                "front {} is not below the length {}",
                self.front,
                self.values.len()
            ));
        }
        let is_misplaced = |(index, value): (usize, &Option<T>)| {
            value.is_some() != (index >= self.front)
        };
        match self.values.iter().enumerate().position(is_misplaced) {
            Some(index) => Err(format!(
                "slot {index} is wrong: the front is {}",
                self.front
            )),
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
