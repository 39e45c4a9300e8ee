//! A semaphore with a queue, as the runtime of Go has under `sync.Mutex`.
//!
//! Contract: a permit goes to the sleeper at the front of the queue, or waits
//! for the next one to come. (In Go, `runtime/sema.go`, a newcomer may snatch
//! a permit that was not handed over; under the mutex nobody comes to.)

use std::collections::VecDeque;

use support::futex::Futex;
use support::sync::atomic::Ordering::{Acquire, Release};
use support::sync::{Arc, Mutex};

/// Where threads sleep until they are given a permit.
#[derive(Debug, Default)]
pub(super) struct Semaphore(Mutex<Queue>);

#[derive(Debug, Default)]
struct Queue {
    permits: usize,
    sleepers: VecDeque<Arc<Futex>>,
}

impl Semaphore {
    /// Takes a permit, or sleeps until it is given one: at the front of the
    /// queue if `first`, else at its back.
    pub(super) fn acquire(&self, first: bool) {
        let mut queue = self.0.lock().expect("no holder panics");
        if queue.permits > 0 {
            queue.permits -= 1;
            return;
        }
        let sleeper = Arc::new(Futex::new(0));
        match first {
            true => queue.sleepers.push_front(sleeper.clone()),
            false => queue.sleepers.push_back(sleeper.clone()),
        }
        drop(queue);
        while sleeper.word.load(Acquire) == 0 {
            sleeper.wait(0);
        }
    }

    /// Gives a permit to the first sleeper, or keeps it for the next.
    pub(super) fn release(&self) {
        let mut queue = self.0.lock().expect("no holder panics");
        let Some(sleeper) = queue.sleepers.pop_front() else {
            queue.permits += 1;
            return;
        };
        drop(queue);
        sleeper.word.store(1, Release);
        sleeper.wake_one();
    }
}
