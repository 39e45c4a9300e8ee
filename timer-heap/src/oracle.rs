//! The obviously right version: a sorted map from deadline to timer.

use std::collections::{BTreeSet, HashMap};

use crate::queue::{Expired, TimerQueue};
use crate::slab::TimerId;

/// A [`TimerQueue`] that nobody can get wrong, to compare the others with.
#[derive(Debug)]
pub struct Oracle<T> {
    order: BTreeSet<(i64, TimerId)>,
    timers: HashMap<TimerId, (Option<i64>, bool, T)>,
    made: u32,
}

impl<T> Default for Oracle<T> {
    fn default() -> Self {
        let (order, timers) = Default::default();
        Self { order, timers, made: 0 }
    }
}

#[rustfmt::skip]
impl<T> TimerQueue<T> for Oracle<T> {
    fn insert(&mut self, when: i64, value: T) -> TimerId {
        let id = TimerId::new(self.made, 0);
        self.made += 1;
        self.order.insert((when, id));
        self.timers.insert(id, (Some(when), false, value));
        id
    }
    fn arm(&mut self, id: TimerId, when: i64) -> bool {
        let was_armed = self.disarm(id);
        let Some(timer) = self.timers.get_mut(&id) else { return false };
        timer.0 = Some(when);
        self.order.insert((when, id));
        was_armed
    }
    fn disarm(&mut self, id: TimerId) -> bool {
        let when = self.timers.get_mut(&id).and_then(|t| t.0.take());
        when.is_some_and(|when| self.order.remove(&(when, id)))
    }
    fn remove(&mut self, id: TimerId) -> Option<T> {
        self.disarm(id);
        self.timers.remove(&id).map(|timer| timer.2)
    }
    fn is_armed(&self, id: TimerId) -> bool {
        self.timers.get(&id).is_some_and(|t| t.0.is_some())
    }
    fn get_mut(&mut self, id: TimerId) -> Option<&mut T> {
        self.timers.get_mut(&id).map(|timer| &mut timer.2)
    }
    fn current(&self, index: u32) -> Option<TimerId> {
        let id = TimerId::new(index, 0);
        self.timers.contains_key(&id).then_some(id)
    }
    fn release(&mut self, id: TimerId) {
        if let Some(timer) = self.timers.get_mut(&id) { timer.1 = true }
    }
    fn is_released(&self, id: TimerId) -> bool {
        self.timers.get(&id).is_some_and(|t| t.1)
    }
    fn next(&mut self) -> Option<i64> {
        self.order.first().map(|first| first.0)
    }
    fn expire(&mut self, now: i64) -> Expired {
        let Some(&(when, id)) = self.order.first() else { return Expired::Nothing };
        if when > now { return Expired::Nothing }
        self.disarm(id);
        Expired::Due { id, when }
    }
    fn len(&self) -> usize {
        self.order.len()
    }
    fn verify(&self) -> Result<(), String> {
        Ok(())
    }
}
