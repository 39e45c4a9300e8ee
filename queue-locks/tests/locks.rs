//! What each lock promises, on real threads.
#![cfg(not(any(loom, shuttle)))]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

use queue_locks::locks::{
    Go, Mcs, ParkingLot, Spin, Std, ThreeState, Ticket, TwoState,
};
use queue_locks::{Mutex, RawLock};

/// One test a lock, from one generic body.
macro_rules! for_each_lock {
    ($($test:ident)*) => {
        for_each_lock!(@lock two_state TwoState, $($test)*);
        for_each_lock!(@lock spin Spin, $($test)*);
        for_each_lock!(@lock ticket Ticket, $($test)*);
        for_each_lock!(@lock mcs Mcs, $($test)*);
        for_each_lock!(@lock go Go, $($test)*);
        for_each_lock!(@lock three_state ThreeState, $($test)*);
        for_each_lock!(@lock std_mutex Std, $($test)*);
        for_each_lock!(@lock parking_lot ParkingLot, $($test)*);
    };
    (@lock $name:ident $lock:ty, $($test:ident)*) => {
        mod $name {
            use super::*;
            $(
                #[test]
                fn $test() {
                    let _watched = support::watchdog::watch();
                    super::$test::<$lock>();
                }
            )*
        }
    };
}

for_each_lock! {
    the_drop_of_a_guard_unlocks
    a_panicking_holder_unlocks
    try_lock_does_not_wait
    increments_are_not_lost
}

fn the_drop_of_a_guard_unlocks<L: RawLock>() {
    let mutex = Mutex::<_, L>::new(1);
    let guard = mutex.lock();
    assert!(mutex.try_lock().is_none(), "held by the guard");
    drop(guard);
    assert!(mutex.try_lock().is_some(), "the guard is gone");
}

fn a_panicking_holder_unlocks<L: RawLock>() {
    let mutex = Mutex::<_, L>::new(1);
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        let mut value = mutex.lock();
        *value = 2;
        std::panic::resume_unwind(Box::new("on the way out"));
    }));
    assert!(outcome.is_err());
    assert_eq!(*mutex.try_lock().expect("unlocked by the unwinding"), 2);
}

fn try_lock_does_not_wait<L: RawLock>() {
    let mutex = Mutex::<_, L>::new(());
    let held = mutex.lock();
    thread::scope(|scope| {
        let other = scope.spawn(|| mutex.try_lock().is_none());
        assert!(other.join().expect("no panic"));
    });
    drop(held);
}

/// Each gives the processor to the others in the middle of its step, so that
/// few steps are enough: where locks serve in the order of arrival, and others
/// have the processors, a step takes milliseconds.
fn increments_are_not_lost<L: RawLock>() {
    const EACH: usize = if cfg!(miri) { 10 } else { 500 };
    let total = Mutex::<_, L>::new(0);
    let increment = |_| {
        let mut total = total.lock();
        let before = *total;
        thread::yield_now();
        *total = before + 1;
    };
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| (0..EACH).for_each(increment));
        }
    });
    assert_eq!(total.into_inner(), 4 * EACH);
}
