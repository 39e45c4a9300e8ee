//! Callbacks that reach their own timers, and those of each period: stopped
//! for certain, freed when they are of no use, and ended by a shut-down.
#![cfg(not(loom))]

mod common;

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex, Weak};
use std::thread;
use std::time::{Duration, Instant};

use common::{counter, each, each_real, get};
use crossbeam_channel::TryRecvError;
use timer_heap::{FakeTime, OwnTimer, Timers};

const SECOND: Duration = Duration::from_secs(1);
const HOUR: Duration = Duration::from_secs(3600);

/// Counts calls, and is let go when the callback is.
#[derive(Clone, Default)]
struct Calls(Arc<AtomicUsize>);

impl Calls {
    fn add(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    fn get(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }

    /// Leaves the callback as the only one to keep the count.
    fn watch(self) -> Weak<AtomicUsize> {
        Arc::downgrade(&self.0)
    }
}

#[test]
fn a_callback_finds_its_timer_at_once() {
    each_real(|timers| {
        for _ in 0..200 {
            let (sender, receiver) = channel();
            let mut left = 3;
            timers.after_func_with(Duration::ZERO, move |own| {
                left -= 1;
                if left > 0 {
                    assert!(!own.reset(Duration::ZERO), "it is called");
                } else {
                    sender.send(()).unwrap();
                }
            });
            assert_eq!(receiver.recv(), Ok(()));
        }
    });
}

/// The handle may go while a call runs that will set its timer anew.
#[test]
fn a_handle_dropped_during_a_call_takes_no_reset_along() {
    each(|timers, time| {
        let handle = Arc::new(Mutex::new(None));
        let (inside, calls) = (Arc::clone(&handle), Calls::default());
        let count = calls.clone();
        let timer = timers.after_func_with(SECOND, move |own| {
            count.add();
            if inside.lock().unwrap().take().is_some() {
                assert!(!own.reset(SECOND), "it is called");
            }
        });
        *handle.lock().unwrap() = Some(timer);
        time.advance(HOUR);
        assert_eq!(calls.get(), 2);
        assert!(calls.watch().upgrade().is_none(), "it is kept");
    });
}

#[test]
fn a_timer_of_no_use_is_freed_and_no_other() {
    let freed = |act: &dyn Fn(&Timers, &FakeTime, Calls)| {
        each(|timers, time| {
            let calls = Calls::default();
            act(&timers, &time, calls.clone());
            assert!(calls.watch().upgrade().is_none(), "it is kept");
            assert_eq!(timers.pending(), 0);
        });
    };
    let once = |calls: Calls| move |_: &OwnTimer| calls.add();
    freed(&|timers, time, calls| {
        timers.after_func_with(SECOND, once(calls.clone()));
        time.advance(SECOND);
        assert_eq!(calls.get(), 1, "without a handle it fires");
    });
    freed(&|timers, time, calls| {
        let timer = timers.after_func_with(SECOND, once(calls.clone()));
        time.advance(SECOND);
        assert!(!timer.reset(SECOND), "the handle keeps it");
        time.advance(SECOND);
        assert_eq!(calls.get(), 2);
    });
    freed(&|timers, _, calls| {
        let timer = timers.after_func_with(SECOND, once(calls));
        let other = timer.clone();
        assert!(timer.cancel());
        assert!(!other.stop(), "both are of one timer");
    });
    freed(&|timers, time, calls| {
        let rearm = move |own: &OwnTimer| {
            calls.add();
            if calls.get() < 3 {
                own.reset(SECOND);
                own.reset(2 * SECOND);
            }
            if calls.get() == 2 {
                assert!(own.stop());
                own.reset(SECOND);
            }
        };
        timers.after_func_with(SECOND, rearm);
        time.advance(HOUR);
    });
    freed(&|timers, time, calls| {
        let ticks = timers.every(SECOND, move || calls.add());
        time.advance(3 * SECOND);
        assert!(ticks.stop());
    });
    freed(&|timers, time, calls| {
        timers.every_until(SECOND, move || {
            calls.add();
            ControlFlow::Break(())
        });
        time.advance(SECOND);
    });
    freed(&|timers, _, calls| {
        timers.every(SECOND, move || calls.add());
        timers.shut_down();
    });
}

#[test]
fn calls_keep_to_the_grid_and_miss_what_is_missed() {
    each(|timers, time| {
        let (sender, receiver) = channel();
        let (start, clock) = (timers.now(), timers.downgrade());
        let ticks = timers.every(10 * SECOND, move || {
            let now = clock.upgrade().expect("it runs").now();
            sender.send((now - start).as_secs()).unwrap();
        });
        time.advance(25 * SECOND);
        time.skip(30 * SECOND);
        time.advance(6 * SECOND);
        let calls: Vec<_> = receiver.try_iter().collect();
        assert_eq!(calls, [10, 20, 55, 60], "40 and 50 were missed");
        assert!(ticks.reset(SECOND));
        time.advance(2 * SECOND);
        assert!(ticks.stop() && !ticks.stop());
        time.advance(HOUR);
        assert!(!ticks.reset(HOUR));
        time.advance(HOUR);
        let calls: Vec<_> = receiver.try_iter().collect();
        assert_eq!(calls, [62, 63, 63 + 3600 + 3600]);
    });
}

#[test]
fn a_stop_in_the_call_is_the_end() {
    each(|timers, time| {
        let calls = Calls::default();
        let own = calls.clone();
        let (sender, receiver) = channel::<timer_heap::Periodic>();
        let ticks = timers.every(SECOND, move || {
            own.add();
            assert!(receiver.recv().unwrap().stop());
        });
        sender.send(ticks).unwrap();
        time.advance(HOUR);
        assert_eq!(calls.get(), 1);
    });
}

#[test]
fn a_panic_ends_its_own_call_only() {
    each(|timers, time| {
        let calls = Calls::default();
        let own = calls.clone();
        let ticks = timers.every(SECOND, move || {
            own.add();
            std::panic::resume_unwind(Box::new("of one call"));
        });
        time.advance(3 * SECOND);
        assert!(ticks.stop());
        assert_eq!(calls.get(), 3);
    });
}

#[test]
fn a_callback_is_freed_though_it_is_cancelled_while_it_ticks() {
    each_real(|timers| {
        for _ in 0..100 {
            let (sender, receiver) = channel();
            let ticks = timers.every(Duration::from_nanos(100), move || {
                sender.send(()).unwrap();
            });
            assert_eq!(receiver.recv(), Ok(()));
            let stopper = thread::spawn(move || ticks.cancel());
            assert!(stopper.join().unwrap());
            // It ends when the callback is freed, and its sender.
            receiver.iter().for_each(drop);
        }
        assert_eq!(timers.pending(), 0);
    });
}

/// A tick at the end of all time has no later one, and is no loop.
#[test]
fn ticks_end_with_the_clocks_time() {
    each(|timers, time| {
        let (calls, count) = counter();
        let far = timers.every(Duration::MAX, count.clone());
        let near = timers.every(HOUR, count);
        assert_eq!(time.skip(Duration::MAX), 3, "missed ones are dropped");
        assert_eq!(get(&calls), 3, "one each, and the last of all");
        assert!(!far.stop() && !near.stop());
        time.advance(HOUR);
        assert_eq!((get(&calls), timers.pending()), (3, 0));
    });
}

#[test]
fn channels_of_crossbeam_get_what_is_due() {
    each(|timers, time| {
        let start = timers.now();
        let (after, ticks) = (timers.after(3 * SECOND), timers.tick(SECOND));
        assert_eq!(after.try_recv(), Err(TryRecvError::Empty));
        for n in 1..=2 {
            time.advance(SECOND);
            assert_eq!(ticks.try_recv(), Ok(start + n * SECOND));
        }
        time.advance(2 * SECOND);
        assert_eq!(after.recv(), Ok(start + 3 * SECOND));
        assert_eq!(after.try_recv(), Err(TryRecvError::Disconnected));
        assert_eq!(ticks.try_recv(), Ok(start + 3 * SECOND));
        assert_eq!(ticks.try_recv(), Err(TryRecvError::Empty), "4 was missed");
        drop(ticks);
        time.advance(SECOND);
        assert_eq!(timers.pending(), 0, "nobody listens");
    });
}

#[test]
fn a_shut_down_disconnects_channels_of_crossbeam() {
    each_real(|timers| {
        let (after, ticks) = (timers.after(HOUR), timers.tick(HOUR));
        let waits = thread::spawn(move || after.recv());
        timers.shut_down();
        assert!(waits.join().unwrap().is_err());
        assert!(ticks.recv().is_err());
    });
}

#[test]
fn crossbeam_selects_over_both() {
    each_real(|timers| {
        let due = Instant::now() + Duration::from_millis(5);
        let stop = timers.after(Duration::from_millis(5));
        let ticks = timers.tick(Duration::from_millis(1));
        let mut count = 0;
        loop {
            crossbeam_channel::select! {
                recv(ticks) -> tick => count += usize::from(tick.is_ok()),
                recv(stop) -> _ => break,
            }
        }
        assert!(Instant::now() >= due && count <= 6, "{count}");
    });
}
