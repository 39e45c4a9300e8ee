//! What a callback does to other timers, and to its own, counts at once.
#![cfg(not(loom))]

mod common;

use std::panic::panic_any;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Barrier, Mutex};
use std::thread;
use std::time::Duration;

use common::each;
use timer_heap::{Generation, Timer, Timers};

const MS: Duration = Duration::from_millis(1);
const HOUR: Duration = Duration::from_secs(3600);

/// Longer than any machine takes: what has not come by then never comes.
const PATIENCE: Duration = Duration::from_secs(60);

/// Counts calls.
#[derive(Clone, Default)]
struct Calls(Arc<AtomicUsize>);

impl Calls {
    fn count(&self) -> impl FnMut() + Send + 'static {
        let calls = self.clone();
        move || {
            calls.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn get(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

/// Starts ninety timers, and calls `act` with the handles of the last sixty in
/// the callback of the first.
fn in_the_first_of_many(
    timers: &Timers,
    act: impl Fn(Vec<Timer>) + Send + 'static,
) -> Calls {
    let handles = Arc::new(Mutex::new(Vec::new()));
    let (given, calls) = (Arc::clone(&handles), Calls::default());
    drop(timers.after_func(MS, move || {
        act(given.lock().unwrap().drain(..).collect());
    }));
    for n in 2..30 {
        drop(timers.after_func(MS * n, || ()));
    }
    let start = |n: u32| timers.after_func(MS * (2 + n), calls.count());
    handles.lock().unwrap().extend((0..60_u32).map(start));
    calls
}

#[test]
fn a_stop_of_a_timer_that_is_due_prevents_it() {
    each(|timers, time| {
        let calls = in_the_first_of_many(&timers, |handles| {
            assert!(handles.iter().all(Timer::stop), "none has begun");
            assert!(!handles.iter().any(Timer::stop), "all are stopped");
        });
        time.skip(HOUR);
        assert_eq!(calls.get(), 0);
    });
}

#[test]
fn a_cancel_of_a_timer_that_is_due_prevents_it() {
    each(|timers, time| {
        let calls = in_the_first_of_many(&timers, |handles| {
            assert!(handles.into_iter().all(Timer::cancel), "none has begun");
        });
        time.skip(HOUR);
        assert_eq!(calls.get(), 0);
    });
}

#[test]
fn a_reset_of_a_timer_that_is_due_moves_it() {
    each(|timers, time| {
        let calls = in_the_first_of_many(&timers, |handles| {
            assert!(handles.iter().all(|timer| timer.reset(HOUR)));
        });
        time.skip(MS * 200);
        assert_eq!(calls.get(), 0, "not before its new time");
        time.advance(2 * HOUR);
        assert_eq!(calls.get(), 60, "and once then");
    });
}

#[test]
fn a_drop_of_a_handle_lets_a_timer_that_is_due_run() {
    each(|timers, time| {
        let calls = in_the_first_of_many(&timers, drop);
        time.skip(HOUR);
        assert_eq!(calls.get(), 60);
    });
}

#[test]
fn a_shut_down_prevents_all_that_has_not_begun() {
    each(|timers, time| {
        let own = timers.downgrade();
        let calls = in_the_first_of_many(&timers, move |_| {
            own.upgrade().unwrap().shut_down();
        });
        assert_eq!(time.skip(HOUR), 1, "the one that shuts down");
        assert_eq!(calls.get(), 0);
    });
}

#[test]
fn what_a_fired_callback_owns_is_dropped_before_the_next_begins() {
    each(|timers, time| {
        let token = Arc::new(());
        let late = Arc::new(AtomicBool::new(false));
        for n in 1..70 {
            let (own, late) = (Arc::clone(&token), Arc::clone(&late));
            let others = 70 - n;
            drop(timers.after_func(MS * n, move || {
                // Those that wait, the test's own and this one's.
                let expected = others as usize + 1;
                let found = Arc::strong_count(&own);
                late.fetch_or(found != expected, Ordering::Relaxed);
            }));
        }
        assert_eq!(time.skip(HOUR), 69);
        assert!(!late.load(Ordering::Relaxed));
        assert_eq!(Arc::strong_count(&token), 1);
    });
}

/// A timer is reset by its own callback, comes due while that runs, and its
/// handle is dropped then.
#[test]
fn a_timer_that_came_due_again_outlives_its_handle() {
    each(|timers, time| {
        let time = Arc::new(time);
        let own = Arc::new(Mutex::new(None::<Timer>));
        let (mover, handle) = (Arc::downgrade(&time), Arc::clone(&own));
        let calls = Calls::default();
        let mut count = calls.count();
        let timer = timers.after_func(MS, move || {
            count();
            if let Some(timer) = handle.lock().unwrap().take() {
                timer.reset(MS);
                mover.upgrade().unwrap().advance(5 * MS);
                drop(timer);
            }
        });
        *own.lock().unwrap() = Some(timer);
        time.advance(HOUR);
        assert_eq!(calls.get(), 2, "the second firing is not lost");
    });
}

/// Panics when it is dropped.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("on purpose, in a drop");
    }
}

#[test]
fn a_payload_whose_drop_panics_ends_its_callback_only() {
    each(|timers, time| {
        let calls = Calls::default();
        for n in 1..4 {
            drop(timers.after_func(MS * n, || panic_any(Bomb)));
            drop(timers.after_func(MS * n, calls.count()));
        }
        time.advance(HOUR);
        assert_eq!(calls.get(), 3);
    });
}

/// Holds a bomb until it is dropped.
fn holding(bomb: Bomb) -> impl FnMut() + Send + 'static {
    move || {
        let _held = &bomb;
    }
}

