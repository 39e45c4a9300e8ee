//! The mutex-protected queue over the futex mutex, and its batch take.

use std::collections::VecDeque;

use queue_locks::locks::ThreeState;
use queue_locks::steps::{LostWake, RelaxedUnlock, Sound};
use queue_locks::storages::{RemoveFront, Slice};
use queue_locks::{LockedQueue, RawLock, Storage};
use support::lanes::note;
use support::model;
use support::sync::{Arc, thread};

type Queue<L> = LockedQueue<u32, Slice<u32>, L>;

/// Two threads put one value each, one by hand and one under a guard, and
/// then get one each: both values come out, each once.
fn two_putters<S, L>()
where
    S: Storage<u32> + Send + 'static,
    L: RawLock + 'static,
{
    let queue = Arc::new(LockedQueue::<u32, S, L>::new());
    let other = thread::spawn({
        let queue = queue.clone();
        move || {
            note("other", "put_guard", 2);
            queue.put_guard(2);
            let value = queue.get_guard();
            note("other", "get_guard", format!("{value:?}"));
            value
        }
    });
    note("main", "put", 1);
    queue.put(1);
    let mine = queue.get();
    note("main", "get", format!("{mine:?}"));
    let theirs = other.join().expect("the other thread does not panic");
    assert_ne!(mine, theirs, "a value came out twice");
    assert_eq!(mine.unwrap() + theirs.unwrap(), 3, "a value was lost");
    assert_eq!(queue.get(), None, "a value came from nowhere");
}

/// Two threads put while a third takes all: what it does not get stays.
fn batch() {
    let queue = Arc::new(Queue::<ThreeState>::new());
    let put = |value| {
        let queue = queue.clone();
        thread::spawn(move || queue.put(value))
    };
    let threads = [put(1), put(2)];
    let mut batch = queue.take_all();
    for thread in threads {
        thread.join().expect("no panic");
    }
    let taken = std::iter::from_fn(|| batch.pop());
    let mut all: Vec<_> = taken.collect();
    all.extend(std::iter::from_fn(|| queue.get()));
    all.sort_unstable();
    assert_eq!(all, [1, 2]);
}

/// One thread finds the queue empty and forgets to unlock.
fn forgotten() {
    let queue = Arc::new(Queue::<ThreeState>::new());
    let other = thread::spawn({
        let queue = queue.clone();
        move || {
            let value = queue.get_forgotten();
            note("other", "get_forgotten", format!("{value:?}"));
        }
    });
    note("main", "put", 1);
    queue.put(1);
    note("main", "put", "done");
    let value = queue.get();
    note("main", "get", format!("{value:?}"));
    other.join().expect("no panic");
}

#[test]
fn both_values_come_out() {
    model(two_putters::<Slice<u32>, ThreeState<Sound>>);
    model(two_putters::<VecDeque<u32>, ThreeState<Sound>>);
    model(two_putters::<RemoveFront<u32>, ThreeState<Sound>>);
}

#[test]
fn a_batch_loses_nothing() {
    support::model_within(2, batch);
}

const PUTTERS: &str = "two threads put one value each and get one each";

planted! { in "queue":
    queue_relaxed_unlock:
        model(two_putters::<Slice<u32>, ThreeState<RelaxedUnlock>>),
        "both_values_come_out", PUTTERS, RELAXED_UNLOCK;
    queue_lost_wake:
        model(two_putters::<Slice<u32>, ThreeState<LostWake>>),
        "both_values_come_out", PUTTERS, LOST_WAKE;
    queue_forgotten_unlock:
        model(forgotten), "both_values_come_out",
        "one thread puts while another finds nothing", FORGOTTEN;
}
