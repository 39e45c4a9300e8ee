//! The disciplines on a warm queue: it has its memory already, and what is
//! put and what is got are measured apart.

use bench_compare::blocks::program::Program;
use benches::cost::{Cost, Stopwatch};
use benches::{Group, blocks};
use criterion::Criterion;
use queue_locks::defer::{FrameRecords, HeapRecords, OpenCoded};
use queue_locks::locks::{ParkingLot, Std, ThreeState};
use queue_locks::storages::Slice;
use queue_locks::{LockedQueue, RawLock};

/// How many values go in, or come out, in one iteration.
const VALUES: u64 = 1_000;

type Queue<L> = LockedQueue<u64, Slice<u64>, L>;

/// Returns an empty queue that need not grow any more.
fn warm<L: RawLock>() -> Queue<L> {
    let queue = full();
    assert_eq!(drained(&queue), (0..VALUES).sum::<u64>());
    queue
}

fn full<L: RawLock>() -> Queue<L> {
    let queue = Queue::new();
    (0..VALUES).for_each(|value| queue.put_guard(value));
    queue
}

fn drained<L: RawLock>(queue: &Queue<L>) -> u64 {
    std::iter::from_fn(|| queue.get_guard()).sum()
}

/// Returns what measures one way to put, and checks that all values are in.
fn puts<L: RawLock>(put: impl Fn(&Queue<L>, u64)) -> impl FnMut(u64) -> Cost {
    let queue = warm::<L>();
    move |iterations| {
        let rounds = (0..iterations).map(|_| {
            let start = Stopwatch::start();
            (0..VALUES).for_each(|value| put(&queue, value));
            let time = start.elapsed();
            assert_eq!(drained(&queue), (0..VALUES).sum::<u64>());
            time
        });
        rounds.sum()
    }
}

/// Returns what measures one way to get, and checks that all values came out.
fn gets<L: RawLock>(
    get: impl Fn(&Queue<L>) -> Option<u64>,
) -> impl FnMut(u64) -> Cost {
    let queue = warm::<L>();
    move |iterations| {
        let rounds = (0..iterations).map(|_| {
            (0..VALUES).for_each(|value| queue.put_guard(value));
            let start = Stopwatch::start();
            let sum: u64 = (0..VALUES).filter_map(|_| get(&queue)).sum();
            let time = start.elapsed();
            assert_eq!(sum, (0..VALUES).sum::<u64>());
            time
        });
        rounds.sum()
    }
}

fn put<L: RawLock>(
    group: &mut Group<'_>,
    variant: &str,
    put: impl Fn(&Queue<L>, u64),
) {
    let mut measure = puts(put);
    group.bench_function(variant, |bencher| bencher.iter_custom(&mut measure));
}

fn get<L: RawLock>(
    group: &mut Group<'_>,
    variant: &str,
    get: impl Fn(&Queue<L>) -> Option<u64>,
) {
    let mut measure = gets(get);
    group.bench_function(variant, |bencher| bencher.iter_custom(&mut measure));
}

/// The pair of the post: by hand, and by a guard.
fn pair<L: RawLock>(criterion: &mut Criterion, lock: &str) {
    let name = format!("queues/put-{lock}/{VALUES}");
    let mut group = Group::new(criterion, name);
    put::<L>(&mut group, "explicit", |queue, value| queue.put(value));
    put::<L>(&mut group, "guard", |queue, value| queue.put_guard(value));
    group.finish();
    let name = format!("queues/get-{lock}/{VALUES}");
    let mut group = Group::new(criterion, name);
    get::<L>(&mut group, "explicit", |queue| queue.get());
    get::<L>(&mut group, "guard", |queue| queue.get_guard());
}

/// Everything else, on the futex mutex, beside the pair in its groups.
fn others(criterion: &mut Criterion) {
    type L = ThreeState;
    let name = format!("queues/put-futex/{VALUES}");
    let mut group = Group::new(criterion, name);
    put::<L>(&mut group, "early-drop", |q, v| q.put_early_drop(v));
    put::<L>(&mut group, "scope-guard", |q, v| q.put_scope_guard(v));
    put::<L>(&mut group, "heap-records", |q, v| {
        q.put_deferred::<HeapRecords>(v);
    });
    put::<L>(&mut group, "frame-records", |q, v| {
        q.put_deferred::<FrameRecords>(v);
    });
    put::<L>(&mut group, "open-coded", |q, v| {
        q.put_deferred::<OpenCoded>(v);
    });
    group.finish();
    let name = format!("queues/get-futex/{VALUES}");
    let mut group = Group::new(criterion, name);
    get::<L>(&mut group, "early-drop", |q| q.get_early_drop());
    get::<L>(&mut group, "scope-guard", |q| q.get_scope_guard());
    get::<L>(&mut group, "heap-records", |q| q.get_deferred::<HeapRecords>());
    get::<L>(&mut group, "frame-records", |q| q.get_deferred::<FrameRecords>());
    get::<L>(&mut group, "open-coded", |q| q.get_deferred::<OpenCoded>());
}

/// All disciplines.
pub(crate) fn all(criterion: &mut Criterion) {
    pair::<ThreeState>(criterion, "futex");
    pair::<Std>(criterion, "std");
    pair::<ParkingLot>(criterion, "parking_lot");
    others(criterion);
}

/// The pair of the post once more, in blocks that take turns: the two differ
/// by less than two processes do.
pub(crate) fn rows(program: &mut Program) {
    rows_of::<ThreeState>(program, "futex");
    rows_of::<Std>(program, "std");
    rows_of::<ParkingLot>(program, "parking_lot");
    deferred_rows(program);
}

/// The lock's two atomic instructions take so long that the work of a record
/// has room in their time.
fn deferred_rows(program: &mut Program) {
    type L = ThreeState;
    program.row(format!("queues/put-defer/{VALUES}"), |variants| {
        blocks::add(variants, "explicit", puts::<L>(|q, v| q.put(v)));
        let heap = puts::<L>(|q, v| q.put_deferred::<HeapRecords>(v));
        blocks::add(variants, "heap-records", heap);
        let frame = puts::<L>(|q, v| q.put_deferred::<FrameRecords>(v));
        blocks::add(variants, "frame-records", frame);
        let open = puts::<L>(|q, v| q.put_deferred::<OpenCoded>(v));
        blocks::add(variants, "open-coded", open);
    });
    program.row(format!("queues/get-defer/{VALUES}"), |variants| {
        blocks::add(variants, "explicit", gets::<L>(|q| q.get()));
        let heap = gets::<L>(|q| q.get_deferred::<HeapRecords>());
        blocks::add(variants, "heap-records", heap);
        let frame = gets::<L>(|q| q.get_deferred::<FrameRecords>());
        blocks::add(variants, "frame-records", frame);
        let open = gets::<L>(|q| q.get_deferred::<OpenCoded>());
        blocks::add(variants, "open-coded", open);
    });
}

fn rows_of<L: RawLock + 'static>(program: &mut Program, lock: &str) {
    program.row(format!("queues/put-{lock}/{VALUES}"), |variants| {
        blocks::add(variants, "explicit", puts::<L>(|q, v| q.put(v)));
        blocks::add(variants, "guard", puts::<L>(|q, v| q.put_guard(v)));
    });
    program.row(format!("queues/get-{lock}/{VALUES}"), |variants| {
        blocks::add(variants, "explicit", gets::<L>(|q| q.get()));
        blocks::add(variants, "guard", gets::<L>(|q| q.get_guard()));
    });
}
