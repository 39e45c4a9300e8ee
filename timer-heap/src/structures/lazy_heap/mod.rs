//! The heap with lazy removal, as from Go 1.14 to 1.22.
//!
//! A stop only marks its timer, and so does a reset. Both exchange the
//! timer's state, without the heap's lock ([`Marks`]). The tree learns of a
//! mark when the timer comes to the root, when a deadline before its place in
//! the tree is due (Go 1.16's `timerModifiedEarliest`), or when a quarter of
//! the tree is dead (`clearDeletedTimers` in Go 1.14's `runtime/time.go`).
//!
//! Who calls what:
//!
//! | thread | holds | calls |
//! |---|---|---|
//! | any that has a timer's handle | nothing | [`Marks::stop`], [`Marks::reset`] |
//! | the owner | the lock around the heap | every method of [`LazyHeap`], [`Marks`]'s `close` |

mod marks;

use std::marker::PhantomData;

use support::sync::Arc;

use crate::structures::heap::{Hole, Indirect, TimerHeap};
use crate::structures::steps::{Event, Sound, Steps};
use crate::structures::timer_id::TimerId;
use crate::structures::timer_queue::{Expired, HandleQueue, TimerQueue};
use crate::structures::violation::Violation;
use marks::{ARMED, DEAD, IDLE, MOVED, Table};

#[cfg(feature = "internals")]
pub use marks::Marks;
#[cfg(not(feature = "internals"))]
pub(crate) use marks::Marks;

/// With fewer dead timers than this, a sweep costs more than it frees.
const MANY: usize = 64;

/// Timers whose removal from the tree is put off.
///
/// ```
/// use timer_heap::lazy_heap::LazyHeap;
/// use timer_heap::steps::Sound;
/// use timer_heap::queue::{Expired, TimerQueue};
///
/// let mut timers = LazyHeap::<&str>::default();
/// let marks = timers.marks(); // for another thread
/// let tea = timers.insert(3_000, "tea");
/// assert_eq!(marks.stop::<Sound>(tea.index()), Some(true));
/// assert_eq!(timers.expire(5_000), Expired::Nothing);
/// ```
#[derive(Debug)]
pub struct LazyHeap<T, P = Sound> {
    /// A timer that was removed, but is in the tree, has no value.
    heap: TimerHeap<Option<T>, Hole, Indirect>,
    /// The same marks as in `marks`, for the owner to read without a lock.
    table: Table,
    marks: Arc<Marks>,
    /// How many are armed, not counting what was marked without the lock.
    armed: isize,
    steps: PhantomData<P>,
}

impl<T, P> Default for LazyHeap<T, P> {
    fn default() -> Self {
        Self {
            heap: TimerHeap::default(),
            table: Table::default(),
            marks: Arc::new(Marks::new()),
            armed: 0,
            steps: PhantomData,
        }
    }
}

impl<T, P: Steps> LazyHeap<T, P> {
    /// Returns the marks of its timers.
    pub fn marks(&self) -> Arc<Marks> {
        Arc::clone(&self.marks)
    }

    /// Returns the value of every timer, armed or not, in no order.
    pub(crate) fn into_values(self) -> impl Iterator<Item = T> {
        self.heap.into_values().flatten()
    }

    fn exists(&self, id: TimerId) -> bool {
        self.heap.get(id).is_some_and(Option::is_some)
    }

    // ANCHOR: sweep
    /// Sweeps the tree when a quarter of it is dead.
    fn sweep_in_time(&mut self) {
        let dead = self.heap.len().saturating_sub(self.len());
        if dead >= MANY && dead * 4 >= self.heap.len() {
            self.sweep();
        }
    }

    /// Takes the dead out of the tree, and gives every other its place.
    fn sweep(&mut self) {
        self.marks.totals.forget_earliest();
        let all = self.heap.iter().map(|(_, id, _)| id);
        let is_marked =
            |id: &TimerId| self.table.at(id.index()).state() != ARMED;
        let marked: Vec<_> = all.filter(is_marked).collect();
        marked.into_iter().for_each(|id| self.tidy(id));
    }
    // ANCHOR_END: sweep

    /// Does in the tree what a timer's mark asks for.
    fn tidy(&mut self, id: TimerId) {
        if !self.exists(id) {
            return self.forget(id);
        }
        let mark = self.table.at(id.index());
        loop {
            match mark.state() {
                MOVED => mark.place(|when| {
                    P::emit(|| Event::Move { id, when });
                    self.heap.update(id, when);
                }),
                DEAD if mark.exchange(DEAD, IDLE) => {
                    P::emit(|| Event::Bury { id });
                    self.heap.disarm(id);
                }
                DEAD => {}
                _ => return,
            }
        }
    }

