//! The benchmarks.

use benches::{Group, profiler};
use criterion::{Criterion, SamplingMode, criterion_group};

use crate::host::{Host, Job};

/// The program that does nothing, with a host whose heap is small, and large.
fn start(criterion: &mut Criterion) {
    for heap in [0, 256] {
        pair(criterion, &format!("containers/start/{heap}MiB"), |way| Job {
            way,
            heap,
            has_network: false,
        });
    }
}

/// The same, with an interface on a bridge.
fn network(criterion: &mut Criterion) {
    pair(criterion, "containers/connected-start/0MiB", |way| Job {
        way,
        heap: 0,
        has_network: true,
    });
}

fn pair(
    criterion: &mut Criterion,
    name: &str,
    job: impl Fn(&'static str) -> Job,
) {
    let mut group = Group::new(criterion, name);
    group.sample_size(10).sampling_mode(SamplingMode::Flat);
    for way in ["post", "ours"] {
        // Asked with a small heap: the rows that are filtered out ask too.
        if let Err(error) = Host::new(&Job { heap: 0, ..job(way) }) {
            eprintln!("SKIPPED: {name}/{way}: {error}");
            continue;
        }
        let mut host = None;
        group.bench_function(way, |bencher| {
            let host = host.get_or_insert_with(|| {
                Host::new(&job(way)).expect("one with a small heap was ready")
            });
            bencher.iter_custom(|times| {
                host.measure(times).expect("it has been ready").into()
            });
        });
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = profiler::criterion();
    targets = start, network
}

pub(crate) fn main() {
    benches();
    Criterion::default().configure_from_args().final_summary();
}
