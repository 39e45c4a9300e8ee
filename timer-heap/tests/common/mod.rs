//! What the tests of this crate share.
#![allow(dead_code, reason = "each test binary uses a part")]

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use timer_heap::{FakeTime, Generation, Timers};

/// Runs a test in each generation, on a clock that is moved by hand.
pub(crate) fn each(test: impl Fn(Timers, FakeTime)) {
    for generation in Generation::ALL {
        let (timers, time) =
            Timers::builder().generation(generation).build_fake();
        test(timers, time);
    }
}

/// Runs a test in each generation, on the system's clock.
pub(crate) fn each_real(test: impl Fn(Timers)) {
    for generation in Generation::ALL {
        test(Timers::with_generation(generation));
    }
}

/// Returns a count, and a callback that counts its calls there.
pub(crate) fn counter()
-> (Arc<AtomicUsize>, impl FnMut() + Clone + Send + 'static) {
    let calls = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&calls);
    (calls, move || {
        count.fetch_add(1, Ordering::Relaxed);
    })
}

/// Returns what was counted so far.
pub(crate) fn get(count: &AtomicUsize) -> usize {
    count.load(Ordering::Relaxed)
}

/// Does something when it is dropped.
pub(crate) struct AtDrop<F: FnMut()>(pub(crate) F);

impl<F: FnMut()> Drop for AtDrop<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

impl<F: FnMut()> AtDrop<F> {
    /// Is captured whole by the closure that calls it.
    pub(crate) fn hold(&self) {}
}

/// A task that counts how often it is woken.
#[derive(Default)]
pub(crate) struct Task(AtomicUsize);

impl Wake for Task {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

impl Task {
    pub(crate) fn poll<F: Future>(
        self: &Arc<Self>,
        future: Pin<&mut F>,
    ) -> Poll<F::Output> {
        self.with_context(|context| future.poll(context))
    }

    /// Calls `poll` with a context of this task.
    pub(crate) fn with_context<R>(
        self: &Arc<Self>,
        poll: impl FnOnce(&mut Context<'_>) -> R,
    ) -> R {
        let waker = Waker::from(Arc::clone(self));
        poll(&mut Context::from_waker(&waker))
    }

    pub(crate) fn woken(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}
