//! The four benchmarks of the post as they were, faults and all.
//!
//! `Put` grows the slice while it is measured, and `Get` mostly finds the
//! queue empty; there is no second thread. The corrected ones are in
//! `disciplines.rs`.

use benches::Group;
use benches::cost::Stopwatch;
use criterion::Criterion;
use queue_locks::LockedQueue;
use queue_locks::locks::ThreeState;
use queue_locks::storages::Slice;

type Queue = LockedQueue<u64, Slice<u64>, ThreeState>;

/// `b.N` calls of `Put` on a new queue.
fn put(criterion: &mut Criterion, variant: &str, put: fn(&Queue, u64)) {
    let mut group = Group::new(criterion, "queues/post-put/1");
    group.bench_function(variant, |bencher| {
        bencher.iter_custom(|iterations| {
            let queue = Queue::new();
            let start = Stopwatch::start();
            (0..iterations).for_each(|value| put(&queue, value));
            let time = start.elapsed();
            let count = std::iter::from_fn(|| queue.get_guard()).count();
            assert_eq!(count as u64, iterations);
            time
        });
    });
}

/// `b.N` calls of `Get` on a queue of a hundred values.
fn get(
    criterion: &mut Criterion,
    variant: &str,
    get: fn(&Queue) -> Option<u64>,
) {
    let mut group = Group::new(criterion, "queues/post-get/1");
    group.bench_function(variant, |bencher| {
        bencher.iter_custom(|iterations| {
            let queue = Queue::new();
            (0..100).for_each(|value| queue.put_guard(value));
            let start = Stopwatch::start();
            let got = (0..iterations).filter_map(|_| get(&queue)).count();
            let time = start.elapsed();
            assert_eq!(got as u64, iterations.min(100));
            time
        });
    });
}

/// All four.
pub(crate) fn all(criterion: &mut Criterion) {
    put(criterion, "by-hand", Queue::put);
    put(criterion, "guarded", Queue::put_guard);
    get(criterion, "by-hand", Queue::get);
    get(criterion, "guarded", Queue::get_guard);
}
