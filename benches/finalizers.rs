//! What it costs to close a file, by hand and otherwise.

use std::ffi::CStr;
use std::hint::black_box;
use std::os::fd::RawFd;

use criterion::{Criterion, criterion_group, criterion_main};
use finalizers::descriptors::open_count;
use finalizers::file::File;

const PATH: &CStr = c"/dev/null";

fn path() -> &'static str {
    PATH.to_str().expect("the path is ASCII")
}

fn open() -> File {
    File::open(black_box(path())).expect("/dev/null opens")
}

fn libc_open() -> RawFd {
    let flags = libc::O_RDONLY | libc::O_CLOEXEC;
    // SAFETY: the path ends with a zero byte.
    let fd = unsafe { libc::open(black_box(PATH.as_ptr()), flags) };
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

/// Open a file and close it at once.
fn open_close_one(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("finalizers/open-close/1");
    group.bench_function("libc", |bencher| {
        bencher.iter(|| {
            let fd = libc_open();
            // SAFETY: opened the line before, and nobody else's.
            assert_eq!(unsafe { libc::close(fd) }, 0);
        });
    });
    group.bench_function("close", |bencher| {
        bencher.iter(|| open().close().expect("/dev/null closes"));
    });
    group.bench_function("drop", |bencher| {
        bencher.iter(|| drop(open()));
    });
    group.bench_function("std", |bencher| {
        bencher.iter(|| {
            drop(std::fs::File::open(black_box(path())).expect("it opens"));
        });
    });
    group.finish();
}

/// Open a hundred files, then close them all.
fn open_close_many(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("finalizers/open-close/100");
    let many = || (0..100).map(|_| open()).collect::<Vec<File>>();
    group.bench_function("close", |bencher| {
        bencher.iter(|| {
            let closed = many().into_iter().map(File::close);
            assert_eq!(closed.filter(Result::is_ok).count(), 100);
        });
    });
    group.bench_function("drop", |bencher| {
        bencher.iter(|| assert_eq!(many().len(), 100));
    });
    group.finish();
}

fn descriptors(criterion: &mut Criterion) {
    without_leak(criterion, |criterion| {
        open_close_one(criterion);
        open_close_many(criterion);
    });
}

criterion_group!(benches, descriptors);
criterion_main!(benches);
