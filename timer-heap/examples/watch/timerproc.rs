//! A heap, a lock, an alarm and one thread: Go's timers up to 1.9, from the
//! parts that this crate is made of.

use std::mem;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use support::probe::Recorder;
use timer_heap::alarm::Alarm;
use timer_heap::heap::{Hole, Inline, Step, TimerHeap};
use timer_heap::queue::TimerId;

use crate::events::{self, CLOCK, Watched, What};

type Heap = TimerHeap<(), Hole, Inline, Recorder<Step>>;

#[derive(Default)]
struct Shared {
    heap: Heap,
    closed: bool,
}

impl Shared {
    /// Notes what was done to the heap, by which steps, and what it is now.
    fn note(&mut self, what: What) {
        let steps = mem::take(&mut self.heap.probe_mut().steps);
        let moved: Vec<usize> = steps.iter().filter_map(position).collect();
        let heap = events::Heap {
            deadlines: self.heap.iter().map(|(when, ..)| when).collect(),
            compared: steps.len() - moved.len(),
            moved,
        };
        events::note(what, Some(heap));
    }
}

/// Returns the position to which a step writes a timer.
fn position(step: &Step) -> Option<usize> {
    match step {
        Step::Move { to, .. } => Some(*to),
        Step::Compare { .. } => None,
    }
}

/// The heap and the thread's alarm.
#[derive(Default)]
pub(crate) struct Timerproc {
    alarm: Alarm<Watched>,
    shared: Mutex<Shared>,
}

impl Timerproc {
    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the thread does, until the shut-down.
    pub(crate) fn work(&self) {
        loop {
            self.alarm.wait(&CLOCK, || self.first());
            if self.lock().closed {
                return;
            }
            while self.fire_due() {}
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

    /// Takes out a timer that is due. Returns false if there is none.
    fn fire_due(&self) -> bool {
        let now = CLOCK.now();
        let mut shared = self.lock();
        let Some((first, ())) = shared.heap.peek() else { return false };
        if first > now {
            return false;
        }
        shared.heap.pop();
        shared.note(What::Fire(first));
        true
    }

    /// Starts a timer: push first, ring afterwards.
    pub(crate) fn start(&self, d: Duration) -> TimerId {
        let nanos = i64::try_from(d.as_nanos()).unwrap_or(i64::MAX);
        let when = CLOCK.now().saturating_add(nanos);
        let mut shared = self.lock();
        let id = shared.heap.push(when, ());
        shared.note(What::Start(when));
        drop(shared);
        self.alarm.ring_before(when);
        id
    }

    /// Stops a timer, if it is pending.
    pub(crate) fn stop(&self, id: TimerId) {
        let mut shared = self.lock();
        if shared.heap.remove(id).is_some() {
            shared.note(What::Stop);
        }
    }

    /// Ends the thread.
    pub(crate) fn shut_down(&self) {
        self.lock().closed = true;
        self.alarm.ring_before(i64::MIN + 1);
    }
}
