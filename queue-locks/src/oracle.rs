//! The queue that is obviously right.

use std::collections::VecDeque;
use std::sync::PoisonError;

use support::sync::Mutex;

use crate::shared_queue::SharedQueue;

/// A `VecDeque` in the mutex of `std`, behind the same trait as all others.
#[derive(Debug)]
pub struct Oracle<T>(Mutex<VecDeque<T>>);

impl<T> Default for Oracle<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T: Send> SharedQueue<T> for Oracle<T> {
    fn put(&self, value: T) {
        let mut values = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        values.push_back(value);
    }

    fn get(&self) -> Option<T> {
        let mut values = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        values.pop_front()
    }
}
