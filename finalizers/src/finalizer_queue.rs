//! The queue of the one thread that runs all finalizers.
//!
//! | thread | calls | under which lock |
//! |---|---|---|
//! | any | `add`, `close`, `len` | `state`, given back before the thread is woken |
//! | the finalizer thread alone | `take` | `state`, given back before it sleeps or runs one |
//!
//! Rules:
//!
//! - The thread sleeps when the queue is empty. Two bits beside the lock say
//!   whether it has to be woken: it *waits*, and there is *work*.
//! - The thread sets *waits* after it has found the queue empty, and sleeps
//!   only if *work* is not set by then. Who adds sets *work* after the
//!   addition, and wakes the thread if *waits* is set.
//!
//! Each side writes its own bit and reads the other's in one step, so a
//! wake-up cannot be lost. Written after Go 1.27, `runtime/mfinal.go`
//! (`fingWait`, `fingWake`), where the scheduler does the waking.

use std::collections::VecDeque;
use std::marker::PhantomData;

use support::futex::Futex;
use support::sync::Mutex;
use support::sync::atomic::Ordering;
use support::taken;

use crate::panics::drop_each;
use crate::steps::{Sound, Steps};

/// The thread sleeps or is about to.
const WAITS: u32 = 1;
/// Something was added, or the queue was closed, since it last looked.
const WORK: u32 = 2;

/// A queue with one taker, which sleeps while the queue is empty.
///
/// ```
/// use finalizers::finalizer_queue::FinalizerQueue;
///
/// let queue = FinalizerQueue::new();
/// std::thread::scope(|scope| {
///     scope.spawn(|| {
///         while let Some(number) = queue.take() {
///             println!("finalizing {number}");
///         }
///     });
///     queue.add([1, 2, 3]);
///     queue.close();
/// });
/// ```
#[derive(Debug)]
pub struct FinalizerQueue<T, S: Steps = Sound> {
    state: Mutex<State<T>>,
    /// | bits | the thread | who adds |
    /// |---|---|---|
    /// | none | runs | has added nothing since |
    /// | `WORK` | runs, will find it | has added |
    /// | `WAITS` | sleeps, or is about to | has added nothing since |
    /// | both | is being woken | wakes it |
    futex: Futex,
    steps: PhantomData<S>,
}

#[derive(Debug)]
struct State<T> {
    items: VecDeque<T>,
    is_closed: bool,
}

impl<T> FinalizerQueue<T> {
    /// Returns an empty queue.
    pub fn new() -> Self {
        Self::with_steps()
    }
}

impl<T> Default for FinalizerQueue<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T, S: Steps> FinalizerQueue<T, S> {
    #[doc(hidden)]
    pub fn with_steps() -> Self {
        Self {
            state: Mutex::new(State {
                items: VecDeque::new(),
                is_closed: false,
            }),
            futex: Futex::new(0),
            steps: PhantomData,
        }
    }

    /// Adds items and wakes the thread if it sleeps.
    pub fn add(&self, items: impl IntoIterator<Item = T>) {
        // Not under the lock: an iterator is the caller's code, may use the
        // queue, and may panic.
        let items = Vec::from_iter(items);
        self.with_state(|state| state.items.extend(items));
        self.wake();
    }

    /// Ends the queue and drops what is in it, because at exit nothing is
    /// promised.
    pub fn close(&self) {
        let dropped = self.with_state(|state| {
            state.is_closed = true;
            std::mem::take(&mut state.items)
        });
        self.wake();
        drop_each(dropped);
    }

    /// Takes the next item, and sleeps while there is none. Returns `None` once
    /// the queue is closed. Only one thread may call this.
    pub fn take(&self) -> Option<T> {
        loop {
            let next = self.with_state(|state| match state.items.pop_front() {
                Some(item) => Some(Some(item)),
                None => state.is_closed.then_some(None),
            });
            if let Some(next) = next {
                return next;
            }
            self.sleep();
        }
    }

    /// Returns how many items wait to be taken.
    pub fn len(&self) -> usize {
        self.with_state(|state| state.items.len())
    }

    /// Returns whether no item waits to be taken.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    // ANCHOR: protocol
    /// Sleeps unless something was added since the queue was found empty.
    fn sleep(&self) {
        let bits = &self.futex.word;
        let mut seen = bits.fetch_or(WAITS, Ordering::AcqRel) | WAITS;
        if !taken!(S::LOOKS_AGAIN) {
            seen = WAITS;
            bits.store(WAITS, Ordering::Release);
        }
        while seen == WAITS {
            self.futex.wait(WAITS);
            seen = bits.load(Ordering::Acquire);
        }
        bits.store(0, Ordering::Release);
    }

    /// Sets *work*, and wakes the thread if it waits.
    fn wake(&self) {
        let seen = self.futex.word.fetch_or(WORK, Ordering::AcqRel);
        if seen & WAITS != 0 {
            self.futex.wake_one();
        }
    }
    // ANCHOR_END: protocol

    fn with_state<R>(&self, f: impl FnOnce(&mut State<T>) -> R) -> R {
        f(&mut self.state.lock().expect("no holder panics"))
    }
}

#[cfg(test)]
#[cfg(not(loom))]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

    use super::*;

    #[test]
    fn an_iterator_may_use_the_queue_and_may_panic() {
        let _watched = support::watchdog::watch();
        let queue = FinalizerQueue::new();
        queue.add([1]);
        queue.add(std::iter::once_with(|| queue.len() + 1));
        let panics = std::iter::from_fn(|| resume_unwind(Box::new("no more")));
        let added = AssertUnwindSafe(|| queue.add(panics));
        assert!(catch_unwind(added).is_err());
        assert_eq!((queue.len(), queue.is_empty()), (2, false));
        assert_eq!((queue.take(), queue.take()), (Some(1), Some(2)));
        assert_eq!((queue.len(), queue.is_empty()), (0, true));
    }
}
