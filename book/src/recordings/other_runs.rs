//! The runs of a planted model that passed, for a reader who says which thread
//! goes on.

use anyhow::{Context, Result};
use live::recording::{Frame, Recording};
use serde::Serialize;
use support::passed;
use support::schedules::Step;

use super::lanes::{Drawing, among, place, schedule};

/// A run, as far as it is not that of another one.
#[derive(Debug, Serialize)]
pub(crate) struct Branch {
    /// The run that it begins like: 0 is the one that fails, 1 the first of
    /// these.
    of: usize,
    /// How many frames of that run are also its own.
    same: usize,
    /// All frames after them.
    frames: Vec<Frame>,
}

/// Returns the recording of `CRATE/BUG`, and the other runs that its crate
/// keeps, if it keeps any.
///
/// # Errors
///
/// When the crate keeps no such schedule, or a file cannot be read.
pub(crate) fn with_others(name: &str) -> Result<(Recording, Vec<Branch>)> {
    let schedule = schedule(name)?;
    let (package, bug) = place(name)?;
    let file = passed::file(package, bug);
    let others: Vec<Vec<Step>> =
        if file.exists() { passed::read(&file)? } else { Vec::new() };
    let mut runs = vec![schedule.steps.as_slice()];
    runs.extend(others.iter().map(Vec::as_slice));
    let branches = (1..runs.len()).map(|at| branch(&runs, at));
    let branches: Result<_> = branches.collect();
    let branches = branches.with_context(|| file.display().to_string())?;
    Ok((among(&runs, &schedule), branches))
}

/// Returns a run as a branch of the one before that has most steps in common.
fn branch(runs: &[&[Step]], at: usize) -> Result<Branch> {
    let alike = |run: &[Step]| {
        let pairs = run.iter().zip(runs[at]);
        pairs.take_while(|(one, other)| one == other).count()
    };
    // The first of those that are equally alike.
    let before = (0..at).rev().map(|of| (alike(runs[of]), of));
    let (steps, of) = before.max_by_key(|(alike, _)| *alike).context("none")?;
    let end = "Here the run ends, and nothing is wrong: each thread is done.";
    let film = Drawing::of(runs, runs[at]).film(end.to_owned());
    // The frame before the first step is one and the same.
    let frames = film.into_iter().skip(steps).collect();
    Ok(Branch { of, same: steps + 1, frames })
}
