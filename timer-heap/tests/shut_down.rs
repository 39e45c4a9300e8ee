//! What is left after a shut-down: values that were due before, streams,
//! threads that end, and closures that nobody takes.
#![cfg(not(loom))]

mod common;

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::thread;
use std::time::Duration;

use common::{AtDrop, Task, each, each_real};
use futures_core::Stream;
use timer_heap::{Generation, Timers};

const SECOND: Duration = Duration::from_secs(1);
const HOUR: Duration = Duration::from_secs(3600);

/// Longer than any machine takes: what has not come by then never comes.
const PATIENCE: Duration = Duration::from_secs(10);

#[test]
fn what_can_be_received_after_the_end_can_be_stopped_and_reset() {
    each(|timers, time| {
        let due = || [timers.timer(SECOND), timers.timer(SECOND)];
        let ([received, kept], [stopped, reset]) = (due(), due());
        let (ticks, later) = (timers.ticker(SECOND), timers.timer(HOUR));
        time.advance(SECOND);
        timers.shut_down();
        time.advance(2 * HOUR);
        assert!(received.try_recv().is_some() && kept.try_recv().is_some());
        assert!(!received.stop() && !kept.reset(SECOND), "it was received");
        assert!(stopped.stop() && !stopped.stop());
        assert_eq!(stopped.try_recv(), None);
        assert!(reset.reset(SECOND) && !reset.reset(SECOND));
        assert_eq!(reset.try_recv(), None);
        assert!(ticks.stop() && !ticks.stop());
        assert!(!later.stop(), "it was to come, and never will");
    });
}

#[test]
fn a_stream_ends_though_it_is_always_late() {
    each(|timers, time| {
        let task = Arc::new(Task::default());
        let mut ticks = timers.interval(SECOND);
        let mut next = || {
            task.with_context(|context| Pin::new(&mut ticks).poll_next(context))
        };
        time.advance(2 * SECOND);
        timers.shut_down();
        // Those of 0, 1 and 2 seconds were due by then.
        for _ in 0..3 {
            time.advance(2 * SECOND);
            assert!(matches!(next(), Poll::Ready(Some(_))));
        }
        assert_eq!(next(), Poll::Ready(None));
    });
}

thread_local! {
    static LAST: RefCell<Option<Box<dyn Send>>> = const { RefCell::new(None) };
}

/// Who comes second finds no thread to join, and waits all the same.
#[test]
fn several_threads_wait_for_the_locals_of_the_services_thread() {
    each_real(|timers| {
        let ((began, wait_for_call), (sender, returned)) =
            (channel(), channel());
        let (early, own) = (Arc::new(Mutex::new(Vec::new())), timers.clone());
        let seen = Arc::clone(&early);
        let mut ended = Some((own, returned));
        timers.after_func_once(Duration::ZERO, move || {
            let end = AtDrop(move || {
                let (own, returned) = ended.take().expect("once");
                // As long as this takes nobody may return.
                let first = returned.recv_timeout(SECOND / 5);
                let waits = own.shut_down_and_wait();
                seen.lock().unwrap().push((first, waits));
            });
            LAST.with(|last| *last.borrow_mut() = Some(Box::new(end)));
            began.send(()).unwrap();
        });
        wait_for_call.recv_timeout(PATIENCE).unwrap();
        thread::scope(|scope| {
            for _ in 0..3 {
                let (timers, sender) = (&timers, sender.clone());
                scope.spawn(move || {
                    assert!(timers.shut_down_and_wait());
                    // The local may be gone by then, and listens no more.
                    let _ = sender.send(());
                });
            }
        });
        let timed_out = Err(RecvTimeoutError::Timeout);
        assert_eq!(*early.lock().unwrap(), [(timed_out, false)]);
    });
}

#[test]
fn a_closure_that_comes_too_late_and_panics_keeps_no_service() {
    for generation in Generation::ALL {
        let token = Arc::new(());
        let held = Arc::clone(&token);
        let (timers, time) = Timers::builder()
            .generation(generation)
            .on_panic(move |_| assert_eq!(*held, ()))
            .build_fake();
        timers.shut_down();
        let bomb = AtDrop(|| resume_unwind(Box::new("as planned")));
        let late = || timers.after_func(SECOND, move || bomb.hold());
        assert!(catch_unwind(AssertUnwindSafe(late)).is_err());
        drop((timers, time));
        assert_eq!(Arc::strong_count(&token), 1, "{generation}");
    }
}
