//! A benchmark that is timed by criterion, and counted in a pass of its own.

use std::env;
use std::fs;
use std::hint::black_box;
use std::io;
use std::path::{Path, PathBuf};

use criterion::{BenchmarkGroup, measurement::WallTime};

use crate::allocator::{Counts, counts};

/// Iterations whose allocations are counted.
const COUNTED: u64 = 10;

/// Times `routine` as `function` of `group`, and counts what it allocates.
///
/// The counts of one iteration are stored as `allocations.json` beside
/// criterion's files, for the latest run and for the baseline that is being
/// saved; `cargo compare` shows them as exact numbers.
///
/// # Panics
///
/// When the counts cannot be written.
pub fn bench<O>(
    group: &mut BenchmarkGroup<'_, WallTime>,
    group_id: &str,
    function: &str,
    mut routine: impl FnMut() -> O,
) {
    group.bench_function(function, |bencher| bencher.iter(&mut routine));
    let id = format!("{group_id}/{function}");
    let baselines = [Some("new".to_owned()), saved_baseline()];
    let places = baselines.into_iter().flatten().filter_map(|baseline| {
        let directory = folder(&criterion_home(), group_id, function);
        Some(directory.join(baseline)).filter(|place| holds(place, &id))
    });
    let places: Vec<PathBuf> = places.collect();
    if places.is_empty() {
        return; // a test run, or left out by the filter
    }
    let text = count(&mut routine);
    for place in places {
        write(&place, &text).expect("criterion could write there too");
    }
}

/// The mean of some iterations after a first one, which may warm things up.
fn count<O>(routine: &mut impl FnMut() -> O) -> String {
    black_box(routine());
    let before = counts();
    for _ in 0..COUNTED {
        black_box(routine());
    }
    let Counts { allocations, bytes } = counts();
    let mean = |now: u64, then: u64| (now - then) as f64 / COUNTED as f64;
    let allocations = mean(allocations, before.allocations);
    let bytes = mean(bytes, before.bytes);
    format!("{{\"allocations\":{allocations},\"bytes\":{bytes}}}\n")
}

/// Written beside and renamed, so that nobody reads half a file.
fn write(place: &Path, text: &str) -> io::Result<()> {
    let unfinished = place.join("allocations.json.part");
    fs::write(&unfinished, text)?;
    fs::rename(unfinished, place.join("allocations.json"))
}

/// Where criterion keeps its results; a bench binary stands three levels
/// below the target directory, in `release/deps`.
fn criterion_home() -> PathBuf {
    let home = env::var_os("CRITERION_HOME").map(PathBuf::from);
    home.unwrap_or_else(|| {
        let binary = env::current_exe().expect("a running binary has a path");
        let target = binary.ancestors().nth(3).unwrap_or(Path::new("target"));
        target.join("criterion")
    })
}

/// Where criterion keeps a benchmark, for ids of letters, digits and `/`.
fn folder(directory: &Path, group_id: &str, function: &str) -> PathBuf {
    directory.join(group_id.replace('/', "_")).join(function)
}

/// Whether this run has just written the benchmark there.
fn holds(place: &Path, id: &str) -> bool {
    let text = fs::read_to_string(place.join("benchmark.json"));
    text.is_ok_and(|text| text.contains(&format!("\"full_id\":\"{id}\"")))
        && !env::args().any(|argument| argument == "--test")
}

/// The name after `--save-baseline`, which criterion does not tell.
fn saved_baseline() -> Option<String> {
    let mut arguments = env::args();
    while let Some(argument) = arguments.next() {
        if argument == "--save-baseline" || argument == "-s" {
            return arguments.next();
        }
        if let Some(name) = argument.strip_prefix("--save-baseline=") {
            return Some(name.to_owned());
        }
    }
    None
}