#[test]
fn drops_that_panic_end_neither_the_service_nor_its_end() {
    each(|timers, time| {
        let calls = Calls::default();
        for _ in 0..5 {
            drop(timers.after_func(MS, holding(Bomb)));
        }
        drop(timers.after_func(MS, calls.count()));
        time.advance(HOUR);
        assert_eq!(calls.get(), 1);
        let token = Arc::new(());
        let kept: Vec<_> = (0..80)
            .map(|n| {
                if n % 2 == 0 {
                    return timers.after_func(HOUR, holding(Bomb));
                }
                let own = Arc::clone(&token);
                timers.after_func(HOUR, move || {
                    let _held = &own;
                })
            })
            .collect();
        timers.shut_down();
        assert_eq!(Arc::strong_count(&token), 1, "each was dropped");
        assert!(!kept.iter().any(Timer::stop));
    });
}

/// Starts a timer that sets itself to now, on a thread of its own.
fn always_due(
    timers: &Timers,
    begun: Sender<()>,
    go_on: Receiver<()>,
    calls: &Calls,
) -> Arc<Mutex<Option<Timer>>> {
    let own = Arc::new(Mutex::new(None::<Timer>));
    let (handle, mut count) = (Arc::clone(&own), calls.count());
    let mut first = Some((begun, go_on));
    let start = || {
        timers.after_func(HOUR, move || {
            count();
            if let Some((begun, go_on)) = first.take() {
                begun.send(()).unwrap();
                go_on.recv().unwrap();
            }
            if let Some(timer) = &*handle.lock().unwrap() {
                timer.reset(Duration::ZERO);
            }
        })
    };
    let timer = thread::scope(|scope| scope.spawn(start).join().unwrap());
    *own.lock().unwrap() = Some(timer);
    let timer = own.lock().unwrap();
    timer.as_ref().unwrap().reset(Duration::ZERO);
    drop(timer);
    own
}

/// A shard has its turn after 64 callbacks of another. There may be one shard
/// more whose turn comes first.
const BOUND: usize = 2 * 64 + 1;

#[test]
fn a_timer_that_is_always_due_holds_others_up_for_a_bounded_while() {
    for generation in Generation::ALL {
        let timers = Timers::with_generation(generation);
        let ((begun, has_begun), (let_go, go_on)) = (channel(), channel());
        let calls = Calls::default();
        let own = always_due(&timers, begun, go_on, &calls);
        has_begun.recv_timeout(PATIENCE).expect("it is due");
        // While the worker is in the first call, another thread starts one.
        let (sender, fired) = channel();
        let seen = calls.clone();
        drop(timers.after_func(Duration::ZERO, move || {
            sender.send(seen.get()).unwrap();
        }));
        let_go.send(()).unwrap();
        let before = fired.recv_timeout(PATIENCE).expect("it has its turn");
        // Groups with threads of their own hold nobody up.
        let shares_a_thread =
            !matches!(generation, Generation::Go1_10 | Generation::Go1_14);
        assert!(!shares_a_thread || before <= BOUND, "after {before} calls");
        own.lock().unwrap().take();
        timers.shut_down_and_wait();
    }
}

/// No caller may be told that its timer runs when no thread could be had.
#[test]
fn a_refused_thread_is_told_to_every_starter() {
    const STARTERS: usize = 4;
    for generation in Generation::ALL {
        let timers = Timers::builder()
            .generation(generation)
            .stack_size(usize::MAX / 2)
            .build();
        let barrier = Barrier::new(STARTERS);
        thread::scope(|scope| {
            for _ in 0..STARTERS {
                scope.spawn(|| {
                    barrier.wait();
                    for _ in 0..200 {
                        let refused = timers.try_after_func(MS, || ());
                        refused.expect_err("there is no such stack");
                    }
                });
            }
        });
        assert_eq!(timers.pending(), 0);
    }
}
