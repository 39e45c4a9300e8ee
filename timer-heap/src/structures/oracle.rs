//! The obviously right version: a sorted map from deadline to timer.

use std::collections::BTreeSet;

use super::timer_id::TimerId;
use super::timer_queue::{Expired, TimerQueue};
use super::violation::Violation;

/// A [`TimerQueue`] that nobody can get wrong, to compare the others with.
#[derive(Debug)]
pub struct Oracle<T> {
    armed: BTreeSet<(i64, TimerId)>,
    /// By the index of the handle, until the timer is removed.
    values: Vec<Option<T>>,
}

impl<T> Default for Oracle<T> {
    fn default() -> Self {
        Self { armed: BTreeSet::new(), values: Vec::new() }
    }
}

impl<T> TimerQueue<T> for Oracle<T> {
    fn insert(&mut self, when: i64, value: T) -> TimerId {
        let id = TimerId::new(self.values.len() as u32, 0);
        self.values.push(Some(value));
        self.armed.insert((when, id));
        id
    }

    fn arm(&mut self, id: TimerId, when: i64) -> bool {
        let was_armed = self.disarm(id);
        if self.get_mut(id).is_some() {
            self.armed.insert((when, id));
        }
        was_armed
    }

    fn disarm(&mut self, id: TimerId) -> bool {
        let armed = self.armed.len();
        self.armed.retain(|timer| timer.1 != id);
        self.armed.len() < armed
    }

    fn remove(&mut self, id: TimerId) -> Option<T> {
        self.disarm(id);
        self.values.get_mut(id.index() as usize)?.take()
    }

    fn is_armed(&self, id: TimerId) -> bool {
        self.armed.iter().any(|timer| timer.1 == id)
    }

    fn get_mut(&mut self, id: TimerId) -> Option<&mut T> {
        self.values.get_mut(id.index() as usize)?.as_mut()
    }

    fn next(&mut self) -> Option<i64> {
        self.armed.first().map(|first| first.0)
    }

    fn expire(&mut self, now: i64) -> Expired {
        let first = self.armed.first().filter(|first| first.0 <= now);
        let Some(&(when, id)) = first else { return Expired::Nothing };
        self.disarm(id);
        Expired::Due { id, when }
    }

    fn len(&self) -> usize {
        self.armed.len()
    }

    fn verify(&self) -> Result<(), Violation> {
        Ok(())
    }
}
