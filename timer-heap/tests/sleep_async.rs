//! Sleeping futures: on tokio, on an executor made by hand, and dropped.
#![cfg(not(loom))]

mod common;

use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;
use std::time::{Duration, Instant};

use common::each_real as each;
use timer_heap::{Generation, Sleep, Timers};
use tokio::runtime::{Builder, Runtime};

const MS: Duration = Duration::from_millis(1);
const HOUR: Duration = Duration::from_secs(3600);

/// The smallest executor: the thread parks until it is woken.
fn block_on<F: Future>(future: F) -> F::Output {
    struct Unpark(thread::Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park(),
        }
    }
}

/// Without tokio's own timers: none of them can help.
fn runtimes() -> [Runtime; 2] {
    let builders = [Builder::new_current_thread(), Builder::new_multi_thread()];
    builders.map(|mut builder| builder.build().expect("it can be built"))
}

#[test]
fn a_future_sleeps_on_a_hand_made_executor() {
    each(|timers| {
        let started = Instant::now();
        block_on(timers.sleep_async(2 * MS));
        assert!(started.elapsed() >= 2 * MS);
        assert_eq!(timers.pending(), 0);
    });
}

#[test]
fn a_hundred_tasks_sleep_on_tokio_and_none_is_early() {
    async fn nap(timers: Timers, d: Duration) -> bool {
        let started = Instant::now();
        timers.sleep_async(d).await;
        started.elapsed() >= d
    }
    each(|timers| {
        for runtime in runtimes() {
            let tasks: Vec<_> = (0..100)
                .map(|n| runtime.spawn(nap(timers.clone(), n % 7 * MS)))
                .collect();
            for task in tasks {
                assert!(runtime.block_on(task).unwrap(), "early");
            }
            assert_eq!(timers.pending(), 0);
        }
    });
}

#[test]
fn a_task_that_tokio_aborts_cancels_its_timer() {
    each(|timers| {
        for runtime in runtimes() {
            let sleep = timers.sleep_async(HOUR);
            let task = runtime.spawn(sleep);
            runtime.block_on(async {
                while timers.pending() == 0 {
                    tokio::task::yield_now().await;
                }
                task.abort();
                assert!(task.await.unwrap_err().is_cancelled());
            });
            assert_eq!(timers.pending(), 0);
        }
    });
}

/// Counts how often it was woken.
#[derive(Default)]
struct Count(AtomicUsize);

impl Wake for Count {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

fn poll(sleep: &mut Pin<Box<Sleep>>, count: &Arc<Count>) -> Poll<()> {
    let waker = Waker::from(Arc::clone(count));
    sleep.as_mut().poll(&mut Context::from_waker(&waker))
}

#[test]
fn a_dropped_future_stops_its_timer() {
    each(|timers| {
        let mut sleep = Box::pin(timers.sleep_async(HOUR));
        let count = Arc::new(Count::default());
        assert_eq!(timers.pending(), 0, "nobody waits yet");
        assert!(poll(&mut sleep, &count).is_pending());
        assert_eq!(timers.pending(), 1);
        drop(sleep);
        assert_eq!(timers.pending(), 0);
        assert_eq!(Arc::strong_count(&count), 1, "the waker is freed");
    });
}

#[test]
fn the_last_waker_is_woken() {
    for generation in Generation::ALL {
        let (timers, time) =
            Timers::builder().generation(generation).build_fake();
        let (old, new) = (Arc::default(), Arc::default());
        let mut sleep = Box::pin(timers.sleep_async(MS));
        assert!(poll(&mut sleep, &old).is_pending());
        assert!(poll(&mut sleep, &new).is_pending());
        assert!(poll(&mut sleep, &new).is_pending(), "the same once more");
        assert_eq!(timers.pending(), 1, "one timer, whoever polls");
        // A waker that is let go is woken too, which does no harm.
        old.0.store(0, Ordering::Relaxed);
        time.advance(MS);
        assert_eq!(old.0.load(Ordering::Relaxed), 0);
        assert_eq!(new.0.load(Ordering::Relaxed), 1);
        assert!(poll(&mut sleep, &new).is_ready());
    }
}

#[test]
#[should_panic(expected = "the timer service was shut down")]
fn a_sleeping_future_learns_of_the_shut_down() {
    let timers = Timers::new();
    let clone = timers.clone();
    timers.after_func(MS, move || clone.shut_down());
    block_on(timers.sleep_async(HOUR));
}
