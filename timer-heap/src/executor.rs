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
//! comes. One that the executor runs inside of the job before it, because that
//! is on a thread of the executor's, only says so and returns, and the job before
//! it makes the call: the stack would grow with each call otherwise.
//!
//! Who calls what: a worker of the service, in a callback and so without a
//! lock, adds to `due` and calls the executor. A thread of the executor calls
//! what the program gave, under a lock that nobody else takes meanwhile. It may
//! be the last to have that, and drops it: a panic in this is the service's.

use std::cell::Cell;
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

std::thread_local! {
    /// The address of the calls of which this thread hands the next job over,
    /// until it is run inside. No other thread sees it.
    static HANDS_OVER: Cell<usize> = const { Cell::new(NOTHING) };
}

/// The address of no calls.
const NOTHING: usize = 0;

fn address<T>(calls: &Arc<T>) -> usize {
    Arc::as_ptr(calls).addr()
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
        let Some(mut owed) = self.owed.take() else { return };
        if HANDS_OVER.get() == address(&owed) {
            return HANDS_OVER.set(NOTHING);
        }
        while let Some(rest) = Self::run_one(owed) {
            if !Self::hand_over_inside(&rest) {
                return Self::let_go(rest);
            }
            owed = rest;
        }
    }

    /// Makes one call. Returns what is owed still, if anything is.
    fn run_one(owed: Arc<Owed<F, S>>) -> Option<Arc<Owed<F, S>>> {
        let running = Arc::clone(&owed.running);
        running.include(|| {
            Self::call(&owed);
            if owed.due.fetch_sub(1, Ordering::AcqRel) > 1 {
                // To be handed over when this is not counted any more: an
                // executor may be full until who waits for the end makes room.
                return Some(owed);
            }
            // Counted too: who waits for the end waits for this.
            Self::let_go(owed);
            None
        })
    }

    /// Hands the next job over, from inside of one. Returns true if the executor
    /// has run it at once, so that its call is still to be made.
    fn hand_over_inside(owed: &Arc<Owed<F, S>>) -> bool {
        let own = address(owed);
        let before = HANDS_OVER.replace(own);
        owed.shared.service.contain(|| Self::hand_over(owed));
        HANDS_OVER.replace(before) != own
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
