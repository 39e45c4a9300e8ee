//! Where there are no descriptors, nothing is measured of them.

use bench_compare::blocks::program::Program;
use criterion::Criterion;

pub(crate) fn rows(_: &mut Program) {}

pub(crate) fn descriptors(_: &mut Criterion) {
    eprintln!("SKIPPED: descriptors are Unix's");
}
