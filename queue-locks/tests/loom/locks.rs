//! Every lock of ours, with two and with three threads.

use queue_locks::locks::{Go, Mcs, Spin, ThreeState, Ticket, TwoState};
use queue_locks::steps::{
    IfForWhile, Impatient, LoadThenStore, LostWake, Patient, RelaxedUnlock,
};
use queue_locks::{Mutex, RawLock};
use support::lanes::note;
use support::model;
use support::sync::{Arc, thread};

/// One thread adds to what it reads, under the lock.
fn increment<L: RawLock>(name: &str, total: &Mutex<u32, L>) {
    note(name, "lock", "");
    let mut held = total.lock();
    note(name, "locked, read", *held);
    *held += 1;
    note(name, "write, unlock", *held);
    drop(held);
    note(name, "unlocked", "");
}

// ANCHOR: increments
/// `others` threads and this one add one each; none is lost.
fn increments<L: RawLock + 'static>(others: &[&'static str]) {
    let total = Arc::new(Mutex::<u32, L>::new(0));
    let start = |&name: &&'static str| {
        let total = total.clone();
        thread::spawn(move || increment(name, &total))
    };
    let threads: Vec<_> = others.iter().map(start).collect();
    increment("main", &total);
    for thread in threads {
        thread.join().expect("no thread panics");
    }
    let sum = *total.lock();
    assert_eq!(sum as usize, others.len() + 1, "an increment is lost");
}
// ANCHOR_END: increments

fn two<L: RawLock + 'static>() {
    model(|| increments::<L>(&["other"]));
}

fn three<L: RawLock + 'static>() {
    // With two preemptions a hand-over that orders nothing is not seen.
    support::model_within(3, || increments::<L>(&["second", "third"]));
}

/// Three threads at a lock that spins. Two spinning threads would only ever
/// yield to each other in a model, so one waits and two try.
fn three_of_whom_one_waits<L: RawLock + 'static>() {
    support::model_within(2, || {
        let total = Arc::new(Mutex::<u32, L>::new(0));
        let start = || {
            let total = total.clone();
            let add = move || total.try_lock().map(|mut held| *held += 1);
            thread::spawn(move || u32::from(add().is_some()))
        };
        let threads = [start(), start()];
        increment("main", &total);
        let added = threads.map(|thread| thread.join().expect("no panic"));
        assert_eq!(*total.lock(), 1 + added.iter().sum::<u32>());
    });
}

/// `try_lock` gets through only where `lock` would.
fn try_lock<L: RawLock + 'static>() {
    model(|| {
        let total = Arc::new(Mutex::<u32, L>::new(0));
        let other = thread::spawn({
            let total = total.clone();
            move || increment("other", &total)
        });
        let added = total.try_lock().map(|mut held| *held += 1).is_some();
        other.join().expect("no panic");
        assert_eq!(*total.lock(), 1 + u32::from(added));
    });
}

macro_rules! sound {
    ($($name:ident: $lock:ty, $three:ident;)*) => {$(
        mod $name {
            use super::*;

            #[test]
            fn two_threads() {
                two::<$lock>();
            }

            #[test]
            fn three_threads() {
                $three::<$lock>();
            }

            #[test]
            fn trying() {
                try_lock::<$lock>();
            }
        }
    )*};
}

sound! {
    two_state: TwoState, three;
    three_state: ThreeState, three;
    spin: Spin, three_of_whom_one_waits;
    ticket: Ticket, three_of_whom_one_waits;
    mcs: Mcs, three_of_whom_one_waits;
    go_patient: Go<Patient>, three;
    go_impatient: Go<Impatient>, three;
}

const TWO: &str = "two threads add one each under the lock";
const THREE: &str = "three threads add one each under the lock";

planted! { in "locks":
    two_state_relaxed_unlock:
        two::<TwoState<RelaxedUnlock>>(), "two_state::two_threads",
        TWO, RELAXED_UNLOCK;
    two_state_lost_wake:
        two::<TwoState<LostWake>>(), "two_state::two_threads",
        TWO, LOST_WAKE;
    two_state_if_for_while:
        three::<TwoState<IfForWhile>>(), "two_state::three_threads",
        THREE, IF_FOR_WHILE;
    three_state_relaxed_unlock:
        two::<ThreeState<RelaxedUnlock>>(), "three_state::two_threads",
        TWO, RELAXED_UNLOCK;
    three_state_lost_wake:
        two::<ThreeState<LostWake>>(), "three_state::two_threads",
        TWO, LOST_WAKE;
    three_state_if_for_while:
        three::<ThreeState<IfForWhile>>(), "three_state::three_threads",
        THREE, IF_FOR_WHILE;
    three_state_load_then_store:
        two::<ThreeState<LoadThenStore>>(), "three_state::two_threads",
        TWO, LOAD_THEN_STORE;
    spin_relaxed_unlock:
        two::<Spin<RelaxedUnlock>>(), "spin::two_threads",
        TWO, RELAXED_UNLOCK;
    ticket_relaxed_unlock:
        two::<Ticket<RelaxedUnlock>>(), "ticket::two_threads",
        TWO, RELAXED_UNLOCK;
    mcs_relaxed_unlock:
        two::<Mcs<RelaxedUnlock>>(), "mcs::two_threads",
        TWO, RELAXED_UNLOCK;
    go_relaxed_unlock:
        two::<Go<RelaxedUnlock>>(), "go_patient::two_threads",
        TWO, RELAXED_UNLOCK;
    go_lost_wake:
        two::<Go<LostWake>>(), "go_patient::two_threads",
        TWO, LOST_WAKE;
}
