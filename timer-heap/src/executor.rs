//! Callbacks that run on an executor of the program's.
//!
//! # Contract
//!
//! A callback is in its timer, as everywhere, and shares what it calls with the
//! jobs that it hands over. `due` counts the calls that are owed. Whoever makes
//! it one hands a job over, and a job that leaves some hands over the next one.
//! So there is one job at a time, and none is lost between the two.
//!
//! Who calls what: a worker of the service, in a callback and so without a
//! lock, adds to `due` and calls the executor. A thread of the executor calls
//! what the program gave, under a lock that nobody else takes meanwhile.

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
struct Owed<F> {
    callback: Mutex<F>,
    due: AtomicUsize,
    executor: Executor,
    running: Arc<Running>,
    timers: WeakTimers,
    shared: Arc<Shared>,
}

/// A call on its way through the executor.
struct Job<F: FnMut() + Send + 'static> {
    owed: Arc<Owed<F>>,
    was_run: bool,
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
        match &self.shared().executor {
            None => self.start(when, f),
            Some(executor) => self.start_handed_to(executor, when, f),
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
    ) -> Timer {
        self.start(when, self.handed_to(executor, f))
    }

    /// Returns a callback that hands `f` over, each time it is called.
    pub(crate) fn handed_to<F: FnMut() + Send + 'static>(
        &self,
        executor: &Executor,
        f: F,
    ) -> impl FnMut() + Send + 'static + use<F> {
        let owed = Arc::new(Owed {
            callback: Mutex::new(f),
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

impl<F: FnMut() + Send + 'static> Job<F> {
    fn hand_over(owed: &Arc<Owed<F>>) {
        let mut job = Self { owed: Arc::clone(owed), was_run: false };
        (owed.executor)(Box::new(move || job.run()));
    }

    fn run(&mut self) {
        self.was_run = true;
        let owed = &self.owed;
        let service = &owed.shared.service;
        owed.running.include(|| {
            // Asked after it is counted: a shut-down that waits either sees the
            // call or is seen by it.
            if owed.timers.runs() {
                service.contain(|| {
                    let callback = owed.callback.lock();
                    let poisoned = PoisonError::into_inner;
                    callback.unwrap_or_else(poisoned)();
                });
            }
        });
        if owed.due.fetch_sub(1, Ordering::AcqRel) > 1 {
            service.contain(|| Self::hand_over(owed));
        }
    }
}

impl<F: FnMut() + Send + 'static> Drop for Job<F> {
    fn drop(&mut self) {
        // The executor refused it, and with it what is owed by now.
        if !self.was_run {
            self.owed.due.store(0, Ordering::Release);
        }
    }
}

impl<F: FnMut() + Send + 'static> fmt::Debug for Job<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Job").finish_non_exhaustive()
    }
}
