//! Getting all values out, one by one and in a batch, from every queue.

use std::collections::VecDeque;

use benches::Group;
use benches::cost::{Cost, Stopwatch};
use criterion::Criterion;
use crossbeam::queue::{ArrayQueue, SegQueue};
use queue_locks::locks::ThreeState;
use queue_locks::shared_queue::{CrossbeamChannel, StdChannel};
use queue_locks::storages::{RemoveFront, Slice};
use queue_locks::{LockedQueue, SharedQueue, Storage};

const VALUES: u64 = 2_000;

type Locked<S> = LockedQueue<u64, S, ThreeState>;

/// Fills `queue`, then measures `empty`, which gives the sum of the values.
fn measure<Q: SharedQueue<u64>>(
    group: &mut Group<'_>,
    variant: &str,
    queue: Q,
    mut empty: impl FnMut(&Q) -> u64,
) {
    group.bench_function(variant, |bencher| {
        bencher.iter_custom(|iterations| {
            let mut time = Cost::NOTHING;
            for _ in 0..iterations {
                (0..VALUES).for_each(|value| queue.put(value));
                let start = Stopwatch::start();
                let sum = empty(&queue);
                time += start.elapsed();
                assert_eq!(sum, (0..VALUES).sum::<u64>());
            }
            time
        });
    });
}

fn one_by_one<Q: SharedQueue<u64>>(
    group: &mut Group<'_>,
    variant: &str,
    queue: Q,
) {
    measure(group, variant, queue, |queue| {
        std::iter::from_fn(|| queue.get()).sum()
    });
}

fn sum(batch: &mut impl Storage<u64>) -> u64 {
    std::iter::from_fn(|| batch.pop()).sum()
}

/// All queues.
pub(crate) fn all(criterion: &mut Criterion) {
    let name = format!("queues/get-all/{VALUES}");
    let mut group = Group::new(criterion, name);
    let group = &mut group;
    one_by_one(group, "slice", Locked::<Slice<u64>>::new());
    one_by_one(group, "ring", Locked::<VecDeque<u64>>::new());
    one_by_one(group, "remove-front", Locked::<RemoveFront<u64>>::new());
    one_by_one(group, "seg-queue", SegQueue::new());
    one_by_one(group, "array-queue", ArrayQueue::new(VALUES as usize));
    one_by_one(group, "std-channel", StdChannel::default());
    one_by_one(group, "crossbeam-channel", CrossbeamChannel::default());
    measure(group, "slice-batch", Locked::<Slice<u64>>::new(), |queue| {
        sum(&mut queue.take_all())
    });
    let mut room = VecDeque::new();
    measure(group, "ring-batch", Locked::<VecDeque<u64>>::new(), |queue| {
        queue.swap_all(&mut room);
        room.drain(..).sum()
    });
}
