//! JSON of hyperfine.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Deserialize;

use crate::error::Error;
use crate::run::{Measurement, Reading, Run, Source};
use crate::samples::Samples;

/// What hyperfine writes with `--export-json` (1.19), as far as needed.
#[derive(Deserialize)]
pub(super) struct Hyperfine {
    results: Vec<Command>,
}

#[derive(Deserialize)]
struct Command {
    command: String,
    /// Seconds of each process.
    #[serde(default)]
    times: Vec<Option<f64>>,
    /// How each process ended; not 0 is a failure, which `-i` passes over.
    #[serde(default)]
    exit_codes: Vec<Option<i32>>,
}

/// Returns a run for each process that hyperfine timed: each of them is a
/// replicate, and the one sample of itself.
///
/// # Errors
///
/// When there is no time of a process.
pub(super) fn runs(
    file: Hyperfine,
    path: &Path,
    reading: Reading,
) -> Result<Vec<Run>, Error> {
    let mut runs = Vec::<Run>::new();
    let mut seen = BTreeMap::<String, usize>::new();
    let (mut remarks, mut failed) = (BTreeSet::new(), BTreeSet::new());
    for Command { command, times, exit_codes } in file.results {
        let before = seen.entry(command.clone()).or_default();
        *before += 1;
        // The command again is another benchmark, not the same one.
        let id = match *before {
            1 => command,
            count => format!("{command} ({count})"),
        };
        if exit_codes.iter().any(|code| *code != Some(0)) {
            remarks.insert(format!("`{id}` failed in some of its processes"));
            failed.insert(id.clone());
        }
        for (index, seconds) in times.into_iter().enumerate() {
            let time = seconds.unwrap_or_default() * 1e9;
            if runs.len() == index {
                runs.push(Run::named(&path.display().to_string()));
                runs[index].source = Source::Other;
            }
            if time <= 0.0 {
                remarks.insert(format!("`{id}` took no time in some process"));
            }
            if time.is_normal() && time > 0.0 {
                let one = Samples { iterations: vec![1.0], times: vec![time] };
                let it = Measurement::of(&one, reading);
                runs[index].benchmarks.insert(id.clone(), it);
            }
        }
    }
    match runs.first_mut() {
        Some(run) => (run.remarks, run.failed) = (remarks, failed),
        None => {
            let what = "no time of a process in it";
            return Err(Error::malformed(path, 1, 1, what));
        }
    }
    Ok(runs)
}
