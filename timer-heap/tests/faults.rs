//! What goes wrong around the service, and must not end it.
#![cfg(not(loom))]

use std::io::ErrorKind;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

use timer_heap::{Builder, Generation, Timers};

const MS: Duration = Duration::from_millis(1);
const HOUR: Duration = Duration::from_secs(3600);

/// Longer than any machine takes: what has not come by then never comes.
const PATIENCE: Duration = Duration::from_secs(60);

fn each(test: impl Fn(Builder)) {
    for generation in Generation::ALL {
        test(Timers::builder().generation(generation));
    }
}

fn refused() -> Builder {
    Timers::builder().stack_size(usize::MAX / 2)
}

#[test]
fn a_refused_thread_is_an_error() {
    let error = refused().build().try_start();
    error.expect_err("no machine has such a stack");
}

#[test]
fn a_refused_thread_is_an_error_of_each_timer_not_a_hang() {
    each(|builder| {
        let timers = builder.stack_size(usize::MAX / 2).build();
        for _ in 0..3 {
            timers.try_after_func(MS, || ()).expect_err("no stack");
            assert_eq!(timers.pending(), 0, "the timer is stopped");
        }
    });
}

#[test]
fn a_name_that_no_thread_can_have_is_an_error_not_a_panic() {
    each(|builder| {
        let timers = builder.thread_name("timer\0proc").build();
        let error = timers.try_start().expect_err("no thread has it");
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(error.to_string().contains(r"timer\0proc"), "{error}");
        timers.try_after_func(MS, || ()).expect_err("no thread");
        assert_eq!(timers.pending(), 0, "the timer is stopped");
    });
}

#[test]
#[should_panic(expected = "the timer service cannot start its thread")]
fn a_refused_thread_is_a_panic_of_after_func() {
    refused().build().after_func(MS, || ());
}

/// Panics when it is dropped.
struct Bomb(Sender<()>);

impl Bomb {
    /// For a closure to own it.
    fn hold(&self) {}
}

impl Drop for Bomb {
    fn drop(&mut self) {
        self.0.send(()).unwrap();
        panic!("on purpose, in a drop");
    }
}

/// A service whose hook counts and panics itself.
fn with_bad_hook(builder: Builder) -> (Timers, Receiver<()>) {
    let (sender, panics) = channel();
    let timers = builder
        .on_panic(move |_| {
            sender.send(()).unwrap();
            panic!("on purpose, in the hook");
        })
        .build();
    (timers, panics)
}

#[test]
fn the_service_outlives_panics_in_callbacks_drops_and_the_hook() {
    each(|builder| {
        let (timers, panics) = with_bad_hook(builder);
        let (sender, dropped) = channel();
        let bomb = Bomb(sender);
        timers.after_func(MS, || panic!("on purpose, in a callback"));
        // Due when its handle is gone, however slow the machine: or its drop
        // would be the caller's.
        let mut late = Some(timers.after_func(HOUR, move || bomb.hold()));
        timers.after_func(MS, move || {
            late.take().map(|late| late.reset(Duration::ZERO));
        });
        dropped.recv_timeout(PATIENCE).expect("let go once fired");
        for _ in 0..2 {
            panics.recv_timeout(PATIENCE).expect("the hook is told");
        }
        let (sender, goes_on) = channel();
        timers.after_func(MS, move || sender.send(()).unwrap());
        goes_on.recv_timeout(PATIENCE).expect("the service goes on");
    });
}

#[test]
fn a_panic_in_the_drop_of_a_stopped_callback_is_the_callers() {
    each(|builder| {
        let (timers, token) = with_token(builder);
        let bomb = Bomb(channel().0);
        let timer = timers.after_func(HOUR, move || bomb.hold());
        let cancel = AssertUnwindSafe(|| timer.cancel());
        catch_unwind(cancel).expect_err("it panics here");
        assert_eq!(timers.pending(), 0);
        timers.after_func(HOUR, || ()).cancel();
        drop(timers);
        wait_for_the_last(&token);
    });
}

#[test]
fn a_panic_in_the_drop_of_a_fired_callback_is_the_callers_with_the_handle() {
    each(|builder| {
        let (timers, time) = builder
            .on_panic(|_| unreachable!("the service drops nothing"))
            .build_fake();
        let bomb = Bomb(channel().0);
        let timer = timers.after_func(MS, move || bomb.hold());
        time.advance(MS);
        let dropped = catch_unwind(AssertUnwindSafe(|| drop(timer)));
        assert!(dropped.is_err());
        assert!(timers.after_func(MS, || ()).stop(), "it goes on");
    });
}

/// A service whose threads have all ended when the token is alone.
fn with_token(builder: Builder) -> (Timers, Arc<()>) {
    let token = Arc::new(());
    let held = Arc::clone(&token);
    let timers = builder
        .on_panic(move |_| assert!(Arc::strong_count(&held) > 0))
        .build();
    (timers, token)
}

fn wait_for_the_last(token: &Arc<()>) {
    while Arc::strong_count(token) > 1 {
        thread::yield_now();
    }
}

#[test]
fn a_shut_down_within_a_callback_ends_the_threads() {
    each(|builder| {
        let (timers, token) = with_token(builder);
        let (sender, ended) = channel();
        timers.after_func(HOUR, || unreachable!("shut down before"));
        let own = timers.clone();
        timers.after_func(MS, move || {
            own.shut_down();
            assert_eq!(own.pending(), 0);
            sender.send(()).unwrap();
        });
        ended.recv_timeout(PATIENCE).expect("it does not deadlock");
        assert!(!timers.after_func(MS, || unreachable!()).stop());
        drop(timers);
        wait_for_the_last(&token);
    });
}

#[test]
fn the_service_can_be_dropped_within_a_callback() {
    each(|builder| {
        let (timers, token) = with_token(builder);
        let (sender, dropped) = channel();
        let mut last = Some(timers.clone());
        timers.after_func(MS, move || {
            drop(last.take());
            sender.send(()).unwrap();
        });
        drop(timers);
        dropped.recv_timeout(PATIENCE).expect("it does not deadlock");
        wait_for_the_last(&token);
    });
}

/// Handles keep the service, in whichever order they and it are dropped.
#[test]
fn a_service_is_freed_with_its_last_handle() {
    for service_first in [false, true] {
        let token = Arc::new(());
        let held = Arc::clone(&token);
        let timers =
            Timers::builder().on_panic(move |_| assert_eq!(*held, ())).build();
        let handles: Vec<_> = (0..10)
            .map(|_| timers.after_func(Duration::from_secs(3600), || ()))
            .collect();
        if service_first {
            drop(timers);
            assert!(!handles[0].stop(), "it was shut down");
            drop(handles);
        } else {
            drop(handles);
            drop(timers);
        }
        // The thread lets go when it has seen the shut-down.
        let begun = std::time::Instant::now();
        while Arc::strong_count(&token) > 1 {
            assert!(begun.elapsed() < PATIENCE, "the service is kept");
            thread::yield_now();
        }
    }
}
