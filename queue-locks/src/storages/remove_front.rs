//! A vector whose values all move up when the first one is taken.

use crate::storage::{Alone, Storage};

/// What one writes first: `pop` takes time in proportion to the length.
#[derive(Clone, Debug)]
pub struct RemoveFront<T>(Vec<T>);

impl<T> Default for RemoveFront<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Storage<T> for RemoveFront<T> {
    #[inline]
    fn push(&mut self, value: T) {
        self.0.push(value);
    }

    #[inline]
    fn pop(&mut self) -> Option<T> {
        if self.0.is_empty() { None } else { Some(self.0.remove(0)) }
    }

    fn len(&self) -> usize {
        self.0.len()
    }
}

// SAFETY: values are moved, and no method or destructor of theirs runs.
unsafe impl<T> Alone for RemoveFront<T> {}
