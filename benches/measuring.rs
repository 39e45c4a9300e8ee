//! The examples of the post on benchmarks, in Rust.
//!
//! - `format`: the first benchmark, with its throughput and allocations.
//! - `set`: a benchmark whose setup must not be measured, the wrong way
//!   (`with-setup`) beside the right one (`without-setup`).
//! - `json`: the comparison whose table ends the post; `tree` builds a tree
//!   of values and writes that (old), `direct` writes the fields (new).

use std::collections::BTreeSet;
use std::fmt::Write;
use std::hint::black_box;

use benches::{Group, profiler};
use criterion::{
    BatchSize, Criterion, Throughput, criterion_group, criterion_main,
};
use serde::Serialize;

fn format(criterion: &mut Criterion) {
    let new = || format!("hello {}", black_box(42));
    assert_eq!(new(), "hello 42");
    let mut group = Group::new(criterion, "measuring/format/hello");
    group.throughput(Throughput::Bytes(new().len() as u64));
    group.bench_function("new-string", |bencher| bencher.iter(new));
    let mut kept = String::with_capacity(16);
    group.bench_function("kept-string", |bencher| {
        bencher.iter(|| {
            kept.clear();
            write!(kept, "hello {}", black_box(42))
                .expect("a string takes all");
            kept.len()
        });
    });
}

/// Returns a set of even numbers, to which the odd ones are added.
fn evens() -> BTreeSet<u32> {
    (0..2_000).step_by(2).collect()
}

fn add_odds(set: &mut BTreeSet<u32>) -> usize {
    set.extend((1..2_000).step_by(200));
    set.len()
}

fn set(criterion: &mut Criterion) {
    assert_eq!(add_odds(&mut evens()), 1_010);
    let mut group = Group::new(criterion, "measuring/set/1k");
    // ANCHOR: setup
    group.bench_function("with-setup", |bencher| {
        bencher.iter(|| add_odds(&mut evens()));
    });
    group.bench_function("without-setup", |bencher| {
        bencher.iter_batched_ref(evens, add_odds, BatchSize::SmallInput);
    });
    // ANCHOR_END: setup
}

/// What the post marshals: a record with a list in it.
#[derive(Serialize)]
struct Response {
    name: &'static str,
    page: u32,
    fruits: Vec<&'static str>,
}

fn json(criterion: &mut Criterion) {
    let value = Response {
        name: "fruits",
        page: 1,
        fruits: vec!["apple", "peach", "pear"],
    };
    let tree = || {
        let tree = serde_json::to_value(black_box(&value));
        serde_json::to_vec(&tree.expect("a record is JSON"))
    };
    let direct = || serde_json::to_vec(black_box(&value));
    let old = tree().expect("a tree is JSON");
    let new = direct().expect("a record is JSON");
    assert_eq!(old.len(), new.len(), "the same fields in another order");
    let mut group = Group::new(criterion, "measuring/json/record");
    group.throughput(Throughput::BytesDecimal(new.len() as u64));
    group.bench_function("tree", |bencher| bencher.iter(tree));
    group.bench_function("direct", |bencher| bencher.iter(direct));
}

criterion_group! {
    name = benches;
    config = profiler::criterion();
    targets = format, set, json
}
criterion_main!(benches);
