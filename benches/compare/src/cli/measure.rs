//! Rounds of both sides: resumed, looked at half-way, and shown.

use std::fs;
#[cfg(unix)]
use std::fs::{File, TryLockError};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use bench_compare::compare::report::Report;
use bench_compare::input::export::Export;
use bench_compare::input::side::{Side, settled};
use bench_compare::interleave::rows::{LONG, PROCESSES, Rows};
use bench_compare::interleave::{Binary, Ended, Session, Variant};
use bench_compare::run::Reading;
use bench_compare::stats::runs_needed;
use bench_compare::stats::sample::FEWEST_PAIRS;
use bench_compare::{Error, Verdict};
use support::atomic_file;
use support::visible::visible;

use super::args::{Options, Rounds};
use super::comparison;
use super::counting;
use super::output::{self, Outcome, say};
use super::progress::Progress;
use super::threshold;

/// The share of the false alarms that the look at half time may spend.
///
/// By the union bound the looks together keep the rate, however they depend
/// on each other; five rounds can reach a p-value of 0.0079, which is below a
/// fifth of 5 % (the idea of spending: K. K. G. Lan, D. L. DeMets, "Discrete
/// sequential boundaries for clinical trials", 1983).
const SPENT_EARLY: f64 = 0.2;

/// A measurement of old and new, kept on disk so that it can be resumed.
pub(crate) struct Resumable {
    /// Where results, logs and the count of rounds are kept.
    directory: PathBuf,
    session: Session,
    /// The rows that take turns, where the programs can list them.
    rows: Option<Rows>,
    rounds: Rounds,
}

impl Resumable {
    /// Returns the measurement of two sides, given as label and programs.
    pub(crate) fn new(
        directory: PathBuf,
        [old, new]: [(String, Vec<Binary>); 2],
        arguments: &[String],
        rounds: Rounds,
        options: &Options,
    ) -> Result<Self, Error> {
        // Baselines have the same names whatever the sides are called.
        let variant = |baseline: &str, (label, binaries)| Variant {
            label,
            baseline: baseline.to_owned(),
            binaries,
            arguments: arguments.to_vec(),
        };
        let (stopped, child) = watch_for_interrupt();
        let mut session = Session {
            home: directory.join("criterion"),
            variants: vec![variant("old", old), variant("new", new)],
            stopped,
            child,
            paired: false,
            processes: 1,
            longest: rounds.processes.is_none().then_some(LONG),
        };
        let mut rows = session.rows()?;
        if rounds.processes.is_some() && rows.is_none() {
            return Err(needs_list("--processes"));
        }
        if let Some(rows) = &mut rows {
            session.paired = true;
            let default = if session.shorten() { PROCESSES } else { 1 };
            session.processes = rounds.processes.unwrap_or(default);
            rows.retain(|id| comparison::is_wanted(id, &options.filter));
            if rows.count() == 0 {
                let what = "no benchmark matches the filter";
                return Err(Error::usage(what));
            }
        }
        Ok(Self { directory, session, rows, rounds })
    }

    /// Runs what is still to be run, and compares.
    pub(crate) fn run(&self, options: &Options) -> Outcome {
        let io = |error| Error::io(&self.directory, error);
        let look = self.look(options.alpha)?;
        let _lock = self.lock()?;
        if let Some(folder) = &self.rounds.save {
            // Before anything is measured that could not be kept.
            fs::create_dir_all(folder)
                .map_err(|error| Error::io(folder, error))?;
        }
        let mut done = self.done();
        let is_finished = done >= self.rounds.rounds;
        if is_finished || done > 0 && self.session.has_moved()? {
            // The last command was finished, or ran on another machine: this
            // one measures anew.
            fs::remove_dir_all(&self.directory).map_err(io)?;
            done = 0;
        }
        fs::create_dir_all(&self.directory).map_err(io)?;
        if done > 0 {
            say(format_args!(
                "going on after round {done} of an earlier command; if that \
                 one was finished and you have seen its verdict, measure \
                 anew instead: whoever looks and goes on finds more than \
                 there is"
            ));
        }
        let progress = Progress::new(self.rounds.rounds, done);
        let mut options = options.clone();
        let mut early = false;
        while done < self.rounds.rounds && !early {
            if self.round(done + 1, &progress)? == Ended::Interrupted {
                return self.interrupted(done, &options);
            }
            done += 1;
            self.note_done(done)?;
            early = look == Some(done) && self.is_decided(done, &options)?;
        }
        progress.finish();
        if self.rounds.stop_early {
            let share = if early { SPENT_EARLY } else { 1.0 - SPENT_EARLY };
            options.alpha *= share;
        }
        if early {
            say(format_args!("stopped after {done} rounds: all is decided"));
            self.note_done(self.rounds.rounds)?;
        }
        let mut sides = self.sides(done, &options)?;
        if self.rounds.instructions
            && self.add_counts(&options, &mut sides)? == Ended::Interrupted
        {
            say(format_args!("interrupted while counting; all was timed"));
            comparison::show(sides, &options)?;
            return Ok(output::INTERRUPTED);
        }
        self.save(&sides)?;
        comparison::show(sides, &options)
    }

    /// Keeps the runs, where that is asked for.
    fn save(&self, sides: &[Side]) -> Result<(), Error> {
        let Some(folder) = &self.rounds.save else { return Ok(()) };
        for (variant, side) in self.session.variants.iter().zip(sides) {
            let path = folder.join(format!("{}.json", variant.baseline));
            let text = Export::new(&side.runs)?.text();
            atomic_file::write(&path, text.as_bytes())
                .map_err(|error| Error::io(&path, error))?;
        }
        Ok(())
    }

