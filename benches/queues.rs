//! What an unlock by hand and an unlock by a guard cost.
//!
//! Ids are `queues/operation/size/variant`. The pair is `explicit` (old)
//! against `guard` (new). The queue is warm: it has its memory, and what is
//! put and what is got are measured apart.

use std::hint::black_box;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use queue_locks::locks::{ParkingLot, Std, ThreeState};
use queue_locks::storages::Slice;
use queue_locks::{LockedQueue, RawLock};

/// How many values go in, or come out, in one iteration.
const VALUES: u64 = 1_000;

type Queue<L> = LockedQueue<u64, Slice<u64>, L>;
type Put<L> = fn(&Queue<L>);
type Get<L> = fn(&Queue<L>) -> u64;

/// An empty queue that need not grow any more.
fn warm<L: RawLock>() -> Queue<L> {
    let queue = full();
    while queue.get_guard().is_some() {}
    queue
}

fn full<L: RawLock>() -> Queue<L> {
    let queue = Queue::new();
    (0..VALUES).for_each(|value| queue.put_guard(value));
    queue
}

fn count<L: RawLock>(queue: &Queue<L>) -> u64 {
    std::iter::from_fn(|| queue.get_guard()).count() as u64
}

fn put<L: RawLock>(criterion: &mut Criterion, lock: &str) {
    let variants: [(&str, Put<L>); 2] = [
        ("explicit", |queue| (0..VALUES).for_each(|v| queue.put(v))),
        ("guard", |queue| {
            (0..VALUES).for_each(|v| queue.put_guard(v))
        }),
    ];
    let id = format!("queues/put-{lock}/{VALUES}");
    let mut group = criterion.benchmark_group(id);
    for (variant, put) in variants {
        let queue = warm::<L>();
        put(&queue);
        assert_eq!(count(&queue), VALUES);
        group.bench_function(variant, |bencher| {
            let batch = BatchSize::LargeInput;
            bencher.iter_batched_ref(warm::<L>, |queue| put(queue), batch);
        });
    }
}

fn get<L: RawLock>(criterion: &mut Criterion, lock: &str) {
    let variants: [(&str, Get<L>); 2] = [
        ("explicit", |queue| {
            (0..VALUES).filter_map(|_| queue.get()).sum()
        }),
        ("guard", |queue| {
            (0..VALUES).filter_map(|_| queue.get_guard()).sum()
        }),
    ];
    let id = format!("queues/get-{lock}/{VALUES}");
    let mut group = criterion.benchmark_group(id);
    for (variant, get) in variants {
        assert_eq!(get(&full::<L>()), (0..VALUES).sum::<u64>());
        group.bench_function(variant, |bencher| {
            let batch = BatchSize::LargeInput;
            bencher.iter_batched_ref(
                full::<L>,
                |queue| black_box(get(queue)),
                batch,
            );
        });
    }
}

fn disciplines<L: RawLock>(criterion: &mut Criterion, lock: &str) {
    put::<L>(criterion, lock);
    get::<L>(criterion, lock);
}

fn queues(criterion: &mut Criterion) {
    disciplines::<ThreeState>(criterion, "futex");
    disciplines::<Std>(criterion, "std");
    disciplines::<ParkingLot>(criterion, "parking_lot");
}

criterion_group!(benches, queues);
criterion_main!(benches);
