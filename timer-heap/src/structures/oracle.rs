//! The obviously right version: a list of timers, in no order.

use super::slab::TimerId;
use super::timer_queue::{Expired, TimerQueue};

/// A [`TimerQueue`] that nobody can get wrong, to compare the others with.
///
/// Each timer that was ever inserted has an entry, by the index of its handle:
/// the deadline while it is armed, and the value until it is removed.
#[derive(Debug, Default)]
pub struct Oracle<T>(Vec<(Option<i64>, Option<T>)>);

impl<T> TimerQueue<T> for Oracle<T> {
    fn insert(&mut self, when: i64, value: T) -> TimerId {
        self.0.push((Some(when), Some(value)));
        TimerId::new(self.0.len() as u32 - 1, 0)
    }
    fn arm(&mut self, id: TimerId, when: i64) -> bool {
        let timer = &mut self.0[id.index() as usize];
        timer.1.is_some() && timer.0.replace(when).is_some()
    }
    fn disarm(&mut self, id: TimerId) -> bool {
        self.0[id.index() as usize].0.take().is_some()
    }
    fn remove(&mut self, id: TimerId) -> Option<T> {
        std::mem::take(&mut self.0[id.index() as usize]).1
    }
    fn is_armed(&self, id: TimerId) -> bool {
        self.0[id.index() as usize].0.is_some()
    }
    fn get_mut(&mut self, id: TimerId) -> Option<&mut T> {
        self.0[id.index() as usize].1.as_mut()
    }
    fn next(&mut self) -> Option<i64> {
        self.0.iter().filter_map(|timer| timer.0).min()
    }
    fn expire(&mut self, now: i64) -> Expired {
        let ids = (0..).map(|index| TimerId::new(index, 0));
        let armed = ids.zip(&self.0).flat_map(|(id, t)| Some((t.0?, id)));
        let first = armed.min().filter(|first| first.0 <= now);
        let Some((when, id)) = first else { return Expired::Nothing };
        self.disarm(id);
        Expired::Due { id, when }
    }
    fn len(&self) -> usize {
        self.0.iter().filter(|timer| timer.0.is_some()).count()
    }
}
