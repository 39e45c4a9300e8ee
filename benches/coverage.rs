//! The union of coverage profiles: sorting all lines against our merge.

use std::fmt::Write;
use std::hint::black_box;
use std::path::PathBuf;

use benches::{Group, profiler};
use coverage_merge::{Mode, Profile, sort_scan};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

/// Some profiles to merge, under the name of their size.
struct Input {
    size: &'static str,
    profiles: Vec<String>,
}

/// Returns the committed profiles of the standard library.
fn standard_library() -> Input {
    let data = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../coverage-merge/tests/data");
    let names = ["container-heap", "sort", "strings", "encoding-csv"];
    let read = |name| {
        let path = data.join(format!("set-{name}.out"));
        std::fs::read_to_string(path).expect("the profiles are committed")
    };
    Input {
        size: "go-standard-library",
        profiles: names.into_iter().map(read).collect(),
    }
}

/// As from a CI with 20 shards, each with all packages.
fn shards() -> Input {
    let mut profile = String::from("mode: set\n");
    for line in 0..4_000 {
        let (package, file, line) = (line / 200, line / 40, line % 40);
        let path = format!("example.com/team/package{package}/f{file}.go");
        let covered = line % 3 / 2;
        writeln!(profile, "{path}:{line}.2,{line}.30 2 {covered}")
            .expect("a string takes all");
    }
    Input { size: "20x4000", profiles: vec![profile; 20] }
}

fn merge(profiles: &[&str]) -> String {
    let mut union = Profile::new();
    for profile in profiles {
        union.read(profile.as_bytes(), "profile").expect("valid");
    }
    let mut out = Vec::new();
    union.write(&mut out).expect("a vector takes all");
    String::from_utf8(out).expect("a profile is text")
}

fn sort(profiles: &[&str]) -> String {
    sort_scan::merge(profiles, Mode::Set).expect("valid")
}

fn coverage(criterion: &mut Criterion) {
    for Input { size, profiles } in [standard_library(), shards()] {
        let profiles: Vec<_> = profiles.iter().map(String::as_str).collect();
        assert_eq!(merge(&profiles), sort(&profiles), "{size}");
        let name = format!("coverage/merge/{size}");
        let mut group = Group::new(criterion, name);
        let bytes: usize = profiles.iter().map(|text| text.len()).sum();
        group.throughput(Throughput::Bytes(bytes as u64));
        group.bench_function("sort-scan", |b| {
            b.iter(|| sort(black_box(&profiles)));
        });
        group.bench_function("merge", |b| {
            b.iter(|| merge(black_box(&profiles)));
        });
        group.finish();
    }
}

criterion_group! {
    name = benches;
    config = profiler::criterion();
    targets = coverage
}
criterion_main!(benches);
