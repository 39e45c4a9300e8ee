//! A semaphore with a queue, as Go's runtime has one under all its locks.
//!
//! Who calls what: any thread may [`acquire`](Semaphore::acquire) or
//! [`release`](Semaphore::release). Both look at the queue under its lock, and
//! neither holds the lock while it sleeps or wakes. A sleeper waits on a futex
//! of its own, whose word is written once, by the thread that released.
//!
//! Contract: a permit goes to the sleeper at the front of the queue, or stays
//! for the next thread that comes. No thread overtakes a permit that was
//! handed over. (In Go 1.27, `runtime/sema.go`, a newcomer may snatch one
//! that was not handed over.)

use std::collections::VecDeque;
use std::sync::PoisonError;

use crate::futex::Futex;
use crate::sync::atomic::Ordering::{Acquire, Release};
use crate::sync::{Arc, Mutex, MutexGuard};

/// Where threads sleep until they are given a permit.
///
/// ```
/// use support::semaphore::Semaphore;
///
/// let semaphore = Semaphore::default();
/// std::thread::scope(|scope| {
///     scope.spawn(|| semaphore.acquire()); // sleeps, or finds the permit
///     semaphore.release();
/// });
/// ```
#[derive(Debug, Default)]
pub struct Semaphore(Mutex<Queue>);

#[derive(Debug, Default)]
struct Queue {
    /// Permits that nobody has taken. None while somebody sleeps.
    permits: usize,
    sleepers: VecDeque<Arc<Futex>>,
}

impl Semaphore {
    /// Takes a permit, or sleeps at the back of the queue until it is given
    /// one.
    pub fn acquire(&self) {
        self.acquire_or(VecDeque::push_back);
    }

    /// Takes a permit, or sleeps at the front of the queue until it is given
    /// one: for a thread that has waited before.
    pub fn acquire_first(&self) {
        self.acquire_or(VecDeque::push_front);
    }

    fn acquire_or(&self, line_up: fn(&mut VecDeque<Arc<Futex>>, Arc<Futex>)) {
        let mut queue = self.queue();
        if queue.permits > 0 {
            queue.permits -= 1;
            return;
        }
        let sleeper = Arc::new(Futex::new(0));
        line_up(&mut queue.sleepers, sleeper.clone());
        drop(queue);
        while sleeper.word.load(Acquire) == 0 {
            sleeper.wait(0);
        }
    }

    /// Gives a permit to the first sleeper, or keeps it for the next thread
    /// that comes.
    pub fn release(&self) {
        let mut queue = self.queue();
        let Some(sleeper) = queue.sleepers.pop_front() else {
            queue.permits += 1;
            return;
        };
        drop(queue);
        sleeper.word.store(1, Release);
        sleeper.wake_one();
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        // Nothing that is done under the lock panics.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
