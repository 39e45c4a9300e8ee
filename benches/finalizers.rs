//! What it costs to close a file, by hand and otherwise.

#[path = "finalizers/cycles.rs"]
mod cycles;
#[path = "finalizers/objects.rs"]
mod objects;

use std::ffi::CStr;
use std::hint::black_box;
use std::io::Write;
#[cfg(target_os = "linux")]
use std::os::fd::OwnedFd;
use std::os::fd::{AsRawFd, RawFd};
use std::process::ExitCode;
use std::sync::Arc;

use bench_compare::blocks::program::Program;
use benches::cost::{Cost, Stopwatch};
use benches::{Group, blocks, profiler};
use criterion::{Criterion, Throughput, criterion_group};
use crossbeam_epoch::{Collector, Owned};
use cycles::cycles;
use finalizers::counted::CountedHeap;
use finalizers::descriptors::open_count;
use finalizers::fd_mutex::{FdMutex, Release};
use finalizers::file::File;
use finalizers::gc::{Heap, Pointer};
#[cfg(target_os = "linux")]
use finalizers::polled_fd::PolledFd;
use objects::{MANY, OBJECT};

const PATH: &str = "/dev/null";

/// The same, as the kernel takes it.
const C_PATH: &CStr = c"/dev/null";

fn open() -> File {
    File::open(black_box(PATH)).expect("/dev/null opens")
}

fn libc_open() -> RawFd {
    let flags = libc::O_RDONLY | libc::O_CLOEXEC;
    // SAFETY: the path ends with a zero byte.
    let fd = unsafe { libc::open(black_box(C_PATH.as_ptr()), flags) };
    assert!(fd >= 0, "/dev/null opens");
    fd
}

/// Runs `benchmarks`, which must end with the descriptors they began with.
fn without_leak(criterion: &mut Criterion, benchmarks: fn(&mut Criterion)) {
    let before = open_count().expect("the descriptors are listed");
    benchmarks(criterion);
    let after = open_count().expect("the descriptors are listed");
    assert_eq!(after, before, "open descriptors at the end");
}

fn libc_one() {
    let fd = libc_open();
    // SAFETY: opened the line before, and nobody else's.
    assert_eq!(unsafe { libc::close(fd) }, 0);
}

fn close_one() {
    open().close().expect("/dev/null closes");
}

fn drop_one() {
    drop(open());
}

fn drop_c_one() {
    drop(File::open_c(black_box(C_PATH)).expect("/dev/null opens"));
}

fn many() -> Vec<File> {
    (0..100).map(|_| open()).collect()
}

fn close_many() {
    let closed = many().into_iter().map(File::close);
    assert_eq!(closed.filter(Result::is_ok).count(), 100);
}

fn drop_many() {
    assert_eq!(many().len(), 100);
}

/// The same work by hand and by Drop, in blocks that take turns; and what a
/// `File` costs beside the two system calls.
fn rows(program: &mut Program) {
    program.row("finalizers/open-close/1", |variants| {
        variants.add("close", close_one).add("drop", drop_one);
    });
    program.row("finalizers/open-close/100", |variants| {
        variants.add("close", close_many).add("drop", drop_many);
    });
    program.row("finalizers/open-drop/1", |variants| {
        variants.add("libc", libc_one).add("file", drop_one);
        variants.add("file-c", drop_c_one);
    });
}

/// Open a file and close it at once.
fn open_close_one(criterion: &mut Criterion) {
    let mut group = Group::new(criterion, "finalizers/open-close/1");
    group.bench_function("libc", |bencher| {
        bencher.iter(libc_one);
    });
    group.bench_function("close", |bencher| {
        bencher.iter(close_one);
    });
    group.bench_function("drop", |bencher| {
        bencher.iter(drop_one);
    });
    group.bench_function("std", |bencher| {
        bencher.iter(|| {
            drop(std::fs::File::open(black_box(PATH)).expect("it opens"));
        });
    });
    group.finish();
}

/// Open a hundred files, then close them all.
fn open_close_many(criterion: &mut Criterion) {
    let mut group = Group::new(criterion, "finalizers/open-close/100");
    group.bench_function("close", |bencher| bencher.iter(close_many));
    group.bench_function("drop", |bencher| bencher.iter(drop_many));
    group.finish();
}

/// Read through the lock of a shared descriptor, and without it.
fn read_at<const SIZE: usize>(criterion: &mut Criterion) {
    let mut file = tempfile::tempfile().expect("a temporary file");
    file.write_all(&[1; SIZE]).expect("there is room for it");
    let mut buffer = [0; SIZE];
    let fd = file.as_raw_fd();
    let name = format!("finalizers/read-at/{SIZE}");
    let mut group = Group::new(criterion, name);
    group.bench_function("pread", |bencher| {
        bencher.iter(|| {
            let start = buffer.as_mut_ptr().cast();
            // SAFETY: the buffer has room for as much.
            let read = unsafe { libc::pread(fd, start, SIZE, black_box(0)) };
            assert_eq!(read, SIZE as isize);
        });
    });
    #[cfg(target_os = "linux")]
    read_polled(&mut group, file.into(), &mut buffer);
    group.finish();
}

/// Read through the lock, which waits by ppoll(2): Linux has it.
#[cfg(target_os = "linux")]
fn read_polled(group: &mut Group<'_>, fd: OwnedFd, buffer: &mut [u8]) {
    let polled = PolledFd::new(fd).expect("it takes the flag");
    group.bench_function("polled-fd", |bencher| {
        bencher.iter(|| {
            let read = polled.read_at(buffer, black_box(0));
            assert_eq!(read.expect("the file has as much"), buffer.len());
        });
    });
}

fn descriptors(criterion: &mut Criterion) {
    without_leak(criterion, |criterion| {
        open_close_one(criterion);
        open_close_many(criterion);
        read_at::<4_096>(criterion);
        read_at::<65_536>(criterion);
    });
}

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
