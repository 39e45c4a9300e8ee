//! A sleep whose task changes its waker while the time comes, and ticks that
//! are stopped while one is called.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use support::lanes;
use support::schedules::Bug;
use support::sync::atomic::{AtomicUsize, Ordering};
use support::sync::{Arc, thread};
use timer_heap::{FakeTime, Generation, Sleep, Timers};

const SECOND: Duration = Duration::from_secs(1);

/// Counts how often a task is woken.
#[derive(Clone)]
struct Task(Arc<AtomicUsize>);

impl Task {
    fn new() -> Self {
        Self(Arc::new(AtomicUsize::new(0)))
    }

    fn poll(&self, sleep: &mut Sleep) -> Poll<()> {
        let waker = Waker::from(std::sync::Arc::new(self.clone()));
        Pin::new(sleep).poll(&mut Context::from_waker(&waker))
    }

    fn woken(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

impl Wake for Task {
    fn wake(self: std::sync::Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// Moves the clock by a second while `act` runs, and calls what came due.
fn against_the_clock<R>(time: FakeTime, act: impl FnOnce() -> R) -> R {
    let clock = thread::spawn(move || {
        time.advance(SECOND);
        time
    });
    let result = act();
    drop(clock.join().expect("nothing panics"));
    result
}

/// Whom a task wakes that was told to wait: the waker it brought last.
fn poll_against_the_clock(before: usize) {
    support::model(move || {
        let builder = Timers::builder().generation(Generation::Go1_9);
        let (timers, time) = builder.build_fake();
        let tasks = [Task::new(), Task::new(), Task::new()];
        let mut sleep = timers.sleep_async(SECOND);
        for task in &tasks[..before] {
            assert!(task.poll(&mut sleep).is_pending());
        }
        let last = &tasks[before];
        let told = against_the_clock(time, || last.poll(&mut sleep));
        if told.is_pending() {
            assert!(last.woken() > 0, "a wake-up was lost");
        }
        assert!(last.poll(&mut sleep).is_ready());
        let all: usize = tasks.iter().map(Task::woken).sum();
        assert!(all <= 2, "once for the time, and once more in the race");
    });
}

#[test]
fn a_second_waker_that_makes_the_cell_loses_no_wake_up() {
    poll_against_the_clock(1);
}

#[test]
fn a_third_waker_in_the_cell_loses_no_wake_up() {
    poll_against_the_clock(2);
}

/// How a program has something called in each period, and the stop of it.
type Every = fn(&Timers, Box<dyn FnMut() + Send>) -> Box<dyn Fn()>;

/// A stop is not undone by a call that has begun and sets the next tick.
fn stop_against_tick(every: Every) {
    support::model(move || {
        let builder = Timers::builder().generation(Generation::Go1_9);
        let (timers, time) = builder.build_fake();
        let calls = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&calls);
        let call = move || {
            lanes::note("clock", "call", "");
            count.fetch_add(1, Ordering::Relaxed);
        };
        let stop = every(&timers, Box::new(call));
        let time = Arc::new(time);
        let clock = Arc::clone(&time);
        let clock = thread::spawn(move || clock.advance(SECOND));
        lanes::note("stopper", "stop", "");
        stop();
        lanes::note("stopper", "stopped", "");
        clock.join().expect("nothing panics");
        let before = calls.load(Ordering::Relaxed);
        time.advance(3 * SECOND);
        assert_eq!(calls.load(Ordering::Relaxed), before, "it ticks on");
        drop(stop);
        assert_eq!(Arc::strong_count(&calls), 1, "the callback is kept");
    });
}

#[test]
fn ticks_that_are_stopped_stay_so() {
    stop_against_tick(|timers, call| {
        let ticks = timers.every(SECOND, call);
        Box::new(move || assert!(ticks.stop()))
    });
}

#[test]
#[ignore = "planted bug, run by planted_bugs_are_caught"]
fn stop_undone() {
    stop_against_tick(|timers, mut call| {
        let timer = timers.after_func_with(SECOND, move |own| {
            own.reset(SECOND);
            call();
        });
        Box::new(move || {
            timer.stop();
        })
    });
}

#[test]
fn planted_bugs_are_caught() {
    crate::check(&Bug {
        name: "stop_undone",
        test: "futures::stop_undone",
        of: "futures::ticks_that_are_stopped_stay_so",
        step: "",
        message: "it ticks on",
        left_out: "no lock under which a tick begins and is stopped",
        model: "a callback that sets itself anew is stopped while it is called",
        why: "The stop finds nothing armed, because the callback has been \
              taken out and has not set itself anew; it does so afterwards.",
    });
}
