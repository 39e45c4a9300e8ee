//! What the service promises, in time that is moved by hand.

mod common;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use common::each;
use timer_heap::{Generation, Timer, Timers};

const SECOND: Duration = Duration::from_secs(1);

/// Runs a test on every generation.
/// What fired, in order.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u32>>>);

impl Log {
    fn write(&self, what: u32) -> impl FnMut() + Send + 'static {
        let log = Arc::clone(&self.0);
        move || log.lock().unwrap().push(what)
    }

    fn read(&self) -> Vec<u32> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

#[test]
fn timers_fire_in_the_order_of_their_deadlines() {
    each(|timers, time| {
        let log = Log::default();
        for slot in [5, 3, 6, 2, 1, 7, 4, 9, 11, 13, 12, 10, 8] {
            timers.after_func(slot * SECOND, log.write(slot));
        }
        time.advance(20 * SECOND);
        assert_eq!(log.read(), (1..=13).collect::<Vec<_>>());
        assert_eq!(timers.pending(), 0);
    });
}

#[test]
fn nothing_fires_early() {
    each(|timers, time| {
        let log = Log::default();
        timers.after_func(SECOND, log.write(1));
        time.advance(SECOND - Duration::from_nanos(1));
        assert!(log.read().is_empty());
        time.advance(Duration::from_nanos(1));
        assert_eq!(log.read(), [1]);
    });
}

#[test]
fn a_stopped_timer_does_not_fire_and_stop_says_so_once() {
    each(|timers, time| {
        let log = Log::default();
        let timer = timers.after_func(SECOND, log.write(1));
        assert!(timer.stop());
        assert!(!timer.stop());
        time.advance(2 * SECOND);
        assert!(log.read().is_empty());
        assert!(!timer.reset(SECOND));
        time.advance(SECOND);
        assert_eq!(log.read(), [1]);
        assert!(!timer.stop(), "it has fired");
    });
}

#[test]
fn a_reset_moves_the_deadline_either_way() {
    each(|timers, time| {
        let log = Log::default();
        let late = timers.after_func(SECOND, log.write(1));
        let early = timers.after_func(10 * SECOND, log.write(2));
        assert!(late.reset(5 * SECOND));
        assert!(early.reset(2 * SECOND));
        time.advance(3 * SECOND);
        assert_eq!(log.read(), [2]);
        time.advance(3 * SECOND);
        assert_eq!(log.read(), [1]);
    });
}

#[test]
fn a_dropped_handle_does_not_stop_its_timer() {
    each(|timers, time| {
        let log = Log::default();
        drop(timers.after_func(SECOND, log.write(1)));
        time.advance(SECOND);
        assert_eq!(log.read(), [1]);
    });
}

#[test]
fn the_callback_is_dropped_with_the_last_use_of_it() {
    each(|timers, time| {
        let token = Arc::new(());
        let start = || {
            let token = Arc::clone(&token);
            timers.after_func(SECOND, move || drop(Arc::clone(&token)))
        };
        let fired = start();
        time.advance(SECOND);
        assert_eq!(Arc::strong_count(&token), 2, "it could be reset");
        drop(fired);
        let stopped = start();
        stopped.stop();
        drop(stopped);
        assert_eq!(Arc::strong_count(&token), 1);
        drop(start());
        time.advance(SECOND);
        assert_eq!(Arc::strong_count(&token), 1);
    });
}

#[test]
fn the_longest_duration_is_the_far_future() {
    each(|timers, time| {
        let log = Log::default();
        let timer = timers.after_func(Duration::MAX, log.write(1));
        timers.after_func(SECOND, log.write(2));
        time.advance(365 * 24 * 3600 * SECOND);
        assert_eq!(log.read(), [2]);
        assert!(timer.stop());
    });
}

#[test]
fn zero_fires_as_soon_as_time_is_looked_at_never_inline() {
    each(|timers, time| {
        let log = Log::default();
        timers.after_func(Duration::ZERO, log.write(1));
        assert!(log.read().is_empty());
        time.advance(Duration::ZERO);
        assert_eq!(log.read(), [1]);
    });
}

/// Returns a callback that does something to its own timer.
fn with_itself(
    timers: &Timers,
    mut act: impl FnMut(&Timer) + Send + 'static,
) -> Arc<Mutex<Option<Timer>>> {
    let own = Arc::new(Mutex::new(None));
    let handle = Arc::clone(&own);
    let timer = timers.after_func(SECOND, move || {
        act(handle.lock().unwrap().as_ref().expect("set below"));
    });
    *own.lock().unwrap() = Some(timer);
    own
}

