//! Eight threads and long histories, in random interleavings: what loom,
//! which tries all of them, cannot get through.
//!
//! `RUSTFLAGS="--cfg shuttle" cargo test --release -p queue-locks --test
//! shuttle --target-dir target/shuttle`
#![cfg(shuttle)]

use std::collections::VecDeque;

use queue_locks::locks::{Go, Mcs, Spin, ThreeState, Ticket, TwoState};
use queue_locks::steps::{
    IfForWhile, Impatient, LoadThenStore, LostWake, Patient,
};
use queue_locks::storages::Slice;
use queue_locks::{LockedQueue, Mutex, RawLock, Storage};
use support::model;
use support::sync::atomic::{AtomicBool, Ordering};
use support::sync::{Arc, thread};

const THREADS: usize = 8;
const EACH: usize = 50;

/// Tells whether two threads are where one may be: every other thread gets
/// its chance to come in while one is there.
#[derive(Default)]
struct Room(AtomicBool);

impl Room {
    fn pass(&self) {
        let is_taken = self.0.swap(true, Ordering::SeqCst);
        assert!(!is_taken, "two threads hold the lock");
        thread::yield_now();
        self.0.store(false, Ordering::SeqCst);
    }
}

/// Runs `work` on eight threads, this one among them; numbers them from 0.
fn on_all<R: Send + 'static>(
    work: impl Fn(usize) -> R + Clone + Send + 'static,
) -> Vec<R> {
    let start = |number| {
        let work = work.clone();
        thread::spawn(move || work(number))
    };
    let others: Vec<_> = (1..THREADS).map(start).collect();
    let mut results = vec![work(0)];
    let ends = others.into_iter().map(|other| other.join());
    results.extend(ends.map(|end| end.expect("no thread panics")));
    results
}

/// All add, one at a time; every third time they only try.
fn increments<L: RawLock + 'static>() {
    let shared = Arc::new((Room::default(), Mutex::<usize, L>::new(0)));
    let add = {
        let shared = shared.clone();
        move |_| (0..EACH).filter(|&turn| add_one(&shared, turn)).count()
    };
    let added: usize = on_all(add).into_iter().sum();
    assert_eq!(*shared.1.lock(), added, "an increment is lost");
}

fn add_one<L: RawLock>(
    (room, total): &(Room, Mutex<usize, L>),
    turn: usize,
) -> bool {
    let held = match turn % 3 {
        0 => total.try_lock(),
        _ => Some(total.lock()),
    };
    let Some(mut held) = held else { return false };
    let before = *held;
    room.pass();
    *held = before + 1;
    true
}

/// A storage that tells whether two threads are in it.
#[derive(Default)]
struct Watched<S> {
    room: Arc<Room>,
    items: S,
}

impl<S: Storage<Item>> Storage<Item> for Watched<S> {
    fn push(&mut self, value: Item) {
        self.room.pass();
        self.items.push(value);
    }

    fn pop(&mut self) -> Option<Item> {
        self.room.pass();
        self.items.pop()
    }

    fn len(&self) -> usize {
        self.items.len()
    }
}

/// Who put it, and as which of its own.
type Item = (usize, usize);

/// Four put and four get, by hand and under a guard in turn.
fn queue<S, L>()
where
    S: Storage<Item> + Send + 'static,
    L: RawLock + 'static,
{
    let queue = Arc::new(LockedQueue::<Item, Watched<S>, L>::new());
    let work = {
        let queue = queue.clone();
        move |thread| match thread % 2 {
            0 => put(&queue, thread),
            _ => get(&queue),
        }
    };
    let got = on_all(work);
    got.iter().for_each(|of_one| check_order(of_one));
    let mut all: Vec<Item> = got.into_iter().flatten().collect();
    all.sort_unstable();
    let putters = (0..THREADS).step_by(2);
    let put = putters.flat_map(|thread| (0..EACH).map(move |n| (thread, n)));
    assert!(all.into_iter().eq(put), "not each element came out once");
    assert_eq!(queue.get(), None, "an element came from nowhere");
}

fn put<S: Storage<Item>, L: RawLock>(
    queue: &LockedQueue<Item, S, L>,
    thread: usize,
) -> Vec<Item> {
    for n in 0..EACH {
        match n % 2 {
            0 => queue.put((thread, n)),
            _ => queue.put_guard((thread, n)),
        }
    }
    Vec::new()
}

/// As many as one thread puts, however often the queue is empty.
fn get<S: Storage<Item>, L: RawLock>(
    queue: &LockedQueue<Item, S, L>,
) -> Vec<Item> {
    let mut got = Vec::new();
    while got.len() < EACH {
        got.extend(match got.len() % 2 {
            0 => queue.get(),
            _ => queue.get_guard(),
        });
    }
    got
}

/// Of each putter, what was put first came out first.
fn check_order(got: &[Item]) {
    for putter in 0..THREADS {
        let of_one = got.iter().filter(|item| item.0 == putter);
        assert!(of_one.is_sorted(), "one overtook the other: {got:?}");
    }
}

macro_rules! sound {
    ($($name:ident: $model:expr;)*) => {$(
        #[test]
        fn $name() {
            model($model);
        }
    )*};
}

sound! {
    two_state: increments::<TwoState>;
    three_state: increments::<ThreeState>;
    spin: increments::<Spin>;
    ticket: increments::<Ticket>;
    mcs: increments::<Mcs>;
    go_in_normal_mode: increments::<Go<Patient>>;
    go_in_starvation_mode: increments::<Go<Impatient>>;
    queue_of_three_state: queue::<Slice<Item>, ThreeState>;
    queue_of_two_state: queue::<VecDeque<Item>, TwoState>;
    queue_of_go: queue::<Slice<Item>, Go<Impatient>>;
}

/// Each planted bug: an ignored model, and the test that demands it fails.
macro_rules! planted {
    ($($name:ident: $model:expr, $message:literal;)*) => {$(
        mod $name {
            use super::*;

            #[test]
            #[ignore = "planted bug, run by is_caught"]
            fn bug() {
                model($model);
            }

            #[test]
            fn is_caught() {
                let bug = concat!(stringify!($name), "::bug");
                support::planted::caught(bug, $message);
            }
        }
    )*};
}

planted! {
    two_state_lost_wake: increments::<TwoState<LostWake>>, "deadlock";
    two_state_if_for_while:
        increments::<TwoState<IfForWhile>>, "two threads hold the lock";
    three_state_lost_wake: increments::<ThreeState<LostWake>>, "deadlock";
    three_state_load_then_store:
        increments::<ThreeState<LoadThenStore>>, "deadlock";
    three_state_if_for_while:
        increments::<ThreeState<IfForWhile>>, "two threads hold the lock";
    go_lost_wake: increments::<Go<LostWake>>, "deadlock";
    queue_if_for_while:
        queue::<Slice<Item>, ThreeState<IfForWhile>>,
        "two threads hold the lock";
}
