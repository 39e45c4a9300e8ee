//! Lock and unlock, alone and with a second thread.

use benches::Group;
use benches::cost::Stopwatch;
use criterion::Criterion;
use queue_locks::locks::{
    Go, ParkingLot, Spin, Std, ThreeState, Ticket, TwoState,
};
use queue_locks::{Mutex, RawLock};

/// How often the lock is taken in one iteration.
const TURNS: u64 = 1_000;

/// Measures `turn`, which adds one under a lock; `total` is the sum.
fn turns(
    group: &mut Group<'_>,
    variant: &str,
    turn: impl Fn(),
    total: impl Fn() -> u64,
) {
    group.bench_function(variant, |bencher| {
        let before = total();
        bencher.iter(|| (0..TURNS).for_each(|_| turn()));
        let done = total() - before;
        assert!(done > 0 && done.is_multiple_of(TURNS));
    });
}

fn ours<L: RawLock>(group: &mut Group<'_>, variant: &str) {
    let lock = Mutex::<u64, L>::new(0);
    turns(group, variant, || *lock.lock() += 1, || *lock.lock());
}

/// Each lock without a second thread, and those of others as they are sold.
pub(crate) fn uncontended(criterion: &mut Criterion) {
    let name = format!("queues/lock-unlock/{TURNS}");
    let mut group = Group::new(criterion, name);
    ours::<ThreeState>(&mut group, "futex");
    ours::<TwoState>(&mut group, "futex-two-states");
    ours::<Spin>(&mut group, "spin");
    ours::<Ticket>(&mut group, "ticket");
    ours::<Go>(&mut group, "go");
    ours::<Std>(&mut group, "std-raw");
    ours::<ParkingLot>(&mut group, "parking_lot-raw");
    let std = std::sync::Mutex::new(0_u64);
    let lock = || std.lock().expect("no holder panics");
    turns(&mut group, "std", || *lock() += 1, || *lock());
    let parking_lot = parking_lot::Mutex::new(0_u64);
    let lock = || parking_lot.lock();
    turns(&mut group, "parking_lot", || *lock() += 1, || *lock());
}

/// Two threads that take the lock all the time; the time of both.
fn two_threads<L: RawLock>(group: &mut Group<'_>, variant: &str) {
    group.bench_function(variant, |bencher| {
        bencher.iter_custom(|iterations| {
            let total = Mutex::<u64, L>::new(0);
            let turns = iterations * TURNS;
            let add = || (0..turns).for_each(|_| *total.lock() += 1);
            let start = Stopwatch::start();
            std::thread::scope(|scope| {
                scope.spawn(add);
                add();
            });
            let time = start.elapsed();
            assert_eq!(total.into_inner(), 2 * turns);
            time
        });
    });
}

/// Each lock with a second thread.
pub(crate) fn contended(criterion: &mut Criterion) {
    let name = format!("queues/lock-contended/{TURNS}");
    let mut group = Group::new(criterion, name);
    group.sample_size(20);
    two_threads::<ThreeState>(&mut group, "futex");
    two_threads::<TwoState>(&mut group, "futex-two-states");
    two_threads::<Spin>(&mut group, "spin");
    two_threads::<Ticket>(&mut group, "ticket");
    two_threads::<Go>(&mut group, "go");
    two_threads::<Std>(&mut group, "std");
    two_threads::<ParkingLot>(&mut group, "parking_lot");
}
