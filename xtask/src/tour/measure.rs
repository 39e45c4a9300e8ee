//! Old and new in turn, each in a process of its own.

use std::path::PathBuf;

use anyhow::{Context, Result};
use bench_compare::Run;
use bench_compare::interleave::{Binary, Session, Variant};
use bench_compare::run::Reading;
use indicatif::ProgressBar;

use crate::bench_binaries::variant;
use crate::pairs::Pair;

/// How long criterion measures, which is short: runs are the replicates.
const SETTINGS: [&str; 8] = [
    "--warm-up-time",
    "0.1",
    "--measurement-time",
    "0.3",
    "--sample-size",
    "10",
    "--nresamples",
    "1000",
];

/// One pair's benchmarks, ready to run.
pub(crate) struct Measurement {
    pub(crate) pair: &'static Pair,
    pub(crate) binary: Binary,
    pub(crate) rounds: u32,
    /// Where criterion leaves what it measured.
    pub(crate) folder: PathBuf,
}

impl Measurement {
    /// Runs old and new `rounds` times each, in turns.
    pub(crate) fn run(&self, progress: &ProgressBar) -> Result<Vec<Run>> {
        let (name, rounds) = (self.pair.name, self.rounds);
        let session = self.session();
        session.forget()?;
        for round in 1..=rounds {
            let starts = |variant: &Variant| {
                let label = &variant.label;
                let what =
                    format!("{name}: {label}, round {round} of {rounds}");
                progress.set_message(what);
            };
            session
                .round(round, starts, || progress.inc(1))
                .with_context(|| format!("cannot measure {name}"))?
                .finished()?;
        }
        // Old and new share a round's baseline, so each run has both.
        let runs = session.load(0, rounds, Reading::default())?;
        runs.into_iter().map(|run| Ok(run.whole()?)).collect()
    }

    fn session(&self) -> Session {
        let benchmarks = self.pair.benchmarks;
        let variant = |label: &str| {
            let filter = format!("^{benchmarks}.*/{label}$");
            variant(label, "tour", &self.binary, &SETTINGS, &filter)
        };
        Session {
            home: self.folder.clone(),
            variants: self.pair.variants.map(variant).into(),
            ..Session::default()
        }
    }
}
