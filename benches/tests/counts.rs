//! Each benchmark leaves its counts beside criterion's files.

use std::env;
use std::fs;
use std::path::Path;
use std::time::Duration;

use benches::Group;
use benches::cost::{Cost, Stopwatch};
use criterion::{BatchSize, Criterion};

fn vector(length: usize) -> Vec<u8> {
    std::hint::black_box(vec![1; length])
}

fn benchmarks(criterion: &mut Criterion) {
    let mut group = Group::new(criterion, "counts/vector/16");
    group.sample_size(10);
    group.nresamples(1_001);
    group.warm_up_time(Duration::from_millis(1));
    group.measurement_time(Duration::from_millis(1));
    group.bench_function("iter", |bencher| bencher.iter(|| vector(16)));
    group.bench_function("without-setup", |bencher| {
        let add = |vector: &mut Vec<u8>| vector.reserve_exact(48);
        bencher.iter_batched_ref(|| vector(16), add, BatchSize::SmallInput);
    });
    group.bench_function("own-time", |bencher| {
        bencher.iter_custom(|iterations| {
            let once = |_| {
                let _setup = vector(100);
                let stopwatch = Stopwatch::start();
                drop(vector(7));
                stopwatch.elapsed()
            };
            (0..iterations).map(once).sum()
        });
    });
    group.bench_function("unknown", |bencher| {
        bencher.iter_custom(|_| Cost::from(Duration::from_nanos(50)));
    });
    group.finish();
}

fn counts(home: &Path, variant: &str) -> Option<String> {
    let place = home.join("counts_vector_16").join(variant);
    let file = |run| fs::read_to_string(place.join(run)).ok();
    let new = file("new/allocations.json");
    assert!(place.join("new/sample.json").exists(), "criterion ran");
    new
}

#[test]
fn no_benchmark_is_left_uncounted() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    for folder in [".", "queues", "timers"].map(|name| folder.join(name)) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                let plain = text.contains("benchmark_group(");
                assert!(!plain, "{}: use benches::Group", path.display());
            }
        }
    }
}

#[test]
fn an_iteration_and_nothing_else_is_counted() {
    const HOME: &str = "CRITERION_HOME";
    if env::var_os(HOME).is_none() {
        // Criterion reads the variable once, so it must stand before.
        let home = tempfile::tempdir().unwrap();
        let status = std::process::Command::new(env::current_exe().unwrap())
            .arg("an_iteration_and_nothing_else_is_counted")
            .env(HOME, home.path())
            .status();
        assert!(status.unwrap().success());
        let is = |variant: &str, bytes| {
            let text = format!("{{\"allocations\":1,\"bytes\":{bytes}}}\n");
            assert_eq!(counts(home.path(), variant), Some(text), "{variant}");
        };
        is("iter", 16);
        is("without-setup", 64);
        is("own-time", 7);
        assert_eq!(counts(home.path(), "unknown"), None);
        return;
    }
    benchmarks(&mut Criterion::default());
}
