//! Callbacks that run on an executor of the program's.
//!
//! # Contract
//!
//! A callback is in its timer, as everywhere, and shares what it calls with the
//! jobs that it hands over. `due` counts the calls that are owed. Whoever makes
//! it one hands a job over, and a job that leaves some hands over the next one.
//! So there is one job at a time, and none is lost between the two. A job that
//! the executor drops is called off, with all that is owed by then: a timer that
//! counts its calls is told of each, so that it does not wait for one that never
//! comes.
//!
//! Who calls what: a worker of the service, in a callback and so without a
//! lock, adds to `due` and calls the executor. A thread of the executor calls
//! what the program gave, under a lock that nobody else takes meanwhile. It may
//! be the last to have that, and drops it: a panic in this is the service's.

use std::fmt;
// Not modelled: it counts references and orders nothing else.
use std::sync::{Arc, PoisonError};

use support::sync::Mutex;
use support::sync::atomic::{AtomicUsize, Ordering};

use crate::shared::Shared;
use crate::threads::{Executor, Running};
use crate::timer::Timer;
use crate::timers::{Timers, WeakTimers};

/// A callback, and the calls of it that are owed.
struct Owed<F, S> {
    callback: Mutex<F>,
    /// What to do in place of a call that the executor drops.
    skip: S,
    due: AtomicUsize,
    executor: Executor,
    running: Arc<Running>,
    timers: WeakTimers,
    shared: Arc<Shared>,
}

/// A call on its way through the executor.
struct Job<F, S>
where
    F: FnMut() + Send + 'static,
    S: Fn() + Send + Sync + 'static,
{
    /// There until it is run.
    owed: Option<Arc<Owed<F, S>>>,
}

impl Timers {
    /// Starts a timer that calls what the program gave: on the service's thread
    /// or on the executor of the program's choice.
    #[inline(always)]
    pub(crate) fn start_call(
        &self,
        when: i64,
        f: impl FnMut() + Send + 'static,
    ) -> Timer {
        self.start_call_or(when, f, || || ())
    }

    /// Like [`start_call`](Self::start_call). An executor may drop a call: then
    /// what `skip` returned is called in its place.
    #[inline(always)]
    pub(crate) fn start_call_or<S: Fn() + Send + Sync + 'static>(
        &self,
        when: i64,
        f: impl FnMut() + Send + 'static,
        skip: impl FnOnce() -> S,
    ) -> Timer {
        match &self.shared().executor {
            None => self.start(when, f),
            Some(executor) => self.start_handed_to(executor, when, f, skip()),
        }
    }

    /// A function apart, so that services without an executor save no registers
    /// for it.
    #[cold]
    #[inline(never)]
    fn start_handed_to(
        &self,
        executor: &Executor,
        when: i64,
        f: impl FnMut() + Send + 'static,
        skip: impl Fn() + Send + Sync + 'static,
    ) -> Timer {
        self.start(when, self.handed_to(executor, f, skip))
    }

    /// Returns a callback that hands `f` over, each time it is called.
    pub(crate) fn handed_to<F, S>(
        &self,
        executor: &Executor,
        f: F,
        skip: S,
    ) -> impl FnMut() + Send + 'static + use<F, S>
    where
        F: FnMut() + Send + 'static,
        S: Fn() + Send + Sync + 'static,
    {
        let owed = Arc::new(Owed {
            callback: Mutex::new(f),
            skip,
            due: AtomicUsize::new(0),
            executor: Arc::clone(executor),
            running: Arc::clone(&self.shared().running),
            timers: self.downgrade(),
            shared: Arc::clone(self.shared()),
        });
        move || {
            if owed.due.fetch_add(1, Ordering::AcqRel) == 0 {
                Job::hand_over(&owed);
            }
        }
    }
}

impl<F, S> Job<F, S>
where
    F: FnMut() + Send + 'static,
    S: Fn() + Send + Sync + 'static,
{
    fn hand_over(owed: &Arc<Owed<F, S>>) {
        let mut job = Self { owed: Some(Arc::clone(owed)) };
        (owed.executor)(Box::new(move || job.run()));
    }

    fn run(&mut self) {
        let Some(owed) = self.owed.take() else { return };
        let running = Arc::clone(&owed.running);
        let rest = running.include(|| {
            Self::call(&owed);
            if owed.due.fetch_sub(1, Ordering::AcqRel) > 1 {
                return Some(owed);
            }
            // Counted too: who waits for the end waits for this.
            Self::let_go(owed);
            None
        });
        // Not counted: an executor may be full until who waits makes room.
        if let Some(owed) = rest {
            let shared = Arc::clone(&owed.shared);
            shared.service.contain(|| Self::hand_over(&owed));
            Self::let_go(owed);
        }
    }

    /// Calls what the program gave, unless the service has ended.
    fn call(owed: &Owed<F, S>) {
        // Asked after it is counted: a shut-down that waits either sees the call
        // or is seen by it.
        if owed.timers.runs() {
            owed.shared.service.contain(|| {
                let callback = owed.callback.lock();
                callback.unwrap_or_else(PoisonError::into_inner)();
            });
        }
    }

    /// Drops what it called, whose panic is not the executor's: one that drops
    /// several jobs at once would end the process.
    fn let_go(owed: Arc<Owed<F, S>>) {
        let shared = Arc::clone(&owed.shared);
        shared.service.contain(|| drop(owed));
    }
}

impl<F, S> Drop for Job<F, S>
where
    F: FnMut() + Send + 'static,
    S: Fn() + Send + Sync + 'static,
{
    fn drop(&mut self) {
        // The executor refused it, and with it what is owed by now.
        if let Some(owed) = self.owed.take() {
            let refused = owed.due.swap(0, Ordering::AcqRel);
            (0..refused).for_each(|_| (owed.skip)());
            Self::let_go(owed);
        }
    }
}

impl<F, S> fmt::Debug for Job<F, S>
where
    F: FnMut() + Send + 'static,
    S: Fn() + Send + Sync + 'static,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Job").finish_non_exhaustive()
    }
}
