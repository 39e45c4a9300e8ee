//! Blocks on disk, and the one ratio of each process.

use std::path::Path;

use serde::Serialize;
use support::atomic_file;

use crate::blocks::alternate::log_ratio;
use crate::error::Error;
use crate::interleave::Session;
use crate::run::{Reading, Run};
use crate::samples::Samples;

/// `benchmark.json`, as criterion writes it.
#[derive(Serialize)]
struct BenchmarkFile<'a> {
    group_id: &'a str,
    function_id: &'a str,
    value_str: Option<&'a str>,
    throughput: Option<()>,
    full_id: &'a str,
    directory_name: &'a str,
    title: &'a str,
}

/// `sample.json`, likewise.
#[derive(Serialize)]
struct SampleFile<'a> {
    sampling_mode: &'static str,
    #[serde(flatten)]
    samples: &'a Samples,
}

/// Writes one variant's blocks as a baseline of criterion.
pub(crate) fn save(
    home: &Path,
    [row, variant]: [&str; 2],
    baseline: &str,
    samples: &Samples,
) -> Result<(), Error> {
    let id = format!("{row}/{variant}");
    let directory = format!("{}/{}", file_name(row), file_name(variant));
    let folder = home.join(&directory).join(baseline);
    let io = |error| Error::io(&folder, error);
    std::fs::create_dir_all(&folder).map_err(io)?;
    let benchmark = BenchmarkFile {
        group_id: row,
        function_id: variant,
        value_str: None,
        throughput: None,
        full_id: &id,
        directory_name: &directory,
        title: &id,
    };
    let sample = SampleFile { sampling_mode: "Flat", samples };
    let texts = [
        ("benchmark.json", serde_json::to_vec(&benchmark)),
        ("sample.json", serde_json::to_vec(&sample)),
    ];
    for (name, text) in texts {
        let text = text.expect("strings and finite numbers are JSON");
        atomic_file::write(&folder.join(name), &text).map_err(io)?;
    }
    Ok(())
}

/// Returns a name that may stand in a path, as criterion makes it.
fn file_name(id: &str) -> String {
    id.replace(['?', '"', '/', '\\', '*', '<', '>', ':', '|', '^'], "_")
}

/// Reads the runs of a session of blocks, and lets the ratios of neighbouring
/// blocks decide how much longer `new` took than `old`.
///
/// # Errors
///
/// As [`Session::load`], and when a block could not be read.
pub fn load(
    session: &Session,
    rounds: u32,
    [old, new]: [&str; 2],
) -> Result<Vec<Run>, Error> {
    let reading = Reading { keep_samples: true, ..Reading::default() };
    let runs = session.load(0, rounds, reading)?;
    let whole: Result<Vec<Run>, Error> =
        runs.into_iter().map(Run::whole).collect();
    let mut runs = whole?;
    runs.iter_mut().for_each(|run| settle(run, old, new));
    Ok(runs)
}

/// Sets the time of each `new` to that of its `old` by the ratio that the
/// blocks of this process have.
pub(crate) fn settle(run: &mut Run, old: &str, new: &str) {
    let end = format!("/{new}");
    let names: Vec<String> = run.benchmarks.keys().cloned().collect();
    for name in names.iter().filter_map(|name| name.strip_suffix(&end)) {
        let base = run.benchmarks.get(&format!("{name}/{old}"));
        let Some((time, old)) =
            base.and_then(|it| Some((it.time?, it.samples.clone()?)))
        else {
            continue;
        };
        let Some(it) = run.benchmarks.get_mut(&format!("{name}{end}")) else {
            continue;
        };
        let ratio = it.samples.as_ref().and_then(|new| log_ratio(&old, new));
        if let Some(ratio) = ratio {
            it.time = Some(time * ratio.exp());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::{Verdict, compare_variants};
    use crate::run::Measurement;

    /// A process on a machine of its own speed, with the blocks of both.
    fn process(round: u32, ratio: f64) -> Run {
        let mut random = fastrand::Rng::with_seed(u64::from(round));
        let speed = 1.0 + random.f64();
        let mut blocks = [Vec::new(), Vec::new()];
        for _ in 0..50 {
            let drift = speed * (1.0 + random.f64());
            blocks[0].push(1e5 * drift * (1.0 + 0.01 * random.f64()));
            blocks[1].push(1e5 * drift * ratio * (1.0 + 0.01 * random.f64()));
        }
        let mut run = Run { round: Some(round), ..Run::named("blocks") };
        for (name, times) in ["put/old", "put/new"].into_iter().zip(blocks) {
            let iterations = vec![100.0; times.len()];
            let samples = Samples { iterations, times };
            let reading = Reading { keep_samples: true, ..Reading::default() };
            let it = Measurement::of(&samples, reading);
            run.benchmarks.insert(name.to_owned(), it);
        }
        settle(&mut run, "old", "new");
        run
    }

    fn verdict(processes: u32, ratio: f64) -> Verdict {
        let runs: Vec<Run> =
            (1..=processes).map(|round| process(round, ratio)).collect();
        compare_variants(&runs, "old", "new")[0].verdict
    }

    #[test]
    fn six_processes_prove_either() {
        assert_eq!(verdict(6, 1.0), Verdict::Same);
        assert_eq!(verdict(6, 1.005), Verdict::Same);
        assert_eq!(verdict(6, 1.03), Verdict::Slower);
        assert_eq!(verdict(6, 0.97), Verdict::Faster);
    }

    #[test]
    fn a_variant_alone_keeps_its_time() {
        let mut run = process(1, 1.0);
        run.benchmarks.remove("put/old");
        let before = run.benchmarks["put/new"].time;
        settle(&mut run, "old", "new");
        assert_eq!(run.benchmarks["put/new"].time, before);
    }
}
