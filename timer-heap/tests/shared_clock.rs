//! A clock that is moved by hand, by one thread, while another one waits, starts
//! timers or ends the service: nobody is left behind.
#![cfg(not(loom))]

mod common;

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, Barrier, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use common::each;
use timer_heap::{FakeTime, TimeoutError, Timers};

const SECOND: Duration = Duration::from_secs(1);
const HOUR: Duration = Duration::from_secs(3600);

/// Longer than any machine takes: what has not come by then never comes.
const PATIENCE: Duration = Duration::from_secs(60);

/// Moves the clock to a second from its start.
type Move = fn(&FakeTime);

const MOVES: [Move; 2] =
    [|time| time.advance(SECOND), |time| _ = time.skip(SECOND)];

/// Another thread waits until a second from now, and the clock is moved there
/// once. However the two meet, the wait ends.
fn wait_beside_a_move(wait: fn(&Timers, Instant)) {
    let rounds = if cfg!(miri) { 4 } else { 100 };
    for round in 0..rounds {
        each(|timers, time| {
            let (begin, began) = (Arc::new(Barrier::new(2)), timers.now());
            let (sender, ended) = channel();
            let begun = Arc::clone(&begin);
            thread::spawn(move || {
                begun.wait();
                wait(&timers, began + SECOND);
                sender.send(()).unwrap();
            });
            begin.wait();
            MOVES[round % MOVES.len()](&time);
            ended.recv_timeout(PATIENCE).expect("it is due");
        });
    }
}

#[test]
fn a_wait_ends_when_the_clock_comes_there_meanwhile() {
    wait_beside_a_move(|timers, end| {
        let timer = timers.timer(HOUR);
        timer.stop();
        assert_eq!(timer.recv_deadline(end), Err(TimeoutError::Elapsed));
    });
}

#[test]
fn a_future_is_woken_when_the_clock_comes_there_meanwhile() {
    wait_beside_a_move(|timers, end| {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        let runtime = builder.build().expect("it can be built");
        runtime.block_on(timers.sleep_until(end));
    });
}

#[test]
fn a_jump_finds_no_timer_that_is_only_being_made() {
    each(|timers, time| {
        let (start, is_over) = (timers.now(), AtomicBool::new(false));
        let timers = &timers;
        thread::scope(|scope| {
            scope.spawn(|| {
                for _ in 0..if cfg!(miri) { 5 } else { 300 } {
                    timers.after_func_with(SECOND, |_| ()).cancel();
                }
                is_over.store(true, Ordering::Relaxed);
            });
            while !is_over.load(Ordering::Relaxed) {
                time.jump();
            }
        });
        assert!(timers.now() - start <= 300 * SECOND);
    });
}

#[test]
fn a_panic_comes_through_though_others_wait_for_its_thread() {
    each(|timers, time| {
        let sleeper = timers.clone();
        time.spawn(move || {
            sleeper.sleep(SECOND);
            // Unlike `panic!` it prints nothing.
            resume_unwind(Box::new("as planned"));
        });
        let never = timers.timer(HOUR);
        never.stop();
        time.spawn(move || _ = never.recv_timeout(Duration::MAX));
        let end = catch_unwind(AssertUnwindSafe(|| time.run()));
        let panic = end.expect_err("not a deadlock");
        assert_eq!(panic.downcast_ref(), Some(&"as planned"));
        timers.shut_down();
        assert_eq!(time.run(), Ok(()), "the other one goes on");
    });
}

#[test]
fn a_callback_on_any_clock_cannot_wait_for_its_own_end() {
    each(|timers, time| {
        let answer = Arc::new(Mutex::new(None));
        let (weak, place) = (timers.downgrade(), Arc::clone(&answer));
        timers.after_func(SECOND, move || {
            let timers = weak.upgrade().expect("it is kept below");
            *place.lock().unwrap() = Some(timers.shut_down_and_wait());
        });
        time.advance(SECOND);
        assert_eq!(*answer.lock().unwrap(), Some(false));
        assert!(timers.shut_down_and_wait(), "it has returned");
    });
}
