//! Old and new in turn: each row in short processes, or in blocks inside one
//! process.

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use bench_compare::Run;
use bench_compare::blocks::{files, program};
use bench_compare::interleave::rows::{Rows, SHORT};
use bench_compare::interleave::{Binary, Session, Variant};
use bench_compare::run::Reading;
use indicatif::ProgressBar;

use crate::bench_binaries::variant;
use crate::pairs::{Pair, Turns};

/// How long each process has for the blocks of a row, in seconds.
const BLOCKS: &str = "0.2";

/// One pair's benchmarks, ready to run.
pub(crate) struct Measurement {
    pub(crate) pair: &'static Pair,
    session: Session,
    rows: Rows,
    rounds: u32,
}

impl Measurement {
    /// Asks a target for the rows of a pair; `folder` is where criterion
    /// leaves what it measures. Returns none if this machine has not what the
    /// pair needs: then the target has said why, and has no benchmark of it.
    pub(crate) fn new(
        pair: &'static Pair,
        binary: &Binary,
        rounds: u32,
        folder: PathBuf,
    ) -> Result<Option<Self>> {
        let (mut session, rounds) = match pair.turns {
            Turns::Processes => (processes(pair, binary, folder), rounds),
            Turns::Blocks => (
                program::session(
                    folder,
                    binary.clone(),
                    BLOCKS,
                    &format!("^{}", pair.benchmarks),
                ),
                blocks_for(rounds),
            ),
        };
        let Some(rows) = session.rows()? else {
            let may_be_missing = pair.needs().is_some();
            ensure!(may_be_missing, "{}: there is no benchmark", pair.name);
            return Ok(None);
        };
        session.paired = true;
        Ok(Some(Self { pair, session, rows, rounds }))
    }

    /// Returns how many processes it takes.
    pub(crate) fn processes(&self) -> u64 {
        let variants = self.session.variants.len() as u64;
        self.rows.count() as u64 * u64::from(self.rounds) * variants
    }

    /// Runs each row `rounds` times, old and new in turns.
    pub(crate) fn run(&self, progress: &ProgressBar) -> Result<Vec<Run>> {
        let (name, rounds) = (self.pair.name, self.rounds);
        self.session.forget()?;
        for round in 1..=rounds {
            let starts = |_: &Variant, id: &str| {
                progress.set_message(format!("{id}, round {round}"));
            };
            self.session
                .round_by_rows(&self.rows, round, starts, || progress.inc(1))
                .with_context(|| format!("cannot measure {name}"))?
                .finished()?;
        }
        if self.pair.turns == Turns::Blocks {
            return Ok(files::load(&self.session, rounds, self.pair.variants)?);
        }
        // Old and new share a round's baseline, so each run has both.
        let runs = self.session.load(0, rounds, Reading::default())?;
        runs.into_iter().map(|run| Ok(run.whole()?)).collect()
    }
}

/// Returns how many processes measure a row in blocks where others are
/// measured `rounds` times. They vary so little that half of them say more, but
/// fewer than six are no pairs.
fn blocks_for(rounds: u32) -> u32 {
    rounds.div_ceil(2).max(rounds.min(6))
}

fn processes(pair: &Pair, binary: &Binary, folder: PathBuf) -> Session {
    let variant = |label: &str| {
        let filter = format!("^{}.*/{label}$", pair.benchmarks);
        variant(label, "tour", binary, &SHORT, &filter)
    };
    Session {
        home: folder,
        variants: pair.variants.map(variant).into(),
        ..Session::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_pairs_wherever_short_runs_are() {
        let processes = [1, 5, 6, 10, 12, 20, 21].map(blocks_for);
        assert_eq!(processes, [1, 5, 6, 6, 6, 10, 11]);
    }
}
