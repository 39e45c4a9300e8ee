//! What it costs to close a file, by hand and otherwise.
//!
//! The descriptors are Unix's; the collected heap and what it is compared with
//! are measured everywhere.

#[path = "finalizers/cycles.rs"]
mod cycles;
#[cfg(unix)]
#[path = "finalizers/files.rs"]
mod files;
#[cfg(not(unix))]
#[path = "finalizers/no_files.rs"]
mod files;
#[path = "finalizers/objects.rs"]
mod objects;

use std::hint::black_box;
use std::process::ExitCode;
use std::sync::Arc;

use benches::cost::{Cost, Stopwatch};
use benches::{Group, blocks, profiler};
use criterion::{Criterion, Throughput, criterion_group};
use crossbeam_epoch::{Collector, Owned};
use cycles::cycles;
use files::{descriptors, rows};
use finalizers::counted::CountedHeap;
use finalizers::fd_mutex::{FdMutex, Release};
use finalizers::gc::{Heap, Pointer};
use objects::{MANY, OBJECT};

/// Take and give back a reference.
fn reference(criterion: &mut Criterion) {
    let mut group = Group::new(criterion, "finalizers/reference/1");
    let mutex = FdMutex::new();
    group.bench_function("fd-mutex", |bencher| {
        bencher.iter(|| {
            black_box(&mutex).incref().expect("it is open");
            assert_eq!(black_box(&mutex).decref(), Release::InUse);
        });
    });
    let arc = Arc::new(());
    group.bench_function("arc", |bencher| {
        bencher.iter(|| drop(Arc::clone(black_box(&arc))));
    });
    group.finish();
}

/// Allocates a thousand objects and hangs something on each.
#[inline(always)]
fn allocate(heap: &mut Heap, hang: impl Fn(&mut Heap, Pointer)) {
    for _ in 0..MANY {
        let object = heap.alloc(black_box(OBJECT));
        hang(heap, object);
    }
}

/// Collects and runs what is due; returns how much that was.
fn collect(heap: &mut Heap) -> usize {
    heap.collect();
    heap.run_finalizers(MANY) + heap.run_cleanups(MANY)
}

fn set_finalizer(heap: &mut Heap, object: Pointer) {
    heap.set_finalizer(object, |_, object| {
        black_box(object);
    });
}

fn add_cleanup(heap: &mut Heap, object: Pointer) {
    heap.add_cleanup(object, |_| {
        black_box(());
    });
}

/// Measures allocating and hanging, and none of the collecting.
fn measure_hanging(
    group: &mut Group<'_>,
    variant: &str,
    hang: impl Fn(&mut Heap, Pointer),
) {
    let mut heap = Heap::new();
    group.bench_function(variant, |bencher| {
        bencher.iter_custom(|times| {
            let mut elapsed = Cost::NOTHING;
            for _ in 0..times {
                let start = Stopwatch::start();
                allocate(&mut heap, &hang);
                elapsed += start.elapsed();
                collect(&mut heap);
                collect(&mut heap);
                assert_eq!(heap.objects(), 0, "all are gone");
            }
            elapsed
        });
    });
}

/// Allocate an object and hang something on it.
fn register(criterion: &mut Criterion) {
    let mut group = Group::new(criterion, "finalizers/register/1000");
    group.throughput(Throughput::Elements(MANY as u64));
    measure_hanging(&mut group, "plain", |_, _| ());
    measure_hanging(&mut group, "finalizer", set_finalizer);
    measure_hanging(&mut group, "cleanup", add_cleanup);
    measure_hanging(&mut group, "weak", |heap, object| {
        black_box(heap.downgrade(object));
    });
    group.finish();
}

/// Measures rounds of allocating, collecting, and running what is due.
fn measure_life(
    group: &mut Group<'_>,
    variant: &str,
    due: usize,
    hang: impl Fn(&mut Heap, Pointer),
) {
    let mut heap = Heap::new();
    group.bench_function(variant, |bencher| {
        bencher.iter(|| {
            allocate(&mut heap, &hang);
            assert_eq!(collect(&mut heap), due);
        });
    });
}

/// An object from its allocation to its end, a thousand a collection.
fn whole_life(criterion: &mut Criterion) {
    let mut group = Group::new(criterion, "finalizers/whole-life/1000");
    group.throughput(Throughput::Elements(MANY as u64));
    measure_life(&mut group, "plain", 0, |_, _| ());
    measure_life(&mut group, "finalizer", MANY, set_finalizer);
    measure_life(&mut group, "cleanup", MANY, add_cleanup);
    let handle = Collector::new().register();
    group.bench_function("epoch", |bencher| {
        bencher.iter(|| {
            let guard = handle.pin();
            for _ in 0..MANY {
                let object = Owned::new(black_box([0_u64; 8]));
                // SAFETY: nobody else has seen the object.
                unsafe { guard.defer_destroy(object.into_shared(&guard)) };
            }
            guard.flush();
        });
    });
    group.bench_function("counted", |bencher| {
        let mut heap = CountedHeap::new();
        bencher.iter(|| {
            for _ in 0..MANY {
                let object = heap.alloc(black_box(1));
                heap.release(object);
            }
        });
    });
    group.bench_function("box", |bencher| {
        bencher.iter(|| {
            for _ in 0..MANY {
                drop(black_box(Box::new(black_box([0_u64; 8]))));
            }
        });
    });
    group.finish();
}

/// From a weak pointer to the object.
fn weak_upgrade(criterion: &mut Criterion) {
    let mut group = Group::new(criterion, "finalizers/upgrade/1");
    let mut heap = Heap::new();
    let object = heap.alloc(OBJECT);
    let weak = heap.downgrade(object);
    group.bench_function("weak", |bencher| {
        bencher.iter(|| {
            assert_eq!(black_box(&heap).upgrade(black_box(weak)), Some(object));
        });
    });
    let arc = Arc::new(());
    let weak = Arc::downgrade(&arc);
    group.bench_function("std-weak", |bencher| {
        bencher.iter(|| assert!(black_box(&weak).upgrade().is_some()));
    });
    group.finish();
}

criterion_group! {
    name = benches;
    config = profiler::criterion();
    targets =
        descriptors, reference, register, whole_life, cycles, weak_upgrade
}

fn main() -> ExitCode {
    blocks::or_criterion(rows, benches)
}
