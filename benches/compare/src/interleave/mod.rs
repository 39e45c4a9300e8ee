//! Old and new in turns, each run a process of its own.
//!
//! A process run is the replicate: two runs of the same program differ more
//! than the samples within one run say. Whatever disturbs the machine for a
//! while hits all sides alike if they take turns.
//!
//! A [`Session`] runs criterion's bench binaries with one `CRITERION_HOME`
//! and a baseline for each round, and reads the baselines back as [`Run`]s:
//! nothing that was measured before is overwritten. [`order`] decides who goes
//! first in a round, also where a program of another kind, such as `go test`,
//! takes turns with a session.

mod benchmark;
pub mod rows;

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use crate::error::Error;
use crate::input::criterion;
use crate::input::criterion::turns::{self, Turns};
use crate::machine;
use crate::run::{Reading, Run};

/// Lines of a failed program's output that its error repeats.
const TAIL: usize = 10;

/// A bench binary of criterion.
#[derive(Clone, Debug)]
pub struct Binary {
    /// The program.
    pub path: PathBuf,
    /// Where it runs, as cargo would: the package's directory.
    pub directory: PathBuf,
}

/// What runs under one label.
#[derive(Clone, Debug)]
pub struct Variant {
    /// What it is called in messages and tables.
    pub label: String,
    /// How the names of its baselines begin; a round's number follows.
    ///
    /// `base`, `new`, `change` and `report` alone are criterion's own.
    /// Variants with benchmarks of their own may share baselines, so that one
    /// [`Run`] has them all.
    pub baseline: String,
    /// The programs, which run one after the other.
    pub binaries: Vec<Binary>,
    /// What each program is given.
    pub arguments: Vec<String>,
}

/// Variants that are measured in turns.
#[derive(Debug, Default)]
pub struct Session {
    /// Criterion's directory of this session; the programs' output is kept
    /// there too.
    pub home: PathBuf,
    /// Who takes turns: old and new, as a rule.
    pub variants: Vec<Variant>,
    /// Set by somebody else: ends the session after the program that runs.
    pub stopped: Arc<AtomicBool>,
    /// The process that runs, or zero: whoever stops the session ends it.
    pub child: Arc<AtomicU32>,
    /// Rows take turns one by one, so that the runs of a round are pairs.
    pub paired: bool,
    /// How many processes of a row make one run, whose samples are those of
    /// all of them; none stands for one.
    pub processes: u32,
    /// A row whose processes take longer has one process a run all the same;
    /// nothing stands for no such limit.
    pub longest: Option<Duration>,
}

/// How a turn ended.
#[must_use]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// All programs ran to their end.
    Finished,
    /// Interrupted from the keyboard, or by [`Session::stopped`].
    Interrupted,
}

/// Returns the order in which the sides run in this round.
///
/// The order is drawn: in a strict alternation whatever comes back with the
/// period of the rounds would always hit the same side, and whoever goes
/// first may pay for warming up the machine. It is drawn from the round's
/// number alone, so that a session that is resumed goes on as it would have.
///
/// ```
/// use bench_compare::interleave::order;
///
/// let mut sides = order(7, 2);
/// assert_eq!(sides, order(7, 2), "the same for the same round");
/// sides.sort();
/// assert_eq!(sides, [0, 1]);
/// ```
pub fn order(round: u32, sides: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..sides).collect();
    fastrand::Rng::with_seed(u64::from(round)).shuffle(&mut order);
    order
}

impl Binary {
    /// Returns the command that runs the benchmarks with criterion's files
    /// under `home`.
    pub fn command(&self, home: &Path) -> Command {
        let mut command = Command::new(&self.path);
        command
            .arg("--bench")
            .current_dir(&self.directory)
            .env("CRITERION_HOME", home)
            .stdin(Stdio::null());
        command
    }
}

impl Variant {
    /// Returns the name of the round's baseline.
    pub fn baseline(&self, round: u32) -> String {
        format!("{}-{round}", self.baseline)
    }

    /// Returns the name of what one process of the round leaves.
    fn process(&self, round: u32, process: u32) -> String {
        turns::part(&self.baseline(round), process)
    }
}

impl Session {
    /// Runs each variant once, in the round's [`order`].
    ///
    /// Calls `starts` before each of them, and `ends` after it.
    ///
    /// # Errors
    ///
    /// As [`turn`](Self::turn).
    pub fn round(
        &self,
        round: u32,
        mut starts: impl FnMut(&Variant),
        mut ends: impl FnMut(),
    ) -> Result<Ended, Error> {
        for index in order(round, self.variants.len()) {
            starts(&self.variants[index]);
            if self.turn(index, round)? == Ended::Interrupted {
                return Ok(Ended::Interrupted);
            }
            ends();
        }
        Ok(Ended::Finished)
    }

    /// Runs one variant once, for those who draw the order themselves.
    ///
    /// # Errors
    ///
    /// When a program cannot be run or fails; the error has the end of what
    /// it printed.
    ///
    /// # Panics
    ///
    /// When there is no such variant.
    pub fn turn(&self, variant: usize, round: u32) -> Result<Ended, Error> {
        let variant = &self.variants[variant];
        self.begin()?;
        for binary in &variant.binaries {
            let arguments = &variant.arguments;
            let name = variant.baseline(round);
            if self.once(variant, binary, &name, arguments, &self.home)?
                == Ended::Interrupted
            {
                return Ok(Ended::Interrupted);
            }
        }
        Ok(Ended::Finished)
    }