    /// Returns after which round to look whether all is decided: half of them,
    /// or a few more, where these could not prove anything.
    fn look(&self, alpha: f64) -> Result<Option<u32>, Error> {
        if !self.rounds.stop_early {
            return Ok(None);
        }
        let spent = alpha * SPENT_EARLY;
        let half = self.rounds.rounds.div_ceil(2);
        let proves = |round: &u32| {
            let runs = *round as usize;
            if self.session.paired && runs >= FEWEST_PAIRS {
                2.0 * 0.5_f64.powi(*round as i32) <= spent
            } else {
                runs >= runs_needed::fewest(spent)
            }
        };
        let look = (half..self.rounds.rounds).find(proves);
        look.map(Some).ok_or_else(|| {
            Error::usage(
                "--stop-early looks after half the rounds, and so few cannot \
                 decide anything at a fifth of the rate of false alarms; take \
                 more rounds",
            )
        })
    }

    fn add_counts(
        &self,
        options: &Options,
        sides: &mut [Side],
    ) -> Result<Ended, Error> {
        let rows =
            self.rows.as_ref().ok_or_else(|| needs_list("--instructions"))?;
        counting::add(&self.session, rows, &options.filter, sides)
    }

    fn round(&self, round: u32, progress: &Progress) -> Result<Ended, Error> {
        let starts = |variant: &Variant| {
            progress.says(&format!("round {round}, {}", variant.label));
        };
        if let Some(rows) = &self.rows {
            let starts = |variant: &Variant, id: &str| {
                progress.says(&format!(
                    "round {round}, {}: {}",
                    variant.label,
                    visible(id)
                ));
            };
            let ended =
                self.session.round_by_rows(rows, round, starts, || ())?;
            (0..2).for_each(|_| progress.step());
            return Ok(ended);
        }
        self.session.round(round, starts, || progress.step())
    }

    fn interrupted(&self, done: u32, options: &Options) -> Outcome {
        let of = self.rounds.rounds;
        say(format_args!(
            "interrupted after {done} of {of} rounds; the same command resumes"
        ));
        if done > 0 {
            comparison::show(self.sides(done, options)?, options)?;
        }
        Ok(output::INTERRUPTED)
    }

    fn is_decided(&self, done: u32, options: &Options) -> Result<bool, Error> {
        let rules =
            threshold::rules(&options.threshold, options.alpha * SPENT_EARLY)?;
        let report = Report::new(&self.sides(done, options)?, rules, None);
        let open = [Verdict::Inconclusive, Verdict::Unreplicated];
        Ok(report.rows().all(|(_, _, row)| !open.contains(&row.verdict)))
    }

    fn sides(&self, done: u32, options: &Options) -> Result<Vec<Side>, Error> {
        let mut reading = comparison::reading(options);
        reading.keep_samples |= self.rounds.save.is_some();
        settled(reading, |reading| self.read(done, reading))
    }

    fn read(&self, done: u32, reading: Reading) -> Result<Vec<Side>, Error> {
        let side = |(index, variant): (usize, &Variant)| {
            Ok(Side {
                label: variant.label.clone(),
                runs: self.session.load(index, done, reading)?,
            })
        };
        self.session.variants.iter().enumerate().map(side).collect()
    }

    /// Keeps another measurement out of these files, and off the machine:
    /// two at once would disturb each other.
    #[cfg(unix)]
    fn lock(&self) -> Result<File, Error> {
        let folder = self.directory.parent().unwrap_or(&self.directory);
        let io = |error| Error::io(folder, error);
        fs::create_dir_all(folder).map_err(io)?;
        let open = File::open(folder).map_err(io)?;
        match open.try_lock() {
            Ok(()) => Ok(open),
            Err(TryLockError::WouldBlock) => Err(Error::usage(&format!(
                "{}: another measurement runs; wait for it",
                folder.display()
            ))),
            Err(TryLockError::Error(error)) => Err(io(error)),
        }
    }

    /// A folder cannot be locked here.
    #[cfg(not(unix))]
    fn lock(&self) -> Result<(), Error> {
        Ok(())
    }

    fn count(&self) -> PathBuf {
        self.directory.join("rounds-done")
    }

    /// Returns how many whole rounds an earlier command has finished.
    fn done(&self) -> u32 {
        let text = fs::read_to_string(self.count()).unwrap_or_default();
        text.trim().parse().unwrap_or(0)
    }

    fn note_done(&self, done: u32) -> Result<(), Error> {
        let path = self.count();
        atomic_file::write(&path, done.to_string().as_bytes())
            .map_err(|error| Error::io(&path, error))
    }
}

fn needs_list(option: &str) -> Error {
    Error::usage(&format!(
        "{option} needs programs that list their benchmarks (`--list`), as \
         those of criterion 0.4 and later do"
    ))
}

/// Returns a flag that Ctrl-C or a request to end sets, and where to put the
/// process that is to be ended along with us.
fn watch_for_interrupt() -> (Arc<AtomicBool>, Arc<AtomicU32>) {
    let stopped = Arc::new(AtomicBool::new(false));
    let child = Arc::new(AtomicU32::new(0));
    let (seen, running) = (stopped.clone(), child.clone());
    // A second handler is refused; then the default, which ends us, stays.
    let _ = ctrlc::set_handler(move || {
        seen.store(true, Ordering::Relaxed);
        end(running.load(Ordering::Relaxed));
    });
    (stopped, child)
}

/// Ends a process, which from a terminal gets the same signal itself.
#[cfg(unix)]
fn end(process: u32) {
    use rustix::process::{Pid, Signal, kill_process};
    let pid = i32::try_from(process).ok().and_then(Pid::from_raw);
    if let Some(pid) = pid {
        // It may have ended by itself.
        let _ = kill_process(pid, Signal::TERM);
    }
}

#[cfg(not(unix))]
fn end(_: u32) {}
