//! The heap with lazy removal, as from Go 1.14 to 1.22.
//!
//! Stopping a timer only marks it; putting it off only writes its deadline.
//! The tree learns of both when the timer comes to the root, or when a
//! quarter of it is dead (`clearDeletedTimers` in Go 1.14's
//! `runtime/time.go`). Go marks with an atomic status, without the heap's
//! lock; here the mark is made under the lock, which is then held without a
//! sift.

use crate::heap::{Hole, Indirect, TimerHeap};
use crate::queue::{Expired, TimerQueue};
use crate::slab::TimerId;

/// With fewer timers than this, dead ones are left to time.
const MANY: usize = 64;

#[derive(Debug)]
struct Entry<T> {
    /// When it is due; the tree may still have an earlier deadline for it.
    when: i64,
    state: State,
    value: T,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// In the tree and armed.
    Armed,
    /// In the tree, but stopped.
    Dead,
    /// In the tree, and to be freed when it leaves.
    Gone,
    /// Not in the tree.
    Idle,
}

/// Timers whose removal from the tree is put off.
#[derive(Debug)]
pub struct LazyHeap<T> {
    heap: TimerHeap<Entry<Option<T>>, Hole, Indirect>,
    armed: usize,
    dead: usize,
}

impl<T> Default for LazyHeap<T> {
    fn default() -> Self {
        let heap = TimerHeap::default();
        Self {
            heap,
            armed: 0,
            dead: 0,
        }
    }
}

impl<T> LazyHeap<T> {
    fn entry(&mut self, id: TimerId) -> Option<&mut Entry<Option<T>>> {
        self.exists(id).then(|| self.heap.get_mut(id))?
    }

    fn exists(&self, id: TimerId) -> bool {
        self.heap.get(id).is_some_and(|e| e.state != State::Gone)
    }

    // ANCHOR: sweep
    /// Sweeps the dead out of the tree when they are more than a quarter.
    fn sweep(&mut self) {
        if self.dead < MANY || self.dead * 4 < self.heap.len() {
            return;
        }
        let dead: Vec<_> = self
            .heap
            .iter()
            .filter(|(_, _, e)| e.state != State::Armed)
            .map(|(_, id, _)| id)
            .collect();
        dead.into_iter().for_each(|id| self.bury(id));
        self.dead = 0;
    }
    // ANCHOR_END: sweep

    /// Takes a dead timer out of the tree.
    fn bury(&mut self, id: TimerId) {
        let entry = self.heap.get_mut(id).expect("it is in the tree");
        if entry.state == State::Gone {
            self.heap.remove(id);
        } else {
            entry.state = State::Idle;
            self.heap.disarm(id);
        }
    }

    // ANCHOR: settle
    /// Cleans the root until it is armed and where it belongs.
    fn settle(&mut self) -> Option<(i64, TimerId)> {
        loop {
            let (in_tree, id, entry) = self.heap.iter().next()?;
            let when = entry.when;
            if entry.state != State::Armed {
                self.dead -= 1;
                self.bury(id);
            } else if in_tree < when {
                self.heap.update(id, when);
            } else {
                return Some((when, id));
            }
        }
    }
    // ANCHOR_END: settle
}

impl<T> TimerQueue<T> for LazyHeap<T> {
    fn insert(&mut self, when: i64, value: T) -> TimerId {
        self.armed += 1;
        let (state, value) = (State::Armed, Some(value));
        self.heap.push(when, Entry { when, state, value })
    }

    fn arm(&mut self, id: TimerId, when: i64) -> bool {
        let Some(entry) = self.entry(id) else {
            return false;
        };
        let before = std::mem::replace(&mut entry.state, State::Armed);
        let earlier = when < entry.when;
        entry.when = when;
        if before == State::Idle || earlier {
            self.heap.arm(id, when);
        }
        self.armed += usize::from(before != State::Armed);
        self.dead -= usize::from(before == State::Dead);
        before == State::Armed
    }

    // ANCHOR: disarm
    fn disarm(&mut self, id: TimerId) -> bool {
        let Some(entry) = self.entry(id) else {
            return false;
        };
        if entry.state != State::Armed {
            return false;
        }
        entry.state = State::Dead;
        self.armed -= 1;
        self.dead += 1;
        self.sweep();
        true
    }
    // ANCHOR_END: disarm

    fn remove(&mut self, id: TimerId) -> Option<T> {
        let entry = self.entry(id)?;
        let value = entry.value.take();
        let before = std::mem::replace(&mut entry.state, State::Gone);
        match before {
            State::Armed => {
                self.armed -= 1;
                self.dead += 1;
                self.sweep();
            }
            State::Idle => drop(self.heap.remove(id)),
            State::Dead | State::Gone => {}
        }
        value
    }

    fn is_armed(&self, id: TimerId) -> bool {
        let entry = self.heap.get(id);
        entry.is_some_and(|entry| entry.state == State::Armed)
    }

    fn get_mut(&mut self, id: TimerId) -> Option<&mut T> {
        self.entry(id)?.value.as_mut()
    }

    fn current(&self, index: u32) -> Option<TimerId> {
        self.heap.current(index).filter(|&id| self.exists(id))
    }

    fn release(&mut self, id: TimerId) {
        if self.exists(id) {
            self.heap.release(id);
        }
    }

    fn is_released(&self, id: TimerId) -> bool {
        self.exists(id) && self.heap.is_released(id)
    }

    fn next(&mut self) -> Option<i64> {
        self.settle().map(|(when, _)| when)
    }

    fn expire(&mut self, now: i64) -> Expired {
        let due = self.settle().filter(|&(when, _)| when <= now);
        let Some((when, id)) = due else {
            return Expired::Nothing;
        };
        self.armed -= 1;
        self.heap.disarm(id);
        if let Some(entry) = self.heap.get_mut(id) {
            entry.state = State::Idle;
        }
        Expired::Due { id, when }
    }

    fn len(&self) -> usize {
        self.armed
    }

    fn verify(&self) -> Result<(), String> {
        self.heap.verify()?;
        let armed =
            self.heap.iter().filter(|(_, _, e)| e.state == State::Armed);
        let armed = armed.count();
        if armed != self.armed || armed + self.dead != self.heap.len() {
            return Err(format!(
                "{armed} armed of {} in the tree, believed {} and {} dead",
                self.heap.len(),
                self.armed,
                self.dead
            ));
        }
        match self.heap.iter().find(|(when, _, e)| e.when < *when) {
            Some((when, id, _)) => {
                Err(format!("{id:?} is due before its place at {when}"))
            }
            None => Ok(()),
        }
    }
}
