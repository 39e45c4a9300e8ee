//! Results that criterion 0.5.1, 0.6.0, 0.7.0 and 0.8.2 wrote themselves,
//! with ids that hold signs no path may have.

use std::fs;
use std::path::{Path, PathBuf};

use bench_compare::run::Reading;
use bench_compare::{Estimator, Run, Throughput};
use serde_json::Value;

use crate::results::Results;

/// Ids, and the folders that criterion made of them.
const BENCHMARKS: [(&str, &str); 2] = [
    ("plain: a name?", "plain_ a name_"),
    ("real/sum/fold/100", "real_sum/fold/100"),
];

fn versions() -> [PathBuf; 4] {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    ["0.5", "0.6", "0.7", "0.8"]
        .map(|version| data.join(format!("criterion-{version}")))
}

fn json(place: &Path) -> Value {
    serde_json::from_slice(&fs::read(place).unwrap()).unwrap()
}

fn numbers(list: &Value) -> impl Iterator<Item = f64> {
    list.as_array().unwrap().iter().map(|n| n.as_f64().unwrap())
}

#[test]
fn the_run_s_number_is_the_fastest_sample_of_each_version() {
    for version in versions() {
        let run = Run::load(&version, "old").unwrap();
        assert_eq!(run.benchmarks.len(), BENCHMARKS.len());
        for (id, folder) in BENCHMARKS {
            let file = json(&version.join(folder).join("old/sample.json"));
            let times = numbers(&file["times"]).zip(numbers(&file["iters"]));
            let fastest = times
                .map(|(time, iterations)| time / iterations)
                .fold(f64::INFINITY, f64::min);
            assert_eq!(run.benchmarks[id].time, Some(fastest), "{version:?}");
        }
        let throughput = &run.benchmarks["real/sum/fold/100"].throughput;
        assert_eq!(*throughput, Some(Throughput::Elements(100)));
    }
}

#[test]
fn the_median_is_criterion_s_own_in_each_version() {
    let reading =
        Reading { estimator: Estimator::Median, ..Reading::default() };
    for version in versions() {
        let run = Run::load_with(&version, "old", reading).unwrap();
        for (id, folder) in BENCHMARKS {
            let file = json(&version.join(folder).join("old/estimates.json"));
            let median = file["median"]["point_estimate"].as_f64();
            assert_eq!(run.benchmarks[id].time, median, "{version:?}");
        }
    }
}

#[test]
fn the_table_names_the_benchmarks_of_each_version() {
    for version in versions() {
        let results = Results::new();
        let mut command = results.command(&["old"]);
        let assert = command.env("CRITERION_HOME", &version).assert().code(0);
        let text = String::from_utf8_lossy(&assert.get_output().stdout);
        for (id, _) in BENCHMARKS {
            assert!(text.contains(id), "{version:?}: {text}");
        }
    }
}
