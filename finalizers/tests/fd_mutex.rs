//! The word of a descriptor at its limits.

#![cfg(not(loom))]

use std::panic::catch_unwind;

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
