//! Old and new in turn, each in a process of its own.
//!
//! A process run is the replicate: two runs of the same program differ more
//! than the samples within one run say. Whatever disturbs the machine for a
//! while then hits both variants alike.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use bench_compare::Run;
use indicatif::ProgressBar;

use super::Subject;
use crate::workspace::root;

/// One subject's benchmarks, ready to run.
pub(crate) struct Measurement<'a> {
    pub(crate) subject: Subject,
    pub(crate) binary: &'a Path,
    pub(crate) rounds: usize,
    /// Where criterion leaves what it measured.
    pub(crate) folder: PathBuf,
}

impl Measurement<'_> {
    /// Runs old and new `rounds` times each, one after the other.
    pub(crate) fn run(&self, progress: &ProgressBar) -> Result<Vec<Run>> {
        forget(&self.folder)?;
        let [old, new] = self.subject.variants();
        for round in 1..=self.rounds {
            // Who goes first alternates, for the first may pay for warming
            // up the machine.
            let order = if round % 2 == 1 { [old, new] } else { [new, old] };
            for variant in order {
                let name = self.subject.name();
                let rounds = self.rounds;
                let what =
                    format!("{name}: {variant}, round {round} of {rounds}");
                progress.set_message(what);
                self.run_once(variant, round)?;
                progress.inc(1);
            }
        }
        (1..=self.rounds).map(|round| self.load(round)).collect()
    }

    fn load(&self, round: usize) -> Result<Run> {
        let mut run = Run::load(&self.folder, &baseline(round))?;
        match run.problems.pop() {
            Some(problem) => Err(problem.into()),
            None => Ok(run),
        }
    }

    fn run_once(&self, variant: &str, round: usize) -> Result<()> {
        let output = Command::new(self.binary)
            .args(["--bench", "--noplot", "--quiet"])
            .args(["--warm-up-time", "0.1", "--measurement-time", "0.3"])
            .args(["--sample-size", "10", "--nresamples", "1000"])
            .args(["--save-baseline", &baseline(round)])
            .arg(format!("^{}.*/{variant}$", self.subject.benchmarks()))
            .env("CRITERION_HOME", &self.folder)
            .current_dir(root())
            .output()
            .with_context(|| format!("cannot run {}", self.binary.display()))?;
        ensure!(
            output.status.success(),
            "the benchmark {} of {} failed:\n{}{}",
            variant,
            self.subject.name(),
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr),
        );
        Ok(())
    }
}

/// The baseline's name; `base`, `new`, `change` and `report` are criterion's.
fn baseline(round: usize) -> String {
    format!("tour-{round}")
}

/// Removes an earlier tour's measurements.
fn forget(folder: &Path) -> Result<()> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("{}", folder.display()))
        }
        _ => Ok(()),
    }
}
