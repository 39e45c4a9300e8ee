//! Rounds of both sides, kept on disk so that they can be resumed.

use std::fs::{self, File};
use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bench_compare::compare::report::Report;
use bench_compare::input::criterion;
use bench_compare::input::side::Side;
use bench_compare::{Error, Rule, Verdict, file};

use super::args::{Options, Rounds};
use super::comparison;
use super::output::{self, Outcome};
use super::progress::Progress;

/// The share of the false alarms that the look at half time may spend.
///
/// By the union bound the looks together keep the rate, however they depend
/// on each other; five rounds can reach a p-value of 0.0079, which is below a
/// fifth of 5 % (the idea of spending: K. K. G. Lan, D. L. DeMets, "Discrete
/// sequential boundaries for clinical trials", 1983).
const SPENT_EARLY: f64 = 0.2;

/// One program to run.
#[derive(Debug)]
pub(crate) struct Binary {
    pub(crate) path: PathBuf,
    /// Where it runs, as cargo would: the package's directory.
    pub(crate) directory: PathBuf,
}

/// One side: what runs under one label.
#[derive(Debug)]
pub(crate) struct Variant {
    pub(crate) label: String,
    pub(crate) binaries: Vec<Binary>,
}

/// A measurement of two sides.
#[derive(Debug)]
pub(crate) struct Session {
    /// Where results, logs and the count of rounds are kept.
    pub(crate) directory: PathBuf,
    /// Old and new.
    pub(crate) variants: [Variant; 2],
    /// What each program is given.
    pub(crate) arguments: Vec<String>,
    pub(crate) rounds: Rounds,
}

impl Session {
    /// Runs what is still to be run, and compares.
    pub(crate) fn run(&self, options: &Options) -> Outcome {
        let io = |error| Error::io(&self.directory, error);
        let mut done = self.done();
        if done >= self.rounds.rounds {
            // The last command was finished: this one measures anew.
            fs::remove_dir_all(&self.directory).map_err(io)?;
            done = 0;
        }
        fs::create_dir_all(&self.directory).map_err(io)?;
        let stopped = watch_for_interrupt();
        let progress = Progress::new(self.rounds.rounds, done);
        let mut options = options.clone();
        let mut early = false;
        while done < self.rounds.rounds && !early {
            if !self.round(done + 1, &progress, &stopped)? {
                return self.interrupted(done, &options);
            }
            done += 1;
            self.note_done(done)?;
            early = self.rounds.stop_early
                && done == self.rounds.rounds.div_ceil(2)
                && self.is_decided(done, &options)?;
        }
        progress.finish();
        if self.rounds.stop_early {
            let share = if early { SPENT_EARLY } else { 1.0 - SPENT_EARLY };
            options.alpha *= share;
        }
        if early {
            eprintln!("stopped after {done} rounds: all is decided");
            self.note_done(self.rounds.rounds)?;
        }
        comparison::show(self.sides(done, &options)?, &options)
    }

    fn interrupted(&self, done: u32, options: &Options) -> Outcome {
        let of = self.rounds.rounds;
        eprintln!(
            "interrupted after {done} of {of} rounds; the same command resumes"
        );
        if done > 0 {
            comparison::show(self.sides(done, options)?, options)?;
        }
        Ok(output::INTERRUPTED)
    }

    /// One run of each side, in an order drawn for this round.
    ///
    /// False when it was interrupted.
    fn round(
        &self,
        round: u32,
        progress: &Progress,
        stopped: &AtomicBool,
    ) -> Result<bool, Error> {
        let new_first = fastrand::Rng::with_seed(u64::from(round)).bool();
        for side in [usize::from(new_first), usize::from(!new_first)] {
            let variant = &self.variants[side];
            progress.says(&format!("round {round}, {}", variant.label));
            for binary in &variant.binaries {
                let name = format!("{}-{round}", NAMES[side]);
                let status = self.run_one(binary, &name)?;
                let seen = stopped.load(Ordering::Relaxed);
                if seen || was_interrupted(status) {
                    return Ok(false);
                }
                if !status.success() {
                    return Err(self.failure(binary, &name));
                }
            }
            progress.step();
        }
        Ok(true)
    }

    fn run_one(
        &self,
        binary: &Binary,
        name: &str,
    ) -> Result<ExitStatus, Error> {
        let io = |error| Error::io(&binary.path, error);
        let log = File::create(self.log(name)).map_err(io)?;
        Command::new(&binary.path)
            .args(["--bench", "--save-baseline", name])
            .args(&self.arguments)
            .current_dir(&binary.directory)
            .env("CRITERION_HOME", self.results())
            .stdin(Stdio::null())
            .stdout(log.try_clone().map_err(io)?)
            .stderr(log)
            .status()
            .map_err(io)
    }

    fn failure(&self, binary: &Binary, name: &str) -> Error {
        let log = fs::read_to_string(self.log(name)).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        let tail = lines[lines.len().saturating_sub(10)..].join("\n");
        let path = binary.path.display();
        Error::usage(&format!("{path} failed:\n{tail}"))
    }

    fn is_decided(&self, done: u32, options: &Options) -> Result<bool, Error> {
        let rule = Rule {
            alpha: options.alpha * SPENT_EARLY,
            margin: options.threshold,
        };
        let report = Report::new(&self.sides(done, options)?, rule, None);
        let open = [Verdict::Inconclusive, Verdict::Unreplicated];
        Ok(report.rows().all(|(_, _, row)| !open.contains(&row.verdict)))
    }

    fn sides(&self, done: u32, options: &Options) -> Result<Vec<Side>, Error> {
        let side = |index: usize| {
            let name = |round: u32| format!("{}-{round}", NAMES[index]);
            let names: Vec<_> = (1..=done).map(name).collect();
            let reading = comparison::reading(options);
            Ok(Side {
                label: self.variants[index].label.clone(),
                runs: criterion::load(&self.results(), &names, reading)?,
            })
        };
        Ok(vec![side(0)?, side(1)?])
    }

    fn results(&self) -> PathBuf {
        self.directory.join("criterion")
    }

    fn log(&self, name: &str) -> PathBuf {
        self.directory.join(format!("{name}.log"))
    }

    fn count(&self) -> PathBuf {
        self.directory.join("rounds-done")
    }

    /// Whole rounds that an earlier command has finished.
    fn done(&self) -> u32 {
        let text = fs::read_to_string(self.count()).unwrap_or_default();
        text.trim().parse().unwrap_or(0)
    }

    fn note_done(&self, done: u32) -> Result<(), Error> {
        file::write(&self.count(), done.to_string().as_bytes())
    }
}

/// The baselines' names, whatever the sides are called.
const NAMES: [&str; 2] = ["old", "new"];

/// The program may be gone before our own handler has seen the signal.
#[cfg(unix)]
fn was_interrupted(status: ExitStatus) -> bool {
    use std::os::unix::process::ExitStatusExt;
    status.signal() == Some(rustix::process::Signal::INT.as_raw())
}

#[cfg(not(unix))]
fn was_interrupted(_: ExitStatus) -> bool {
    false
}

/// The program that runs gets the same signal and ends; the rest is ours.
fn watch_for_interrupt() -> Arc<AtomicBool> {
    let stopped = Arc::new(AtomicBool::new(false));
    let seen = stopped.clone();
    // A second handler is refused; then the default, which ends us, stays.
    let _ = ctrlc::set_handler(move || seen.store(true, Ordering::Relaxed));
    stopped
}
