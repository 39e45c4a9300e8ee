//! Experiments with exact outcomes: what closes, what runs, and what never
//! does.
//!
//! Each is a function of its own. [`ALL`] names them, with the question and
//! the outcome expected. The command `finalizers` prints them as a report.
//!
//! | module | what is asked |
//! |---|---|
//! | [`lists`] | what a finalizer keeps, and a cleanup does not |
//! | [`mod@never`] | what is never finalized, and never dropped |
//! | [`weak_maps`] | what keeps a value that leads back to its key |
//! | [`counts`] | what reference counts cost, and cannot see |
//! | [`order`] | what happens to an object, in which order |
//! | [`blocked`] | what runs beside a finalizer that blocks |
//! | [`epoch`] | how crossbeam-epoch compares |
//! | [`closing`] | which files are closed too early, or without a word |
//! | [`limits`] | when a collector that counts bytes runs out of descriptors |
//! | [`at_exit`] | what still happens when a program ends |

pub mod at_exit;
pub mod blocked;
pub mod closing;
pub mod counts;
pub mod epoch;
pub mod limits;
pub mod lists;
pub mod never;
pub mod order;
pub mod weak_maps;

use std::io;
use std::path::Path;

/// A question to the machine, and the answer expected.
#[derive(Clone, Copy, Debug)]
pub struct Experiment {
    /// Its name, as the command line takes it.
    pub name: &'static str,
    /// What is asked.
    pub question: &'static str,
    /// The only right answer.
    pub expected: &'static str,
    run: Run,
}

#[derive(Clone, Copy, Debug)]
enum Run {
    Here(fn() -> io::Result<String>),
    /// In a child process, by this name.
    Child,
}

impl Experiment {
    /// Runs the experiment and returns the answer.
    ///
    /// `program` is the command `finalizers`, for those that need a process
    /// of their own.
    ///
    /// # Errors
    ///
    /// When a file or the process cannot be made.
    pub fn run(&self, program: &Path) -> io::Result<String> {
        match self.run {
            Run::Here(run) => run(),
            Run::Child => at_exit::in_child(program, self.name),
        }
    }

    /// Returns the device that it needs and that this system has not.
    pub fn lacks(&self) -> Option<&'static str> {
        let needs = (self.name == "close-errors").then_some(closing::FULL)?;
        (!Path::new(needs).exists()).then_some(needs)
    }

    /// Returns whether it needs a process of its own, which takes longer.
    pub fn needs_process(&self) -> bool {
        matches!(self.run, Run::Child)
    }
}

const fn here(
    name: &'static str,
    question: &'static str,
    expected: &'static str,
    run: fn() -> io::Result<String>,
) -> Experiment {
    Experiment { name, question, expected, run: Run::Here(run) }
}

const fn child(
    name: &'static str,
    question: &'static str,
    expected: &'static str,
) -> Experiment {
    Experiment { name, question, expected, run: Run::Child }
}

/// All experiments, in the order of the report.
pub const ALL: &[Experiment] = &[
    here(
        "list-finalizers",
        "collections to finalize a list of 10",
        "10",
        || Ok(lists::list_by_finalizers(10).to_string()),
    ),
    here("list-cleanups", "collections to clean up a list of 10", "1", || {
        Ok(lists::list_by_cleanups(10).to_string())
    }),
    here(
        "cycle-finalizers",
        "finalizers of a cycle of 2 run in 100 collections",
        "0",
        || Ok(lists::cycle_by_finalizers(100).to_string()),
    ),
    here(
        "cycle-cleanups",
        "cleanups of a cycle of 2 run in 1 collection",
        "2",
        || Ok(lists::cycle_by_cleanups().to_string()),
    ),
    here(
        "tiny",
        "of 1000 tiny objects beside live ones, finalized",
        "0, and 1000 once the live ones are gone",
        || Ok(never::tiny_objects(1_000)),
    ),
    here("empty", "of 1000 objects of no size, finalized", "0", || {
        Ok(never::empty_objects(1_000).to_string())
    }),
    here(
        "order",
        "what happens to an object, in which order",
        "weak pointer cleared, finalized, brought back, cleaned up",
        || Ok(order::resurrection().join(", ")),
    ),
    here(
        "weak-map",
        "of 100 keys whose values lead back to them, collected",
        "0 in a map of weak pointers, 100 with ephemerons",
        || {
            let weak = weak_maps::of_weak_pointers(100);
            let ephemerons = weak_maps::of_ephemerons(100);
            Ok(format!(
                "{weak} in a map of weak pointers, {ephemerons} with ephemerons"
            ))
        },
    ),
    here(
        "counts-cycle",
        "of a dead cycle of 10, freed by counts",
        "0, and 10 by trial deletion",
        || {
            let [counts, trial] = counts::dead_cycle(10);
            Ok(format!("{counts}, and {trial} by trial deletion"))
        },
    ),
    here(
        "counts-live",
        "looks of trial deletion when a count falls on a live list of 1000",
        "2000, to free 0",
        || {
            let [looks, freed] = counts::look_at_a_live_list(1_000);
            Ok(format!("{looks}, to free {freed}"))
        },
    ),
    here(
        "counts-move",
        "counts changed by moving a pointer through 1000 fields",
        "1998",
        || Ok(counts::moved_pointer(1_000).to_string()),
    ),
    here(
        "blocked",
        "run beside a blocked finalizer",
        "0 of 99 finalizers, 100 of 100 cleanups",
        || Ok(blocked::one_blocked_finalizer()),
    ),
    here(
        "epoch-pinned",
        "of 100 objects given to crossbeam-epoch, destroyed",
        "0 while a thread is pinned, 100 after",
        || Ok(epoch::pinned()),
    ),
    here(
        "epoch-list",
        "rounds for crossbeam-epoch to destroy a list of 10",
        "2",
        || Ok(epoch::list(10).to_string()),
    ),
    here(
        "get-fd",
        "what a number reads that outlived its file",
        "collected: wrong file, raw: wrong file, \
         kept alive: right file, owned: right file",
        closing::get_fd,
    ),
    here(
        "close-errors",
        "what each way of closing tells of a full disk",
        "buffered, dropped: nothing; \
         buffered, flushed, dropped: no storage space; \
         buffered, flushed, closed: no storage space; \
         buffered, flushed, synced, closed: no storage space; \
         unbuffered, dropped: no storage space",
        closing::full_disk,
    ),
    here("forget", "drops after mem::forget", "0", || {
        Ok(never::forgotten().to_string())
    }),
    here("rc-cycle", "drops of a cycle of two Rc", "0", || {
        Ok(never::rc_cycle().to_string())
    }),
    child(
        "exit-finalizers",
        "finalizers run when the program ends",
        "0, exit code 0",
    ),
    child("exit-drop", "drops run by process::exit", "0, exit code 0"),
    child(
        "panic-in-panic",
        "drops run when a panic meets a panic",
        "0, aborted",
    ),
    child(
        "limit-bytes",
        "files opened, 1000 allowed, by a collector that counts bytes",
        "1000, then EMFILE, after 0 collections, exit code 0",
    ),
    child(
        "limit-descriptors",
        "files opened, 1000 allowed, by one that counts descriptors too",
        "1000000, at most 500 at once, after 2000 collections, exit code 0",
    ),
];

/// Returns the experiment of this name.
pub fn find(name: &str) -> Option<&'static Experiment> {
    ALL.iter().find(|experiment| experiment.name == name)
}
