//! Who sleeps at a lock is woken: each gets its turn, one at a time.

use std::thread;
use std::time::{Duration, Instant};

use queue_locks::locks::{Go, ParkingLot, Std, ThreeState, TwoState};
use queue_locks::{Mutex, RawLock};
use support::watchdog::watch;

use crate::sleeping::start;

fn all_get_their_turn<L: RawLock>() {
    let _watched = watch();
    let mutex = &Mutex::<_, L>::new(0);
    thread::scope(|scope| {
        let held = mutex.lock();
        let add = |_| {
            start(scope, || {
                let mut held = mutex.lock();
                *held += 1;
                *held
            })
        };
        let sleepers = [1, 2, 3].map(add);
        assert_eq!(*held, 0, "nobody was inside");
        drop(held);
        let mut turns = sleepers.map(|sleeper| sleeper.recv().expect("a turn"));
        turns.sort_unstable();
        assert_eq!(turns, [1, 2, 3]);
    });
    assert_eq!(mutex.try_lock().as_deref(), Some(&3));
}

#[test]
fn each_sleeper_gets_its_turn() {
    all_get_their_turn::<TwoState>();
    all_get_their_turn::<ThreeState>();
    all_get_their_turn::<Go>();
    all_get_their_turn::<Std>();
    all_get_their_turn::<ParkingLot>();
}

/// A timed waiter that sleeps gets the lock when it is given back in time.
#[test]
fn a_sleeper_with_a_deadline_gets_its_turn() {
    let _watched = watch();
    let mutex = &Mutex::<_, ThreeState>::new(1);
    let later = Instant::now() + Duration::from_secs(100_000);
    thread::scope(|scope| {
        let held = mutex.lock();
        let wait = move || mutex.try_lock_until(later).map(|held| *held);
        let sleeper = start(scope, wait);
        drop(held);
        assert_eq!(sleeper.recv(), Ok(Some(1)));
    });
}

/// Two threads pass a lock of Go to and fro; whoever waits for longer than a
/// millisecond is handed it, so that neither is left out.
#[test]
fn a_starving_sleeper_is_served_though_the_holder_comes_back_at_once() {
    let _watched = watch();
    let mutex = &Mutex::<_, Go>::new(());
    thread::scope(|scope| {
        let mut held = mutex.lock();
        let sleeper = start(scope, || drop(mutex.lock()));
        while sleeper.try_recv().is_err() {
            drop(held);
            held = mutex.lock();
        }
    });
    assert!(mutex.try_lock().is_some());
}
