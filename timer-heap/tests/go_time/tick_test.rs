//! After `tick_test.go` and the tickers of `sleep_test.go`.

use std::thread;
use std::time::{Duration, Instant};

use timer_heap::Timers;

use crate::{Ended, FuncTimer, HOUR, MS, each, each_fake, scaled};

/// Starts and stops timers for as long as `work` runs.
fn under_stress(timers: &Timers, work: impl Fn() + Sync, threads: usize) {
    let ended = Ended::default();
    thread::scope(|scope| {
        scope.spawn(|| {
            while !ended.get() {
                timers.after_func(Duration::ZERO, || ());
                timers.after_func(HOUR, || ()).cancel();
                timers.sleep(Duration::from_nanos(1));
            }
        });
        let _end = ended.on_drop();
        thread::scope(|scope| {
            (0..threads).for_each(|_| drop(scope.spawn(&work)));
        });
    });
}

/// `TestTickerStress`.
#[test]
fn a_ticker_of_a_nanosecond_ticks_under_stress() {
    each(|timers| {
        let ticker = timers.ticker(Duration::from_nanos(1));
        under_stress(&timers, || receive(&ticker, 100), 1);
        assert!(ticker.stop());
    });
}

/// `TestTickerConcurrentStress`.
#[test]
fn ten_threads_receive_from_one_ticker_under_stress() {
    each(|timers| {
        let ticker = timers.ticker(Duration::from_nanos(1));
        under_stress(&timers, || receive(&ticker, 100), 10);
        assert!(ticker.stop());
    });
}

/// `TestMultiWakeupTicker`.
#[test]
fn threads_receive_a_hundred_thousand_ticks_of_a_microsecond() {
    each(|timers| {
        let ticker = timers.ticker(Duration::from_micros(1));
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| receive(&ticker, scaled(1_000, 100_000)));
            }
        });
    });
}

/// Receives ticks that must come from a grid: each later than the one before.
fn receive(ticker: &timer_heap::Ticker, count: usize) {
    let mut before = ticker.recv();
    for _ in 1..count {
        let tick = ticker.recv();
        assert!(tick > before && tick <= Instant::now());
        before = tick;
    }
}

/// `TestTicker`: from 20 to 40 ms, exactly.
#[test]
fn a_reset_ticker_ticks_in_its_new_period() {
    each_fake(|timers, time| {
        let ticker = timers.ticker(20 * MS);
        let next = || {
            time.advance(20 * MS);
            ticker.try_recv()
        };
        let first = next().expect("after 20 ms");
        assert_eq!(next().expect("after 20 ms") - first, 20 * MS);
        assert!(ticker.reset(40 * MS));
        assert_eq!(next(), None, "20 of 40 ms");
        assert_eq!(next().expect("after 40 ms") - first, 60 * MS);
        assert_eq!(next(), None);
        assert_eq!(next().expect("after 40 ms") - first, 100 * MS);
    });
}

/// `TestTickerResetLtZeroDuration`.
#[test]
#[should_panic(expected = "a ticker needs a period above zero")]
fn a_reset_to_a_period_of_zero_panics() {
    Timers::new().ticker(HOUR).reset(Duration::ZERO);
}

/// `TestAfterTimes` and `TestTickTimes`.
#[test]
fn a_value_read_late_is_the_time_at_which_it_was_due() {
    each_fake(|timers, time| {
        let start = timers.timer(Duration::ZERO).recv();
        let (timer, ticker) = (timers.timer(10 * MS), timers.ticker(10 * MS));
        time.advance(500 * MS);
        assert_eq!(timer.recv() - start, 10 * MS);
        assert_eq!(ticker.recv() - start, 10 * MS);
    });
}

/// `TestTeardown` and `TestTimerGC`: what is stopped or dropped is gone, a
/// callback's captured values too.
#[test]
fn timers_that_are_stopped_or_dropped_leave_nothing() {
    each_fake(|timers, time| {
        let token = std::sync::Arc::new(());
        for _ in 0..10_000 {
            drop((timers.timer(HOUR), timers.ticker(HOUR)));
            assert!(timers.timer(HOUR).stop());
            assert!(timers.ticker(HOUR).stop());
            let held = std::sync::Arc::clone(&token);
            timers.after_func(HOUR, move || drop(held.clone())).cancel();
        }
        assert_eq!(timers.pending(), 0);
        assert_eq!(std::sync::Arc::strong_count(&token), 1);
        assert!(!time.jump(), "no deadline is left");
    });
}

/// `TestChan`: from Go 1.23 on the channel is empty until somebody looks, and
/// after a stop or a reset nobody finds an old value.
#[test]
fn a_stop_or_reset_empties_the_channel() {
    each_fake(|timers, time| {
        let (timer, ticker) = (timers.timer(MS), timers.ticker(MS));
        let callback = FuncTimer::new(&timers, MS);
        time.advance(5 * MS);
        assert!(timer.reset(HOUR) && ticker.reset(HOUR));
        assert_eq!((timer.try_recv(), ticker.try_recv()), (None, None));
        // A callback has run, and what it sent is not taken back.
        assert!(!callback.timer.reset(HOUR) && !callback.is_empty());
    });
}
