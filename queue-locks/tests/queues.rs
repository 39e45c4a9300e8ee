//! Random operations on every queue, compared with the oracle after each.
#![cfg(not(any(loom, shuttle)))]

use std::collections::VecDeque;

use crossbeam::queue::{ArrayQueue, SegQueue};
use proptest::collection::vec;
use proptest::prelude::*;
use queue_locks::defer::{FrameRecords, HeapRecords, OpenCoded};
use queue_locks::locks::{Go, ParkingLot, Std, ThreeState};
use queue_locks::oracle::Oracle;
use queue_locks::shared_queue::{CrossbeamChannel, StdChannel};
use queue_locks::storage::Alone;
use queue_locks::storages::{RemoveFront, Slice};
use queue_locks::{LockedQueue, RawLock, SharedQueue, Storage};
use support::watchdog::watch;

type Locked<S, L = ThreeState> = LockedQueue<u32, S, L>;

/// Some value to put, or `None`: get.
fn operations() -> impl Strategy<Value = Vec<Option<u32>>> {
    vec(any::<Option<u32>>(), 0..200)
}

fn check(queue: &dyn SharedQueue<u32>, operations: &[Option<u32>]) {
    let oracle = Oracle::default();
    for &operation in operations {
        match operation {
            Some(value) => {
                queue.put(value);
                oracle.put(value);
            }
            None => assert_eq!(queue.get(), oracle.get()),
        }
    }
    while let Some(value) = oracle.get() {
        assert_eq!(queue.get(), Some(value));
    }
    assert_eq!(queue.get(), None);
}

/// A way to put and a way to get.
type Discipline<S, L> =
    (fn(&Locked<S, L>, u32), fn(&Locked<S, L>) -> Option<u32>);

fn disciplines<S: Storage<u32> + Alone, L: RawLock>() -> [Discipline<S, L>; 7] {
    type Queue<S, L> = Locked<S, L>;
    [
        (Queue::put, Queue::get),
        (Queue::put_guard, Queue::get_guard),
        (Queue::put_early_drop, Queue::get_early_drop),
        (Queue::put_scope_guard, Queue::get_scope_guard),
        (
            Queue::put_deferred::<HeapRecords>,
            Queue::get_deferred::<HeapRecords>,
        ),
        (
            Queue::put_deferred::<FrameRecords>,
            Queue::get_deferred::<FrameRecords>,
        ),
        (Queue::put_deferred::<OpenCoded>, Queue::get_deferred::<OpenCoded>),
    ]
}

/// A queue that is used by one discipline only.
struct Disciplined<S: Storage<u32>, L: RawLock> {
    queue: Locked<S, L>,
    discipline: Discipline<S, L>,
}

impl<S: Storage<u32> + Send, L: RawLock> SharedQueue<u32>
    for Disciplined<S, L>
{
    fn put(&self, value: u32) {
        (self.discipline.0)(&self.queue, value);
        assert!(!self.queue.is_locked(), "put unlocks");
    }

    fn get(&self) -> Option<u32> {
        let value = (self.discipline.1)(&self.queue);
        assert!(!self.queue.is_locked(), "get unlocks on each way out");
        value
    }
}

fn check_disciplines<S, L>(operations: &[Option<u32>])
where
    S: Storage<u32> + Alone + Send,
    L: RawLock,
{
    for discipline in disciplines::<S, L>() {
        let queue = Locked::new();
        check(&Disciplined { queue, discipline }, operations);
    }
}

