//! Old and new in turn, row by row, each in a short process of its own.

use std::path::PathBuf;

use anyhow::{Context, Result};
use bench_compare::Run;
use bench_compare::interleave::rows::SHORT;
use bench_compare::interleave::{Binary, Session, Variant};
use bench_compare::run::Reading;
use indicatif::ProgressBar;

use crate::bench_binaries::variant;
use crate::pairs::Pair;

/// One pair's benchmarks, ready to run.
pub(crate) struct Measurement {
    pub(crate) pair: &'static Pair,
    pub(crate) binary: Binary,
    pub(crate) rounds: u32,
    /// Where criterion leaves what it measured.
    pub(crate) folder: PathBuf,
}

impl Measurement {
    /// Runs each row of old and new `rounds` times, in turns.
    pub(crate) fn run(&self, progress: &ProgressBar) -> Result<Vec<Run>> {
        let (name, rounds) = (self.pair.name, self.rounds);
        let mut session = self.session();
        session.forget()?;
        let rows = session.rows()?.with_context(|| {
            format!("{name}: the program lists no benchmark")
        })?;
        session.paired = true;
        for round in 1..=rounds {
            let starts = |_: &Variant, id: &str| {
                let what = format!("{id}, round {round} of {rounds}");
                progress.set_message(what);
            };
            session
                .round_by_rows(&rows, round, starts, || ())
                .with_context(|| format!("cannot measure {name}"))?
                .finished()?;
            progress.inc(2);
        }
        // Old and new share a round's baseline, so each run has both.
        let runs = session.load(0, rounds, Reading::default())?;
        runs.into_iter().map(|run| Ok(run.whole()?)).collect()
    }

    fn session(&self) -> Session {
        let benchmarks = self.pair.benchmarks;
        let variant = |label: &str| {
            let filter = format!("^{benchmarks}.*/{label}$");
            variant(label, "tour", &self.binary, &SHORT, &filter)
        };
        Session {
            home: self.folder.clone(),
            variants: self.pair.variants.map(variant).into(),
            ..Session::default()
        }
    }
}
