//! `cargo xtask test`: everything that can fail, step by step.

mod browser;
mod flags;
mod needs;
mod outcome;
mod platforms;
mod process;
mod runner;
mod sanitizers;
mod step;
mod work;

use std::process::ExitCode;
use std::time::Instant;

use anyhow::Result;
use clap::ValueEnum;

use needs::Found;
use outcome::Verdict;
use step::Step;

/// Run everything that can fail, or the named steps
///
/// Each step is named and timed. A failed step does not stop the ones after
/// it; the exit code is 1 if any failed.
///
/// Several steps are run two at a time. Each writes to target/test/STEP.log;
/// what a failed one wrote is printed as well. A step that takes longer than
/// 25 minutes is ended, and has failed. A single step writes to the terminal.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// The steps to run; all of them if none is named
    #[arg(value_enum)]
    steps: Vec<Step>,

    /// List the steps and what they run
    #[arg(long)]
    list: bool,

    /// Run one step after the other, with its output at once
    #[arg(long)]
    in_turn: bool,
}

const EXAMPLES: &str = "\
Examples:
  cargo xtask test             everything
  cargo xtask test loom        the loom models alone
  cargo xtask test fmt clippy  what is quick to check before a commit";

pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    if args.list {
        list();
        return Ok(ExitCode::SUCCESS);
    }
    let steps = match args.steps.as_slice() {
        [] => Step::value_variants(),
        named => named,
    };
    // A step alone says itself what it lacks.
    let found = args.steps.is_empty().then(Found::look);
    found.iter().for_each(Found::print);
    flags::say();
    let start = Instant::now();
    let outcomes = if args.in_turn || steps.len() == 1 {
        let each = steps.iter().map(|&step| runner::run_alone(step));
        each.collect::<Result<_>>()?
    } else {
        runner::run_all(steps)?
    };
    outcome::print(&outcomes, start.elapsed());
    found.iter().for_each(Found::print_absent);
    let good = [Verdict::Passed, Verdict::Absent];
    let all_good = outcomes.iter().all(|it| good.contains(&it.verdict));
    Ok(if all_good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn list() {
    for step in Step::value_variants() {
        println!("{:<12} {}", step.name(), step.help());
    }
}
