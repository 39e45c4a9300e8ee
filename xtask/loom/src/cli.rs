//! The command line.

use clap::{Parser, Subcommand};
use support::completions::ForShell;

/// Run loom's models, and see their planted bugs fail
///
/// Without arguments it lists the models: what each proves, and what it does
/// not. The exit code is 0 if every model passed, or every planted bug was
/// found; 1 if not; and 2 if something could not be run.
#[derive(Parser)]
#[command(
    name = "cargo-loom",
    bin_name = "cargo loom",
    after_help = EXAMPLES,
    args_conflicts_with_subcommands = true,
    max_term_width = 80
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,

    #[command(flatten)]
    pub(crate) run: Run,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    New(New),
    #[command(flatten)]
    ForShell(ForShell),
}

/// Make a model of your own: a file that compiles, with a bug planted
#[derive(clap::Args)]
pub(crate) struct New {
    /// What to call it, such as my-counter
    pub(crate) name: String,

    /// The crate whose code it is about
    #[arg(long = "crate", value_name = "CRATE", default_value = "support")]
    pub(crate) package: String,
}

#[derive(clap::Args)]
pub(crate) struct Run {
    /// Run the models whose names have this in them
    #[arg(value_name = "NAME")]
    pub(crate) names: Vec<String>,

    /// Run all models, and demand that each planted bug is found
    #[arg(long, conflicts_with_all = ["names", "planted"])]
    pub(crate) all: bool,

    /// Only what is in this crate
    #[arg(long = "crate", value_name = "CRATE")]
    pub(crate) package: Option<String>,

    /// Run this planted bug, and show the interleaving on which it fails
    #[arg(long, value_name = "BUG", conflicts_with = "names")]
    pub(crate) planted: Vec<String>,

    /// Run the models without a step that the code takes (see --steps)
    #[arg(long, value_name = "STEP", conflicts_with = "planted")]
    pub(crate) without: Option<String>,

    /// Bound the preemptions of an execution by N, and not as the model says
    #[arg(long, value_name = "N")]
    pub(crate) preemptions: Option<u8>,

    /// Print loom's own log: of the execution that fails, or else of the first
    #[arg(long, conflicts_with = "all")]
    pub(crate) trace: bool,

    /// Run nothing but the execution that failed the last time
    #[arg(long, conflicts_with_all = ["all", "shuttle"])]
    pub(crate) replay: bool,

    /// Run N random schedules by shuttle instead, drawn from SEED
    #[arg(
        long,
        num_args = 2,
        value_names = ["N", "SEED"],
        conflicts_with_all = ["preemptions", "trace"]
    )]
    pub(crate) shuttle: Vec<u64>,

    /// Show the lanes of the planted bug in the book
    #[arg(long, requires = "planted")]
    pub(crate) open: bool,

    /// List the steps that can be left out, and where they are
    #[arg(long, conflicts_with_all = ["names", "all", "planted"])]
    pub(crate) steps: bool,

    /// List the operations on atomics that no model executes
    #[arg(long, conflicts_with_all = ["names", "all", "planted", "without"])]
    pub(crate) coverage: bool,

    /// Keep the numbers of the models, and the schedules of the bugs, anew
    #[arg(long, conflicts_with_all = ["all", "planted", "without", "shuttle"])]
    pub(crate) record: bool,
}

const EXAMPLES: &str = "\
Examples:
  cargo loom                                list the models
  cargo loom wake-up                        run those with wake_up in the name
  cargo loom --planted flag_after_check     see a planted bug fail, step by step
  cargo loom --planted flag_after_check --replay --trace
  cargo loom wake-up --without clears_note  turn a step off yourself
  cargo loom two_threads --preemptions 5    look deeper
  cargo loom two_threads --shuttle 1000 7   look at random, with many runs
  cargo loom new my-counter                 write your own";
