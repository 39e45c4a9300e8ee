//! Giving up at a deadline, and waiting for a condition.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;
use std::time::{Duration, Instant};

use queue_locks::condvar::Condvar;
use queue_locks::locks::{Go, Mcs, ThreeState};
use queue_locks::{Mutex, RawLock};
use support::watchdog::watch;

#[test]
fn a_waiter_gives_up_at_its_deadline_and_not_before() {
    let _watched = watch();
    let mutex = Mutex::<_, ThreeState>::new(1);
    let held = mutex.lock();
    let deadline = Instant::now() + Duration::from_millis(20);
    assert!(mutex.try_lock_until(deadline).is_none());
    assert!(Instant::now() >= deadline);
    drop(held);
    // Past, and it is free: taken.
    assert!(mutex.try_lock_until(deadline).is_some());
}

/// Bounded by a capacity of one, in both directions.
fn ping_pong<L: RawLock>() {
    const TURNS: u32 = if cfg!(miri) { 3 } else { 1_000 };
    let _watched = watch();
    let (slot, changed) = (Mutex::<_, L>::new(None), <Condvar>::default());
    thread::scope(|scope| {
        scope.spawn(|| {
            for turn in 0..TURNS {
                let mut slot = slot.lock();
                changed.wait_while(&mut slot, |slot| slot.is_some());
                *slot = Some(turn);
                changed.notify_one();
            }
        });
        for turn in 0..TURNS {
            let mut slot = slot.lock();
            changed.wait_while(&mut slot, |slot| slot.is_none());
            assert_eq!(slot.take(), Some(turn));
            changed.notify_one();
        }
    });
}

#[test]
fn a_condition_variable_serves_every_lock() {
    ping_pong::<ThreeState>();
    ping_pong::<Go>();
    ping_pong::<Mcs>();
}

#[test]
fn the_lock_is_held_again_when_a_condition_panics() {
    let _watched = watch();
    let mutex = Mutex::<_, ThreeState>::new(());
    let condvar = <Condvar>::default();
    let mut held = mutex.lock();
    let wait = || {
        condvar.wait_while(&mut held, |()| panic!("of the condition"));
    };
    assert!(catch_unwind(AssertUnwindSafe(wait)).is_err());
    assert!(mutex.try_lock().is_none());
    drop(held);
    assert!(mutex.try_lock().is_some());
}

#[cfg(all(target_os = "linux", not(miri)))]
#[test]
fn all_who_wait_for_a_condition_are_notified() {
    let _watched = watch();
    let shared = &(Mutex::<_, ThreeState>::new(0), <Condvar>::default());
    thread::scope(|scope| {
        let wait = |_| {
            crate::sleeping::start(scope, || {
                let mut count = shared.0.lock();
                shared.1.wait_while(&mut count, |count| *count == 0);
                *count += 1;
            })
        };
        let waiters = [1, 2, 3].map(wait);
        *shared.0.lock() = 1;
        shared.1.notify_all();
        assert_eq!(waiters.map(|waiter| waiter.recv()), [Ok(()); 3]);
    });
    assert_eq!(*shared.0.lock(), 4);
}
