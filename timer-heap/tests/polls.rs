//! How often a task is polled: no more than on tokio's own timers.
//!
//! Two copies of a waker need not know each other, which shows only where the
//! compiler makes several copies of a table of functions: so the count is of
//! most use in a release build, on an executor that hands out its own waker.
#![cfg(not(loom))]

use std::cell::Cell;
use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::Duration;

use timer_heap::{Generation, Timers};
use tokio::sync::mpsc::{Receiver, channel};
use tokio::task::yield_now;

const MS: Duration = Duration::from_millis(1);
const HOUR: Duration = Duration::from_secs(3600);
const MESSAGES: usize = 100;

/// What a program needs of a library of timers.
trait Library {
    fn sleep(&self, d: Duration) -> impl Future<Output = ()> + Unpin;

    /// Returns nothing if the time is over.
    fn timeout<F: Future>(
        &self,
        d: Duration,
        future: F,
    ) -> impl Future<Output = Option<F::Output>>;
}

impl Library for Timers {
    fn sleep(&self, d: Duration) -> impl Future<Output = ()> + Unpin {
        self.sleep_async(d)
    }

    async fn timeout<F: Future>(
        &self,
        d: Duration,
        future: F,
    ) -> Option<F::Output> {
        Self::timeout(self, d, future).await.ok()
    }
}

struct Tokio;

impl Library for Tokio {
    fn sleep(&self, d: Duration) -> impl Future<Output = ()> + Unpin {
        Box::pin(tokio::time::sleep(d))
    }

    async fn timeout<F: Future>(
        &self,
        d: Duration,
        future: F,
    ) -> Option<F::Output> {
        tokio::time::timeout(d, future).await.ok()
    }
}

/// Two sleeps in one task: each poll of the task polls both.
async fn joined(library: &impl Library) {
    tokio::join!(library.sleep(2 * MS), library.sleep(20 * MS));
}

/// A loop over messages that keeps its deadline.
async fn selected(library: &impl Library) {
    let mut messages = messages();
    let mut deadline = library.sleep(HOUR);
    loop {
        tokio::select! {
            message = messages.recv() => if message.is_none() { return },
            () = &mut deadline => panic!("an hour has passed"),
        }
    }
}

/// A loop over messages that makes a new idle timeout for each.
async fn idle(library: &impl Library) {
    let mut messages = messages();
    loop {
        let message = library.timeout(HOUR, messages.recv()).await;
        if message.expect("an hour has not passed").is_none() {
            return;
        }
    }
}

/// Returns messages of a task that gives way before each, for so long that
/// whoever receives waits, and whoever wakes itself is polled meanwhile.
fn messages() -> Receiver<usize> {
    let (sender, receiver) = channel(1);
    tokio::spawn(async move {
        for n in 0..MESSAGES {
            for _ in 0..4 {
                yield_now().await;
            }
            sender.send(n).await.expect("it is received");
        }
    });
    receiver
}

/// A future that counts its polls.
struct Counted<'a, F> {
    future: Pin<&'a mut F>,
    polls: &'a Cell<usize>,
}

impl<F: Future> Future for Counted<'_, F> {
    type Output = F::Output;

    fn poll(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<F::Output> {
        self.polls.set(self.polls.get() + 1);
        self.future.as_mut().poll(context)
    }
}

/// Returns how often tokio's `block_on` polls a program.
fn polls(program: impl Future) -> usize {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    let runtime = builder.enable_time().build().expect("it can be built");
    let polls = Cell::new(0);
    let future = pin!(program);
    runtime.block_on(Counted { future, polls: &polls });
    polls.get()
}

#[test]
fn two_sleeps_in_a_task_need_a_poll_each_and_the_first() {
    assert!(polls(joined(&Tokio)) <= 3, "fewer if both are late");
    for generation in Generation::ALL {
        let timers = Timers::with_generation(generation);
        let polls = polls(joined(&timers));
        assert!(polls <= 3, "{generation}: {polls}");
    }
}

#[test]
fn a_deadline_kept_over_a_loop_costs_no_poll() {
    let theirs = polls(selected(&Tokio));
    for generation in Generation::ALL {
        let polls = polls(selected(&Timers::with_generation(generation)));
        assert!(polls <= theirs, "{generation}: {polls}, tokio {theirs}");
    }
}

#[test]
fn an_idle_timeout_for_each_message_costs_no_poll() {
    let theirs = polls(idle(&Tokio));
    for generation in Generation::ALL {
        let polls = polls(idle(&Timers::with_generation(generation)));
        assert!(polls <= theirs, "{generation}: {polls}, tokio {theirs}");
    }
}
