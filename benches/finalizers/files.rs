//! Opening, closing and reading files.

use std::ffi::CStr;
use std::hint::black_box;
use std::io::Write;
#[cfg(target_os = "linux")]
use std::os::fd::OwnedFd;
use std::os::fd::{AsRawFd, RawFd};

use bench_compare::blocks::program::Program;
use benches::Group;
use criterion::Criterion;
use finalizers::descriptors::open_count;
use finalizers::file::File;
#[cfg(target_os = "linux")]
use finalizers::polled_fd::PolledFd;

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
pub(crate) fn rows(program: &mut Program) {
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

pub(crate) fn descriptors(criterion: &mut Criterion) {
    without_leak(criterion, |criterion| {
        open_close_one(criterion);
        open_close_many(criterion);
        read_at::<4_096>(criterion);
        read_at::<65_536>(criterion);
    });
}
