//! The word of a descriptor at its limits.

#![cfg(not(loom))]

use std::panic::catch_unwind;
use std::sync::mpsc::channel;
use std::thread;

use finalizers::fd_mutex::{Closed, FdMutex, Release, Side};
use support::watchdog::watch;

/// Each count of the word has twenty bits.
const MOST: u64 = (1 << 20) - 1;

#[test]
fn one_reference_too_many_is_refused_and_changes_nothing() {
    let _watched = watch();
    let mutex = FdMutex::new();
    for _ in 0..MOST {
        mutex.incref().unwrap();
    }
    let full = mutex.word();
    let calls: [fn(&FdMutex); 4] = [
        |mutex| _ = mutex.incref(),
        |mutex| _ = mutex.close(),
        |mutex| _ = mutex.lock(Side::Read),
        |mutex| _ = mutex.try_lock(Side::Write),
    ];
    for call in calls {
        catch_unwind(|| call(&mutex)).unwrap_err();
        assert_eq!(mutex.word(), full);
    }
    assert_eq!(mutex.decref(), Release::InUse);
    mutex.close().unwrap();
    for _ in 1..MOST {
        assert_eq!(mutex.decref(), Release::InUse);
    }
    assert_eq!(mutex.decref(), Release::Last);
}

#[test]
fn trying_takes_a_free_lock_only_and_none_that_is_closed() {
    let _watched = watch();
    let mutex = FdMutex::new();
    assert_eq!(mutex.try_lock(Side::Read), Ok(true));
    assert_eq!(mutex.try_lock(Side::Read), Ok(false));
    assert_eq!(mutex.try_lock(Side::Write), Ok(true), "the other side's");
    assert_eq!(mutex.unlock(Side::Read), Release::InUse);
    assert_eq!(mutex.try_lock(Side::Read), Ok(true));
    mutex.close().unwrap();
    assert_eq!(mutex.decref(), Release::InUse);
    assert_eq!(mutex.unlock(Side::Read), Release::InUse);
    assert_eq!(mutex.try_lock(Side::Read), Err(Closed));
    assert_eq!(mutex.try_lock(Side::Write), Err(Closed));
    assert_eq!(mutex.unlock(Side::Write), Release::Last);
}

#[test]
fn what_nobody_took_is_not_given_back() {
    let mutex = FdMutex::new();
    let panics = |call: fn(&FdMutex) -> Release| {
        let before = mutex.word();
        let panics = catch_unwind(|| call(&mutex)).is_err();
        assert_eq!(mutex.word(), before, "and nothing is changed");
        panics
    };
    assert!(panics(FdMutex::decref));
    assert!(panics(|mutex| mutex.unlock(Side::Read)));
    mutex.incref().unwrap();
    assert!(panics(|mutex| mutex.unlock(Side::Write)), "only a reference");
    mutex.lock(Side::Read).unwrap();
    assert!(panics(|mutex| mutex.unlock(Side::Write)), "the other lock");
    assert_eq!([(); 2].map(|()| mutex.decref()), [Release::InUse; 2]);
    assert!(panics(|mutex| mutex.unlock(Side::Read)), "no reference is left");
}

#[test]
fn an_unlock_with_nobody_to_wake_wakes_nobody_later() {
    let mutex = FdMutex::new();
    for side in [Side::Read, Side::Write] {
        mutex.lock(side).unwrap();
        assert_eq!(mutex.unlock(side), Release::InUse);
    }
    let text = format!("{mutex:?}");
    assert_eq!(text.matches("permits: 0,").count(), 2, "{text}");
}

/// One who waits to read, and one who waits to write, in the word.
const READ_WAITER: u64 = 1 << 23;
const WRITE_WAITER: u64 = 1 << 43;

#[test]
fn closing_wakes_all_who_wait_and_takes_them_off_the_word() {
    let _watched = watch();
    let mutex = FdMutex::new();
    mutex.lock(Side::Read).unwrap();
    mutex.lock(Side::Write).unwrap();
    let waiting = || mutex.word() / READ_WAITER;
    thread::scope(|scope| {
        let sides = [Side::Read, Side::Read, Side::Write, Side::Write];
        let mutex = &mutex;
        let wait = |side| scope.spawn(move || mutex.lock(side));
        let waiters = sides.map(wait);
        while waiting() != 2 + 2 * WRITE_WAITER / READ_WAITER {
            thread::yield_now();
        }
        mutex.close().unwrap();
        assert_eq!(waiting(), 0);
        for waiter in waiters {
            assert_eq!(waiter.join().unwrap(), Err(Closed));
        }
    });
    assert_eq!(mutex.unlock(Side::Read), Release::InUse);
    assert_eq!(mutex.unlock(Side::Write), Release::InUse);
    assert_eq!(mutex.decref(), Release::Last);
}

#[test]
fn an_unlock_wakes_one_of_those_who_wait() {
    let _watched = watch();
    let mutex = &FdMutex::new();
    for side in [Side::Read, Side::Write] {
        mutex.lock(side).unwrap();
        thread::scope(|scope| {
            let (got, has_got) = channel();
            for _ in 0..2 {
                let got = got.clone();
                scope.spawn(move || {
                    mutex.lock(side).unwrap();
                    got.send(()).unwrap();
                });
            }
            let one = match side {
                Side::Read => READ_WAITER,
                Side::Write => WRITE_WAITER,
            };
            for left in [1, 0] {
                while mutex.word() / READ_WAITER
                    != (left + 1) * one / READ_WAITER
                {
                    thread::yield_now();
                }
                assert_eq!(mutex.unlock(side), Release::InUse);
                has_got.recv().unwrap();
                assert_eq!(
                    mutex.word() / READ_WAITER,
                    left * one / READ_WAITER
                );
            }
        });
        assert_eq!(mutex.unlock(side), Release::InUse);
        assert_eq!(mutex.word(), 0);
    }
}