    /// Gives back the slot of a timer that was removed.
    fn forget(&mut self, id: TimerId) {
        let index = id.index();
        self.heap.remove(id);
        if !self.heap.has_slot(index) {
            self.marks.uncover(&mut self.table, index);
        }
    }

    // ANCHOR: clean-root
    /// Cleans the root until it is armed and where it belongs.
    fn clean_root(&mut self) -> Option<(i64, TimerId)> {
        loop {
            let (when, id, _) = self.heap.iter().next()?;
            if self.table.at(id.index()).state() == ARMED {
                return Some((when, id));
            }
            self.tidy(id);
        }
    }
    // ANCHOR_END: clean-root
}

impl<T, P: Steps> TimerQueue<T> for LazyHeap<T, P> {
    fn insert(&mut self, when: i64, value: T) -> TimerId {
        self.sweep_in_time();
        let id = self.heap.push(when, Some(value));
        self.marks.cover(&mut self.table, id.index());
        self.table.at(id.index()).arm(when);
        self.armed += 1;
        id
    }

    fn arm(&mut self, id: TimerId, when: i64) -> bool {
        if !self.exists(id) {
            return false;
        }
        let mark = self.table.at(id.index());
        let was_armed = mark.reset(when, &self.marks.totals);
        if was_armed.is_none() {
            self.heap.arm(id, when);
            mark.arm(when);
        }
        let was_armed = was_armed.unwrap_or(false);
        self.armed += isize::from(!was_armed);
        was_armed
    }

    fn disarm(&mut self, id: TimerId) -> bool {
        if !self.exists(id) {
            return false;
        }
        let mark = self.table.at(id.index());
        let stopped = mark.stop::<P>().unwrap_or(false);
        self.armed -= isize::from(stopped);
        self.sweep_in_time();
        stopped
    }

    fn remove(&mut self, id: TimerId) -> Option<T> {
        let value = self.heap.get_mut(id)?.take()?;
        let mark = self.table.at(id.index());
        match mark.state() {
            IDLE => self.forget(id),
            state => {
                self.armed -= isize::from(state != DEAD);
                mark.bury();
                self.sweep_in_time();
            }
        }
        Some(value)
    }

    fn is_armed(&self, id: TimerId) -> bool {
        let state = || self.table.at(id.index()).state();
        self.exists(id) && matches!(state(), ARMED | MOVED)
    }

    fn get_mut(&mut self, id: TimerId) -> Option<&mut T> {
        self.heap.get_mut(id)?.as_mut()
    }

    fn next(&mut self) -> Option<i64> {
        let (root, _) = self.clean_root()?;
        // A timer that was reset to earlier is not at the root yet.
        Some(root.min(self.marks.totals.earliest::<P>()))
    }

    fn expire(&mut self, now: i64) -> Expired {
        if self.marks.totals.earliest::<P>() <= now {
            self.sweep();
        }
        loop {
            let due = self.clean_root().filter(|&(when, _)| when <= now);
            let Some((when, id)) = due else {
                return Expired::Nothing;
            };
            if self.table.at(id.index()).exchange(ARMED, IDLE) {
                self.armed -= 1;
                self.heap.disarm(id);
                return Expired::Due { id, when };
            }
        }
    }

    fn len(&self) -> usize {
        // A mark may be seen before its count is.
        usize::try_from(self.armed + self.marks.totals.armed()).unwrap_or(0)
    }

    fn verify(&self) -> Result<(), Violation> {
        self.heap.verify()?;
        let mut armed = 0;
        for (key, id, _) in self.heap.iter() {
            let mark = self.table.at(id.index());
            match mark.state() {
                IDLE => return Err(Violation::IdleInTree { id }),
                DEAD => continue,
                _ => armed += 1,
            }
            let when = mark.when();
            if when < key && when < self.marks.totals.earliest::<P>() {
                return Err(Violation::DueBeforeKey { id, when, key });
            }
        }
        if self.len() != armed {
            let (found, counted) = (armed, self.len());
            return Err(Violation::ArmedCount { found, counted });
        }
        Ok(())
    }
}

impl<T, P: Steps> HandleQueue<T> for LazyHeap<T, P> {
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
}
