//! A group of benchmarks that are timed by criterion, and then counted.

use std::env;
use std::fmt;
use std::fs;
use std::ops::{Deref, DerefMut};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion};
use support::{atomic_file, criterion_home};

use crate::bencher::{Bencher, COUNTED, Pass};
use crate::cost::Cost;

/// Criterion's group, whose benchmarks are counted as well.
///
/// After the timed pass of a benchmark comes one that counts. Its mean is
/// stored as `allocations.json` beside criterion's files, for the latest run
/// and for the baseline that is being saved; `cargo compare` shows the counts
/// as exact numbers.
pub struct Group<'criterion> {
    id: String,
    timed: BenchmarkGroup<'criterion, WallTime>,
}

impl<'criterion> Group<'criterion> {
    /// Makes the group `id`: `subject/operation/size`.
    pub fn new(
        criterion: &'criterion mut Criterion,
        id: impl Into<String>,
    ) -> Self {
        let id = id.into();
        let timed = criterion.benchmark_group(&id);
        Self { id, timed }
    }

    /// Times the benchmark `variant`, and counts what it allocates.
    ///
    /// # Panics
    ///
    /// When the counts cannot be written.
    pub fn bench_function(
        &mut self,
        variant: impl Into<String>,
        mut benchmark: impl FnMut(&mut Bencher<'_, '_>),
    ) {
        let variant = variant.into();
        let mut was_run = false;
        self.timed.bench_function(&variant, |bencher| {
            was_run = true;
            benchmark(&mut Bencher { pass: Pass::Timed(bencher) });
        });
        if !was_run || !is_saved(env::args()) {
            return;
        }
        let places = places(&self.id, &variant);
        if places.is_empty() {
            return;
        }
        let mut bencher = Bencher { pass: Pass::Counted(None) };
        benchmark(&mut bencher);
        if let Pass::Counted(Some(cost)) = bencher.pass
            && let Some(text) = json(cost.mul_f64(1.0 / COUNTED as f64))
        {
            for place in places {
                let file = place.join("allocations.json");
                atomic_file::write(&file, text.as_bytes())
                    .expect("criterion could write there too");
            }
        }
    }

    /// The group is done.
    pub fn finish(self) {
        self.timed.finish();
    }
}

impl fmt::Debug for Group<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Group").field("id", &self.id).finish_non_exhaustive()
    }
}

impl<'criterion> Deref for Group<'criterion> {
    type Target = BenchmarkGroup<'criterion, WallTime>;

    fn deref(&self) -> &Self::Target {
        &self.timed
    }
}

impl DerefMut for Group<'_> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.timed
    }
}

/// Returns nothing where nothing was counted.
fn json(cost: Cost) -> Option<String> {
    let (allocations, bytes) = (cost.allocations()?, cost.bytes()?);
    Some(format!("{{\"allocations\":{allocations},\"bytes\":{bytes}}}\n"))
}

/// Returns the folders into which criterion has just written the benchmark.
fn places(group: &str, variant: &str) -> Vec<PathBuf> {
    let id = format!("{group}/{variant}");
    let folder = CRITERION_HOME.join(name(group)).join(name(variant));
    let baselines = [Some("new".to_owned()), saved_baseline()];
    let places = baselines.into_iter().flatten().map(|run| folder.join(run));
    places.filter(|place| holds(place, &id)).collect()
}

/// Where criterion keeps its results; looked up once, because cargo may have
/// to be asked.
static CRITERION_HOME: LazyLock<PathBuf> = LazyLock::new(criterion_home::find);

/// Returns the folder of an id, which criterion makes of it
/// (`make_filename_safe` in criterion 0.8.2, `src/report.rs`) and cuts to 64
/// bytes.
fn name(id: &str) -> String {
    let unsafe_in_paths = ['?', '"', '/', '\\', '*', '<', '>', ':', '|', '^'];
    let name = id.replace(unsafe_in_paths, "_");
    assert!(name.len() <= 64, "`{id}` is too long for a folder's name");
    name
}

fn holds(place: &Path, id: &str) -> bool {
    let text = fs::read_to_string(place.join("benchmark.json"));
    text.is_ok_and(|text| text.contains(&format!("\"full_id\":\"{id}\"")))
}

/// Returns true if criterion saves what it measures: not in a
/// test, under a profiler or with `--discard-baseline`.
fn is_saved(mut arguments: impl Iterator<Item = String>) -> bool {
    !arguments.any(|argument| {
        let name = argument.split('=').next().unwrap_or_default();
        ["--test", "--profile-time", "--discard-baseline"].contains(&name)
    })
}

/// Returns the name after `--save-baseline`, which criterion does not tell.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_criterion_saves_is_counted() {
        let saved =
            |line: &str| is_saved(line.split_whitespace().map(str::to_owned));
        assert!(saved("queues --bench put --save-baseline old"));
        assert!(!saved("queues --bench --test"));
        assert!(!saved("queues --bench --profile-time 5"));
        assert!(!saved("queues --bench --profile-time=5"));
        assert!(!saved("queues --bench --discard-baseline"));
    }
}