#[test]
fn stop_in_its_own_callback_is_too_late() {
    each(|timers, time| {
        let log = Log::default();
        let mut write = log.write(1);
        let own = with_itself(&timers, move |timer| {
            assert!(!timer.stop());
            write();
        });
        time.advance(3 * SECOND);
        assert_eq!(log.read(), [1]);
        own.lock().unwrap().take();
    });
}

#[test]
fn reset_in_its_own_callback_fires_again() {
    each(|timers, time| {
        let log = Log::default();
        let mut write = log.write(1);
        let own = with_itself(&timers, move |timer| {
            assert!(!timer.reset(SECOND));
            write();
        });
        time.advance(3 * SECOND);
        assert_eq!(log.read(), [1, 1, 1]);
        own.lock().unwrap().take();
    });
}

#[test]
fn a_callback_starts_stops_and_resets_others() {
    each(|timers, time| {
        let log = Log::default();
        let stopped = timers.after_func(5 * SECOND, log.write(1));
        let moved = timers.after_func(6 * SECOND, log.write(2));
        let (clone, started) = (timers.clone(), log.clone());
        timers.after_func(SECOND, move || {
            assert!(stopped.stop());
            assert!(moved.reset(SECOND));
            clone.after_func(2 * SECOND, started.write(3));
        });
        time.advance(10 * SECOND);
        assert_eq!(log.read(), [2, 3]);
    });
}

#[test]
fn a_panic_reaches_the_hook_and_the_rest_goes_on() {
    for generation in Generation::ALL {
        let log = Log::default();
        let hook = Mutex::new(log.write(1));
        let (timers, time) = Timers::builder()
            .generation(generation)
            .on_panic(move |_| hook.lock().unwrap()())
            .build_fake();
        let bad = timers.after_func(SECOND, || panic!("on purpose"));
        timers.after_func(2 * SECOND, log.write(2));
        time.advance(3 * SECOND);
        assert_eq!(log.read(), [1, 2]);
        assert!(!bad.reset(SECOND), "it can be armed again");
        time.advance(SECOND);
        assert_eq!(log.read(), [1]);
    }
}

#[test]
fn after_a_shut_down_nothing_fires() {
    each(|timers, time| {
        let log = Log::default();
        let before = timers.after_func(SECOND, log.write(1));
        timers.shut_down();
        let after = timers.after_func(SECOND, log.write(2));
        assert!(!before.stop() && !after.stop());
        assert!(!before.reset(SECOND) && !after.reset(SECOND));
        assert_eq!(timers.pending(), 0);
        time.advance(3 * SECOND);
        assert!(log.read().is_empty());
    });
}

#[test]
fn nothing_due_before_a_stop_or_reset_is_received_after_it() {
    each(|timers, time| {
        let timer = timers.timer(SECOND);
        time.advance(2 * SECOND);
        assert!(timer.stop(), "expired, but not received");
        assert_eq!(timer.try_recv(), None);
        assert!(!timer.reset(SECOND));
        time.advance(2 * SECOND);
        assert!(timer.reset(SECOND));
        assert_eq!(timer.try_recv(), None);
        time.advance(SECOND);
        assert!(timer.try_recv().is_some());
        assert!(!timer.stop());
    });
}

#[test]
fn a_ticker_keeps_its_grid_and_drops_late_ticks() {
    each(|timers, time| {
        let ticker = timers.ticker(10 * SECOND);
        time.advance(10 * SECOND);
        let first = ticker.try_recv().expect("due");
        time.advance(27 * SECOND);
        assert_eq!(ticker.try_recv().expect("due") - first, 10 * SECOND);
        assert_eq!(ticker.try_recv(), None, "30 s was missed");
        time.advance(3 * SECOND);
        assert_eq!(ticker.try_recv().expect("due") - first, 30 * SECOND);
        assert!(ticker.reset(SECOND));
        time.advance(SECOND);
        assert_eq!(ticker.try_recv().expect("due") - first, 31 * SECOND);
        assert!(ticker.stop());
        assert!(!ticker.stop());
        time.advance(9 * SECOND);
        assert_eq!(ticker.try_recv(), None);
        assert!(!ticker.reset(SECOND), "after a stop, it ticks again");
        time.advance(SECOND);
        assert!(ticker.try_recv().is_some());
    });
}

#[test]
fn a_ticker_of_the_longest_period_never_ticks() {
    each(|timers, time| {
        let ticker = timers.ticker(Duration::MAX);
        time.advance(365 * 24 * 3600 * SECOND);
        assert_eq!(ticker.try_recv(), None);
    });
}

#[test]
#[should_panic(expected = "a ticker needs a period above zero")]
fn a_ticker_without_a_period_panics() {
    let _ = Timers::new().ticker(Duration::ZERO);
}