proptest! {
    #[test]
    fn every_discipline_agrees_with_the_oracle(operations in operations()) {
        let _watched = watch();
        check_disciplines::<Slice<u32>, ThreeState>(&operations);
        check_disciplines::<VecDeque<u32>, Std>(&operations);
        check_disciplines::<RemoveFront<u32>, ParkingLot>(&operations);
        check_disciplines::<Slice<u32>, Go>(&operations);
    }

    #[test]
    fn every_queue_agrees_with_the_oracle(operations in operations()) {
        let _watched = watch();
        check(&Locked::<Slice<u32>>::new(), &operations);
        check(&Locked::<VecDeque<u32>>::new(), &operations);
        check(&Locked::<RemoveFront<u32>>::new(), &operations);
        check(&SegQueue::new(), &operations);
        check(&ArrayQueue::new(200), &operations);
        check(&StdChannel::default(), &operations);
        check(&CrossbeamChannel::default(), &operations);
    }

    #[test]
    fn a_batch_is_all_that_is_in(operations in operations()) {
        let _watched = watch();
        let queue = Locked::<Slice<u32>>::new();
        let oracle = Oracle::default();
        let mut room = Slice::default();
        for (turn, value) in operations.into_iter().enumerate() {
            if let Some(value) = value {
                queue.put(value);
                oracle.put(value);
                continue;
            }
            let mut batch = match turn % 2 {
                0 => queue.take_all(),
                _ => {
                    queue.swap_all(&mut room);
                    std::mem::take(&mut room)
                }
            };
            prop_assert_eq!(batch.verify(), Ok(()));
            while let Some(value) = batch.pop() {
                prop_assert_eq!(oracle.get(), Some(value));
            }
            prop_assert_eq!(oracle.get(), None);
        }
    }

    #[test]
    fn every_storage_counts_what_is_in_it(operations in operations()) {
        fn check<S: Storage<u32>>(operations: &[Option<u32>]) {
            let (mut storage, mut count) = (S::default(), 0_usize);
            for operation in operations {
                match operation {
                    Some(value) => storage.push(*value),
                    None => drop(storage.pop()),
                }
                let has_come = operation.is_some();
                count = count.saturating_add_signed(if has_come { 1 } else { -1 });
                assert_eq!(storage.len(), count);
                assert_eq!(storage.is_empty(), count == 0);
            }
        }
        let _watched = watch();
        check::<Slice<u32>>(&operations);
        check::<VecDeque<u32>>(&operations);
        check::<RemoveFront<u32>>(&operations);
    }

    #[test]
    fn a_slice_stays_well_formed(operations in operations()) {
        let _watched = watch();
        let mut slice = Slice::default();
        for operation in operations {
            match operation {
                Some(value) => slice.push(value),
                None => drop(slice.pop()),
            }
            prop_assert_eq!(slice.verify(), Ok(()));
        }
    }
}

#[test]
fn a_forgotten_unlock_leaves_the_queue_locked() {
    let _watched = watch();
    let queue = Locked::<Slice<u32>>::new();
    queue.put(1);
    assert_eq!(queue.get_forgotten(), Some(1));
    assert!(!queue.is_locked(), "it unlocks where there is a value");
    assert_eq!(queue.get_forgotten(), None);
    assert!(queue.is_locked(), "and forgets to where there is none");
}

/// Values of each of four threads come out in the order they went in, each
/// once, whoever takes them.
fn check_threads(queue: &dyn SharedQueue<(usize, usize)>) {
    const EACH: usize = if cfg!(miri) { 10 } else { 1_000 };
    let taken = std::thread::scope(|scope| {
        let put_then_get = |thread| {
            move || {
                let put = |number| queue.put((thread, number));
                let turn = |number| {
                    put(number);
                    queue.get()
                };
                (0..EACH).filter_map(turn).collect::<Vec<_>>()
            }
        };
        let threads = [0, 1, 2, 3].map(|n| scope.spawn(put_then_get(n)));
        threads.map(|thread| thread.join().expect("no panic"))
    });
    for taken in &taken {
        for of in 0..4 {
            let mine = taken.iter().filter(|value| value.0 == of);
            assert!(mine.is_sorted(), "out of order");
        }
    }
    let mut all: Vec<_> = taken.into_iter().flatten().collect();
    all.extend(std::iter::from_fn(|| queue.get()));
    all.sort_unstable();
    let expected = (0..4).flat_map(|t| (0..EACH).map(move |n| (t, n)));
    assert!(all.into_iter().eq(expected));
}

#[test]
fn threads_lose_nothing() {
    let _watched = watch();
    type Queue<S, L> = LockedQueue<(usize, usize), S, L>;
    check_threads(&Queue::<Slice<_>, ThreeState>::new());
    check_threads(&Queue::<VecDeque<_>, Go>::new());
    check_threads(&Queue::<RemoveFront<_>, ParkingLot>::new());
    check_threads(&SegQueue::new());
    check_threads(&ArrayQueue::new(4_000));
    check_threads(&StdChannel::default());
    check_threads(&CrossbeamChannel::default());
}