    fn once(
        &self,
        variant: &Variant,
        binary: &Binary,
        baseline: &str,
        arguments: &[String],
        home: &Path,
    ) -> Result<Ended, Error> {
        let status = self.run(binary, baseline, arguments, home)?;
        let stopped = self.stopped.load(Ordering::Relaxed);
        if stopped || was_interrupted(status) {
            return Ok(Ended::Interrupted);
        }
        if !status.success() {
            return Err(self.failure(variant, binary, baseline, status));
        }
        Ok(Ended::Finished)
    }

    fn run(
        &self,
        binary: &Binary,
        baseline: &str,
        arguments: &[String],
        home: &Path,
    ) -> Result<ExitStatus, Error> {
        let io = |error| Error::io(&binary.path, error);
        // In place: what a program prints is read while it runs.
        let log = File::create(self.log(baseline)).map_err(io)?;
        let mut child = binary
            .command(home)
            .args(["--save-baseline", baseline])
            .args(arguments)
            .stdout(log.try_clone().map_err(io)?)
            .stderr(log)
            .spawn()
            .map_err(io)?;
        self.child.store(child.id(), Ordering::Relaxed);
        let status = child.wait().map_err(io);
        self.child.store(0, Ordering::Relaxed);
        status
    }

    fn failure(
        &self,
        variant: &Variant,
        binary: &Binary,
        baseline: &str,
        status: ExitStatus,
    ) -> Error {
        let log = fs::read(self.log(baseline));
        let log = log.unwrap_or_default();
        let log = String::from_utf8_lossy(&log);
        let lines: Vec<&str> = log.lines().collect();
        let tail = lines[lines.len().saturating_sub(TAIL)..].join("\n");
        let (label, path) = (&variant.label, binary.path.display());
        Error::usage(&format!("{path} failed ({label}, {status}):\n{tail}"))
    }

    fn log(&self, baseline: &str) -> PathBuf {
        self.home.join(format!("{baseline}.log"))
    }

    /// Reads the first `rounds` runs of a variant.
    ///
    /// # Errors
    ///
    /// When a run is not there, or not one of its benchmarks can be read.
    ///
    /// # Panics
    ///
    /// When there is no such variant.
    pub fn load(
        &self,
        variant: usize,
        rounds: u32,
        reading: Reading,
    ) -> Result<Vec<Run>, Error> {
        let name = |round| self.variants[variant].baseline(round);
        let names: Vec<_> = (1..=rounds).map(name).collect();
        criterion::load(&self.home, &names, reading)
    }

    fn processes(&self) -> u32 {
        self.processes.max(1)
    }

    /// Makes the home; notes in it which baselines take turns, and of how
    /// many processes each is.
    fn begin(&self) -> Result<(), Error> {
        let io = |error| Error::io(&self.home, error);
        fs::create_dir_all(&self.home).map_err(io)?;
        let is_plain = !self.paired && self.processes() == 1;
        if is_plain || Turns::read(&self.home)?.is_some() {
            return Ok(());
        }
        let names = self.variants.iter().map(|it| it.baseline.clone());
        let names: BTreeSet<String> = names.filter(|_| self.paired).collect();
        Turns::new(names.into_iter().collect(), self.processes())
            .write(&self.home)
    }

    /// Returns true if earlier rounds were measured on another machine.
    ///
    /// # Errors
    ///
    /// When what they noted cannot be read.
    pub fn has_moved(&self) -> Result<bool, Error> {
        let noted = Turns::read(&self.home)?;
        Ok(noted.is_some_and(|it| it.machine != machine::describe()))
    }

    /// Removes what an earlier session left in this one's home.
    ///
    /// # Errors
    ///
    /// When it cannot be removed.
    pub fn forget(&self) -> Result<(), Error> {
        match fs::remove_dir_all(&self.home) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                Err(Error::io(&self.home, error))
            }
            _ => Ok(()),
        }
    }
}

impl Ended {
    /// Takes an interruption for an error.
    ///
    /// # Errors
    ///
    /// When the turn was interrupted.
    pub fn finished(self) -> Result<(), Error> {
        match self {
            Self::Finished => Ok(()),
            Self::Interrupted => Err(Error::usage("interrupted")),
        }
    }
}

/// Returns true if the program was ended by Ctrl-C, which it may be before a
/// handler of ours has seen the signal.
#[cfg(unix)]
fn was_interrupted(status: ExitStatus) -> bool {
    use std::os::unix::process::ExitStatusExt;
    status.signal() == Some(rustix::process::Signal::INT.as_raw())
}

#[cfg(not(unix))]
fn was_interrupted(_: ExitStatus) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The draws are fixed by the rounds' numbers, so they can be looked at:
    /// in no measurement of a usual length is one side nearly always first.
    #[test]
    fn each_side_is_first_about_as_often_as_the_other() {
        for rounds in [4, 5, 6, 8, 10, 20] {
            let first = (1..=rounds).map(|round| order(round, 2)[0]);
            let old = first.filter(|&side| side == 0).count() as f64;
            let share = old / f64::from(rounds);
            assert!((0.25..=0.75).contains(&share), "{rounds}: {share}");
        }
    }

    #[test]
    fn every_side_has_its_turn() {
        for round in 1..=20 {
            let mut order = order(round, 3);
            order.sort_unstable();
            assert_eq!(order, [0, 1, 2]);
        }
    }
}
