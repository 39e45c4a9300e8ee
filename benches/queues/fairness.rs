//! The longest wait of a hundred, beside a thread that holds the lock all the time.
//!
//! The time of an iteration is that wait, not the time the iteration took.

use std::time::Duration;

use benches::Group;
use benches::cost::Cost;
use criterion::{Criterion, SamplingMode};
use queue_locks::RawLock;
use queue_locks::fairness::longest_wait;
use queue_locks::locks::{
    Go, Mcs, ParkingLot, Spin, Std, ThreeState, Ticket, TwoState,
};

const TURNS: u32 = 100;
const LIMIT: Duration = Duration::from_secs(2);

fn lock<L: RawLock>(group: &mut Group<'_>, variant: &str) {
    group.bench_function(variant, |bencher| {
        bencher.iter_custom(|iterations| {
            let waits = (0..iterations).map(|_| {
                let longest = longest_wait::<L>(TURNS, LIMIT);
                assert!(longest > Duration::ZERO);
                Cost::from(longest)
            });
            waits.sum()
        });
    });
}

/// Each lock.
pub(crate) fn all(criterion: &mut Criterion) {
    let mut group =
        Group::new(criterion, format!("queues/longest-wait/{TURNS}"));
    group.sample_size(10);
    group.sampling_mode(SamplingMode::Flat);
    group.warm_up_time(Duration::from_millis(1));
    group.measurement_time(Duration::from_millis(100));
    lock::<ThreeState>(&mut group, "futex");
    lock::<TwoState>(&mut group, "futex-two-states");
    lock::<Spin>(&mut group, "spin");
    lock::<Ticket>(&mut group, "ticket");
    lock::<Mcs>(&mut group, "mcs");
    lock::<Go>(&mut group, "go");
    lock::<Std>(&mut group, "std");
    lock::<ParkingLot>(&mut group, "parking_lot");
}
