//! Threads on a fake clock: it jumps when all wait, and says when that is of
//! no use.
#![cfg(not(loom))]

mod common;

use std::sync::mpsc::channel;
use std::time::Duration;

use common::each;
use timer_heap::Timers;

const HOUR: Duration = Duration::from_secs(3600);

#[test]
fn sleepers_wake_in_the_order_of_their_deadlines() {
    each(|timers, time| {
        let (sender, receiver) = channel();
        for hours in [5, 1, 4, 2, 3] {
            let (timers, sender) = (timers.clone(), sender.clone());
            time.spawn(move || {
                timers.sleep(hours * HOUR);
                sender.send(hours).unwrap();
                timers.sleep(10 * HOUR);
                sender.send(hours + 10).unwrap();
            });
        }
        assert_eq!(time.run(), Ok(()));
        let woken: Vec<_> = receiver.try_iter().collect();
        assert_eq!(woken, [1, 2, 3, 4, 5, 11, 12, 13, 14, 15]);
    });
}

#[test]
fn a_thread_that_runs_keeps_the_clock_still() {
    each(|timers, time| {
        let timer = timers.timer(HOUR);
        let late = timers.clone();
        time.spawn(move || late.sleep(2 * HOUR));
        let start = timers.timer(Duration::ZERO).recv();
        time.spawn(move || {
            for _ in 0..100 {
                std::thread::yield_now();
                assert_eq!(timers.timer(Duration::ZERO).recv(), start);
            }
            assert_eq!(timer.recv() - start, HOUR);
        });
        assert_eq!(time.run(), Ok(()));
    });
}

#[test]
fn a_reset_by_another_thread_wakes_a_receiver() {
    each(|timers, time| {
        let timer = std::sync::Arc::new(timers.timer(HOUR));
        assert!(timer.stop());
        let receiver = std::sync::Arc::clone(&timer);
        time.spawn(move || {
            receiver.recv();
        });
        time.spawn(move || {
            timers.sleep(HOUR);
            timer.reset(HOUR);
        });
        assert_eq!(time.run(), Ok(()));
    });
}

#[test]
fn all_blocked_and_no_timer_is_a_deadlock() {
    each(|timers, time| {
        let stopped = timers.timer(HOUR);
        stopped.stop();
        let never = timers.legacy_timer(HOUR);
        never.stop();
        let sleeper = timers.clone();
        time.spawn(move || {
            stopped.recv();
        });
        time.spawn(move || {
            never.recv();
        });
        time.spawn(move || sleeper.sleep(HOUR));
        let deadlock = time.run().unwrap_err();
        assert_eq!(deadlock.blocked(), 2);
        let text = "deadlock: no timer is left, and threads that wait: 2";
        assert_eq!(deadlock.to_string(), text);
    });
}

#[test]
#[should_panic(expected = "on purpose")]
fn the_panic_of_a_thread_comes_through() {
    let (_timers, time) = Timers::builder().build_fake();
    time.spawn(|| panic!("on purpose"));
    let _ = time.run();
}

#[test]
fn a_legacy_channel_keeps_a_stale_value_and_a_new_one_does_not() {
    each(|timers, time| {
        let (legacy, new) = (timers.legacy_timer(HOUR), timers.timer(HOUR));
        time.advance(HOUR);
        assert!(!legacy.stop(), "sent, so too late");
        assert!(new.stop(), "nobody has received it");
        assert!(legacy.try_recv().is_some() && new.try_recv().is_none());

        assert!(!legacy.reset(HOUR) && !new.reset(HOUR));
        time.advance(HOUR);
        assert!(!legacy.reset(HOUR));
        assert!(new.reset(HOUR));
        assert!(legacy.try_recv().is_some() && new.try_recv().is_none());
        assert_eq!(legacy.try_recv(), None, "a buffer of one");
        time.advance(HOUR);
        assert!(legacy.try_recv().is_some() && new.try_recv().is_some());
    });
}

#[test]
fn a_dropped_legacy_timer_is_stopped() {
    each(|timers, time| {
        drop(timers.legacy_timer(HOUR));
        assert_eq!(timers.pending(), 0);
        assert!(!time.jump());
    });
}
