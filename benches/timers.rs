//! Timers: the heap sifted by swaps (old) and by a hole (new); the service by
//! generation, and beside other libraries.

#[path = "timers/futures.rs"]
mod futures;
#[path = "timers/generations.rs"]
mod generations;
#[path = "timers/go_workloads.rs"]
mod go_workloads;
#[path = "timers/ours.rs"]
mod ours;
#[path = "timers/overshoot.rs"]
mod overshoot;
#[path = "timers/peers.rs"]
mod peers;
#[path = "timers/pending.rs"]
mod pending;
#[path = "timers/rows.rs"]
mod rows;
#[path = "timers/subject.rs"]
mod subject;
#[path = "timers/threads.rs"]
mod threads;

use std::hint::black_box;
use std::process::ExitCode;

use benches::{Group, blocks, profiler};
use criterion::{BatchSize, Criterion, criterion_group};
use timer_heap::heap::{Hole, Sift, Swap, TimerHeap};
use timer_heap::queue::TimerId;

/// Returns deadlines in an order that a computer finds random and a reader can
/// repeat.
fn deadlines(count: usize) -> impl Iterator<Item = i64> {
    let mut random = fastrand::Rng::with_seed(1);
    (0..count).map(move |_| random.i64(0..1_000_000_000))
}

fn filled<S: Sift>(count: usize) -> (TimerHeap<u64, S>, Vec<TimerId>) {
    let mut heap = TimerHeap::new();
    let ids = deadlines(count).map(|when| heap.push(when, 7)).collect();
    (heap, ids)
}

/// Every timer fires: the root goes, and the last one is sifted down.
fn fire<S: Sift>(heap: &mut TimerHeap<u64, S>, count: usize) {
    let mut before = i64::MIN;
    for _ in 0..count {
        let (when, _) = heap.pop().expect("as many as were pushed");
        assert!(before <= when);
        before = when;
    }
    assert!(heap.is_empty());
}

/// Every timer is pushed before all others: it is sifted up to the root.
fn start<S: Sift>(count: usize) -> TimerHeap<u64, S> {
    let mut heap = TimerHeap::new();
    for when in (0..count as i64).rev() {
        heap.push(black_box(when), 7);
    }
    assert_eq!(heap.peek(), Some((0, &7)));
    heap
}

/// Every timer gets another deadline.
fn reset<S: Sift>(
    heap: &mut TimerHeap<u64, S>,
    ids: &[TimerId],
    random: &mut fastrand::Rng,
) {
    for &id in ids {
        assert!(heap.update(id, random.i64(0..1_000_000_000)));
    }
}

fn sift<S: Sift>(c: &mut Criterion, variant: &str) {
    for count in [1_000, 10_000] {
        let mut group = Group::new(c, format!("timers/fire/{count}"));
        group.bench_function(variant, |b| {
            b.iter_batched_ref(
                || filled::<S>(count).0,
                |heap| fire(heap, count),
                BatchSize::LargeInput,
            );
        });
        group.finish();
        let mut group = Group::new(c, format!("timers/reset/{count}"));
        group.bench_function(variant, |b| {
            let (mut heap, ids) = filled::<S>(count);
            let mut random = fastrand::Rng::with_seed(2);
            b.iter(|| reset(&mut heap, &ids, &mut random));
        });
        group.finish();
    }
    let mut group = Group::new(c, "timers/start/1000");
    group.bench_function(variant, |b| {
        b.iter(|| start::<S>(1_000));
    });
    group.finish();
}

fn swap_and_hole(c: &mut Criterion) {
    sift::<Swap>(c, "swap");
    sift::<Hole>(c, "hole");
}

criterion_group! {
    name = benches;
    config = profiler::criterion();
    targets = swap_and_hole, pending::pending, futures::futures,
        go_workloads::go_workloads, overshoot::overshoot, threads::threads, generations::generations
}

fn main() -> ExitCode {
    blocks::or_criterion(rows::rows, benches)
}
