//! The condition variable, the read-write lock and the timed lock.

use std::time::{Duration, Instant};

use queue_locks::Mutex;
use queue_locks::condvar::Condvar;
use queue_locks::locks::ThreeState;
use queue_locks::rw_lock::RwLock;
use queue_locks::steps::{
    LostWake, RelaxedUnlock, Sound, Steps, UnlockThenCount,
};
use support::lanes::note;
use support::model;
use support::sync::{Arc, thread};

/// One thread waits for what the other gives.
fn hand_over<S: Steps>() {
    let shared =
        Arc::new((Mutex::<u32, ThreeState>::new(0), Condvar::<S>::default()));
    let giver = thread::spawn({
        let shared = shared.clone();
        move || {
            note("giver", "write 1", "");
            *shared.0.lock() = 1;
            note("giver", "notify_one", "");
            shared.1.notify_one();
        }
    });
    let mut value = shared.0.lock();
    note("main", "wait while it is", *value);
    shared.1.wait_while(&mut value, |value| *value == 0);
    note("main", "waited, read", *value);
    assert_eq!(*value, 1);
    drop(value);
    giver.join().expect("no panic");
}

/// Two wait, and both are notified.
fn notify_all() {
    let shared =
        Arc::new((Mutex::<bool, ThreeState>::new(false), <Condvar>::default()));
    let start = || {
        let shared = shared.clone();
        thread::spawn(move || {
            let mut is_open = shared.0.lock();
            shared.1.wait_while(&mut is_open, |is_open| !*is_open);
        })
    };
    let waiters = [start(), start()];
    *shared.0.lock() = true;
    shared.1.notify_all();
    for waiter in waiters {
        waiter.join().expect("no panic");
    }
}

/// One thread writes two numbers, and the other reads them as one.
fn reads_and_writes<S: Steps>() {
    let lock = Arc::new(RwLock::<(u32, u32), S>::new((0, 0)));
    let writer = thread::spawn({
        let lock = lock.clone();
        move || {
            note("writer", "write", "");
            let mut both = lock.write();
            *both = (both.0 + 1, both.1 + 1);
            note("writer", "wrote, unlock", both.0);
        }
    });
    note("main", "read", "");
    let both = lock.read();
    note("main", "read, unlock", both.0);
    assert_eq!(both.0, both.1, "between two writes");
    drop(both);
    writer.join().expect("no panic");
    assert_eq!(*lock.read(), (1, 1));
}

/// A reader and two writers: no write is lost and nobody sleeps on.
fn three() {
    let lock = Arc::new(<RwLock<u32>>::new(0));
    let start = || {
        let lock = lock.clone();
        thread::spawn(move || *lock.write() += 1)
    };
    let writers = [start(), start()];
    assert!(*lock.read() <= 2);
    for writer in writers {
        writer.join().expect("no panic");
    }
    assert_eq!(*lock.read(), 2);
}

/// Two readers and a writer.
fn two_readers() {
    let lock = Arc::new(<RwLock<u32>>::new(0));
    let start = || {
        let lock = lock.clone();
        thread::spawn(move || *lock.read())
    };
    let readers = [start(), start()];
    *lock.write() += 1;
    for reader in readers {
        assert!(reader.join().expect("no panic") <= 1);
    }
}

/// One gives up at once, one waits, one holds: the one that gave up takes no
/// wake-up along.
fn giving_up() {
    let total = Arc::new(Mutex::<u32, ThreeState>::new(0));
    let now = Instant::now();
    let start = |deadline: Instant| {
        let total = total.clone();
        thread::spawn(move || {
            let held = total.try_lock_until(deadline);
            u32::from(held.map(|mut held| *held += 1).is_some())
        })
    };
    let impatient = start(now);
    let patient = start(now + Duration::from_secs(1_000_000));
    *total.lock() += 1;
    let added = impatient.join().expect("no panic");
    assert_eq!(patient.join().expect("no panic"), 1);
    assert_eq!(*total.lock(), 2 + added);
}

#[test]
fn a_value_is_handed_over() {
    model(hand_over::<Sound>);
}

#[test]
fn all_are_notified() {
    support::model_within(2, notify_all);
}

#[test]
fn a_reader_sees_whole_writes() {
    model(reads_and_writes::<Sound>);
}

#[test]
fn writers_are_alone() {
    support::model_within(2, three);
}

#[test]
fn readers_share() {
    support::model_within(2, two_readers);
}

#[test]
fn who_gives_up_takes_no_wake_up_along() {
    support::model_within(2, giving_up);
}

const WAITS: &str = "one thread waits for what the other writes";
const READS: &str = "one thread writes two numbers, the other reads them";

planted! { in "sharing":
    condvar_unlock_then_count:
        model(hand_over::<UnlockThenCount>), "a_value_is_handed_over",
        WAITS, UNLOCK_THEN_COUNT;
    rw_lock_relaxed_unlock:
        model(reads_and_writes::<RelaxedUnlock>), "a_reader_sees_whole_writes",
        READS, RELAXED_UNLOCK;
    rw_lock_lost_wake:
        model(reads_and_writes::<LostWake>), "a_reader_sees_whole_writes",
        READS, LOST_WAKE;
}
