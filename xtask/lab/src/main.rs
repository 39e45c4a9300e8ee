//! `cargo lab`: start a lab, have it judged, get a hint.
//!
//! A lab is a folder in `labs/`: a file of metadata, a starter, the `main` of
//! its `check`, and wrong solutions with the verdicts that they must get. The
//! judge is the library `lab-judge`; here is what builds and runs it.
//!
//! - [`cli`] reads the command line, and [`registry`] the labs.
//! - [`desk`] is the folder of a reader's lab: its package, built.
//! - [`solution`] makes ours out of the crates' source.
//! - [`check`] judges stage by stage; each gate is run by [`gate`], and
//!   [`tested`] and [`speed`] run some many times.
//! - [`judgement`] is what was found. [`show`] prints it, and [`watch`] judges
//!   again at each save.
//! - [`start`], [`hint`], [`compare`] and [`list`] are the other commands, and
//!   [`progress`] keeps how far the reader is.

mod check;
mod cli;
mod compare;
mod desk;
mod gate;
mod hint;
mod judgement;
mod list;
mod progress;
mod registry;
mod show;
mod solution;
mod speed;
mod start;
mod tested;
mod watch;

use std::process::ExitCode;

use anyhow::Result;
use clap::{CommandFactory, Parser};
use support::printing;

use crate::cli::{Cli, Command};
use crate::desk::Desk;

fn main() -> ExitCode {
    let cli = Cli::parse();
    printing::run(|| outcome(&cli))
}

fn outcome(cli: &Cli) -> Result<ExitCode> {
    let desk = |name: &str| -> Result<Desk> {
        Ok(Desk::new(registry::find(name)?, cli.folder()))
    };
    match &cli.command {
        Command::List => list::run(&cli.folder())?,
        Command::Start { lab } => start::run(&desk(lab)?)?,
        Command::Check { lab, watch: true, .. } => watch::run(&desk(lab)?)?,
        Command::Check { lab, json, .. } => {
            return check::run(&desk(lab)?, *json);
        }
        Command::Hint { lab } => hint::run(&desk(lab)?)?,
        Command::Compare { lab } => compare::run(&desk(lab)?)?,
        Command::Solution { lab, stages } => {
            let stages = stages.unwrap_or(usize::MAX);
            print!("{}", solution::text(&registry::find(lab)?, stages)?);
        }
        Command::Reset { lab } => start::reset(&desk(lab)?)?,
        Command::ForShell(asked) => {
            print!("{}", asked.text(Cli::command(), names)?);
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Returns the labs, if the command that is typed takes one.
fn names(typed: &[String]) -> Result<Vec<String>> {
    let cli = Cli::command();
    let command = typed.iter().find_map(|word| cli.find_subcommand(word));
    let takes_lab = |it: &clap::Command| {
        it.get_arguments().any(|argument| argument.get_id() == "lab")
    };
    if !command.is_some_and(takes_lab) {
        return Ok(Vec::new());
    }
    Ok(registry::all()?.into_iter().map(|lab| lab.name).collect())
}
