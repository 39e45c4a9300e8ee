//! A precise service reaches every deadline, and is never before it.
#![cfg(not(loom))]

use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use timer_heap::{Generation, Timers};

/// Shorter and longer than the stretch that is spun.
fn durations() -> impl Iterator<Item = Duration> {
    (0..50).map(|step| Duration::from_micros(step * 7))
}

fn each(test: impl Fn(Timers)) {
    for generation in Generation::ALL {
        let builder = Timers::builder().generation(generation);
        test(builder.precise().build());
    }
}

#[test]
fn a_precise_sleep_is_never_early() {
    each(|timers| {
        for d in durations() {
            let started = Instant::now();
            timers.sleep(d);
            assert!(started.elapsed() >= d, "early for {d:?}");
        }
    });
}

#[test]
fn a_precise_callback_and_channel_are_never_early() {
    each(|timers| {
        let (sender, receiver) = channel();
        for d in durations() {
            let sender = sender.clone();
            let due = Instant::now() + d;
            timers.after_func_at(due, move || {
                sender.send(Instant::now() >= due).expect("it is counted");
            });
            let channel = timers.timer(d);
            assert!(channel.recv() <= Instant::now(), "early for {d:?}");
        }
        drop(sender);
        let in_time = receiver.iter().take(durations().count());
        assert!(in_time.into_iter().all(|reached| reached));
    });
}

#[test]
fn a_precise_service_hears_an_earlier_timer_and_a_shut_down() {
    each(|timers| {
        let (sender, receiver) = channel();
        let hour = Duration::from_secs(3600);
        let never = timers.after_func(hour, || unreachable!("stopped"));
        timers.after_func(Duration::from_micros(50), move || {
            sender.send(()).expect("it is waited for");
        });
        receiver.recv().expect("the earlier one fires");
        assert!(never.stop());
        timers.shut_down();
        assert_eq!(timers.pending(), 0);
    });
}
