//! The ring buffer of `std`, the right choice.

use std::collections::VecDeque;

use crate::storage::{Alone, Storage};

impl<T> Storage<T> for VecDeque<T> {
    #[inline]
    fn push(&mut self, value: T) {
        self.push_back(value);
    }

    #[inline]
    fn pop(&mut self) -> Option<T> {
        self.pop_front()
    }

    fn len(&self) -> usize {
        Self::len(self)
    }
}

// SAFETY: values are moved, and no method or destructor of theirs runs.
unsafe impl<T> Alone for VecDeque<T> {}
