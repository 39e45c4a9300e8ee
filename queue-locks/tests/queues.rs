//! Random operations on every queue, compared with the oracle after each.
#![cfg(not(loom))]

use proptest::collection::vec;
use proptest::prelude::*;
use queue_locks::locks::{ParkingLot, Std, ThreeState};
use queue_locks::oracle::Oracle;
use queue_locks::storages::Slice;
use queue_locks::{LockedQueue, RawLock, SharedQueue, Storage};

#[derive(Clone, Copy, Debug)]
enum Operation {
    Put(u32),
    PutGuard(u32),
    Get,
    GetGuard,
}

fn operation() -> impl Strategy<Value = Operation> {
    prop_oneof![
        any::<u32>().prop_map(Operation::Put),
        any::<u32>().prop_map(Operation::PutGuard),
        Just(Operation::Get),
        Just(Operation::GetGuard),
    ]
}

fn check_disciplines<L: RawLock>(operations: &[Operation]) {
    let queue = LockedQueue::<u32, Slice<u32>, L>::new();
    let oracle = Oracle::default();
    for &operation in operations {
        match operation {
            Operation::Put(value) => {
                queue.put(value);
                oracle.put(value);
            }
            Operation::PutGuard(value) => {
                queue.put_guard(value);
                oracle.put(value);
            }
            Operation::Get => assert_eq!(queue.get(), oracle.get()),
            Operation::GetGuard => assert_eq!(queue.get_guard(), oracle.get()),
        }
    }
    while let Some(value) = oracle.get() {
        assert_eq!(queue.get(), Some(value));
    }
    assert_eq!(queue.get_guard(), None);
}

proptest! {
    #[test]
    fn both_disciplines_agree_with_the_oracle(
        operations in vec(operation(), 0..200),
    ) {
        check_disciplines::<ThreeState>(&operations);
        check_disciplines::<Std>(&operations);
        check_disciplines::<ParkingLot>(&operations);
    }

    #[test]
    fn a_slice_stays_well_formed(operations in vec(operation(), 0..200)) {
        let mut slice = Slice::default();
        for operation in operations {
            match operation {
                Operation::Put(value) | Operation::PutGuard(value) => {
                    slice.push(value);
                }
                Operation::Get | Operation::GetGuard => drop(slice.pop()),
            }
            prop_assert_eq!(slice.verify(), Ok(()));
        }
    }
}

/// Four threads put and get; nothing is lost, doubled or out of order.
fn check_threads<L: RawLock>() {
    const EACH: usize = 2_000;
    let queue = LockedQueue::<(usize, usize), Slice<_>, L>::new();
    let taken = std::thread::scope(|scope| {
        let put_then_get = |thread| {
            let queue = &queue;
            move || {
                let mut taken = Vec::new();
                for number in 0..EACH {
                    queue.put((thread, number));
                    queue.put_guard((thread, EACH + number));
                    taken.extend(queue.get());
                    taken.extend(queue.get_guard());
                }
                taken
            }
        };
        let threads: Vec<_> =
            (0..4).map(|n| scope.spawn(put_then_get(n))).collect();
        let taken = threads.into_iter().map(|t| t.join().expect("no panic"));
        taken.collect::<Vec<_>>()
    });
    let mut all: Vec<_> = taken.into_iter().flatten().collect();
    all.extend(std::iter::from_fn(|| queue.get()));
    all.sort_unstable();
    let expected = (0..4).flat_map(|t| (0..2 * EACH).map(move |n| (t, n)));
    assert!(all.into_iter().eq(expected));
}

#[test]
fn threads_lose_nothing() {
    check_threads::<ThreeState>();
    check_threads::<Std>();
    check_threads::<ParkingLot>();
}
