//! A heap, a lock, an alarm and one thread: Go's timers up to 1.9, from the
//! parts that this crate is made of.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use support::probe::Recorder;
use timer_heap::alarm::Alarm;
use timer_heap::clock::Clock;
use timer_heap::heap::{Hole, Inline, Step, TimerHeap};
use timer_heap::queue::TimerId;
use timer_heap::steps::{Event, Steps};

use crate::events::Watched;

type Heap = TimerHeap<(), Hole, Inline, Recorder<Step>>;

#[derive(Default)]
struct Shared {
    heap: Heap,
    closed: bool,
}

/// The heap and the thread's alarm.
pub(crate) struct Timerproc {
    clock: Clock,
    alarm: Alarm<Watched>,
    shared: Mutex<Shared>,
}

/// The heap at one moment.
pub(crate) struct Snapshot {
    /// In nanoseconds, as [`now`](Timerproc::now).
    pub(crate) now: i64,
    /// From the root down, level by level.
    pub(crate) deadlines: Vec<i64>,
    /// Comparisons since the snapshot before.
    pub(crate) compared: usize,
    /// Timers written to a position of the tree since then.
    pub(crate) moved: usize,
}

impl Default for Timerproc {
    fn default() -> Self {
        Self {
            clock: Clock::real(),
            alarm: Alarm::new(),
            shared: Mutex::default(),
        }
    }
}

impl Timerproc {
    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the thread does, until the shut-down.
    pub(crate) fn work(&self) {
        loop {
            self.alarm.wait(&self.clock, || self.first());
            if self.lock().closed {
                return;
            }
            while let Some(when) = self.pop_due() {
                Watched::emit(|| Event::Fire { when });
            }
        }
    }

    /// Returns the first deadline, taken under the lock, as the alarm demands.
    fn first(&self) -> Option<i64> {
        let shared = self.lock();
        if shared.closed {
            return Some(i64::MIN);
        }
        shared.heap.peek().map(|(when, ())| when)
    }

    fn pop_due(&self) -> Option<i64> {
        let now = self.clock.now();
        let mut shared = self.lock();
        let (first, ()) = shared.heap.peek()?;
        if first > now {
            return None;
        }
        shared.heap.pop().map(|(when, ())| when)
    }

    /// Starts a timer: push first, ring afterwards.
    pub(crate) fn start(&self, d: Duration) -> TimerId {
        let nanos = i64::try_from(d.as_nanos()).unwrap_or(i64::MAX);
        let when = self.clock.now().saturating_add(nanos);
        let id = self.lock().heap.push(when, ());
        self.alarm.ring_before(when);
        id
    }

    /// Stops a timer. Returns true if it was pending.
    pub(crate) fn stop(&self, id: TimerId) -> bool {
        self.lock().heap.remove(id).is_some()
    }

    /// Ends the thread.
    pub(crate) fn shut_down(&self) {
        self.lock().closed = true;
        self.alarm.ring_before(i64::MIN + 1);
    }

    /// Returns the heap now, and its steps since the last time.
    pub(crate) fn snapshot(&self) -> Snapshot {
        let mut shared = self.lock();
        let steps = std::mem::take(&mut shared.heap.probe_mut().steps);
        let is_move = |step: &&Step| matches!(step, Step::Move { .. });
        let moved = steps.iter().filter(is_move).count();
        Snapshot {
            now: self.clock.now(),
            deadlines: shared.heap.iter().map(|(when, ..)| when).collect(),
            compared: steps.len() - moved,
            moved,
        }
    }
}
