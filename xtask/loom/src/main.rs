//! `cargo loom`: run one model, see it fail, see why.
//!
//! It knows the models without building them: each package keeps in
//! `tests/loom` a file of its models (`support::models`), and one for each
//! planted bug (`support::schedules`). What it runs, it builds first, with
//! `--cfg loom`, into a target folder of its own.
//!
//! - [`cli`] reads the command line, and [`catalogue`] the files.
//! - [`table`] prints the models, and [`hooks`] the steps that can be left
//!   out.
//! - [`run`] runs models; [`record`] keeps their numbers.
//! - [`coverage`] finds the atomics that no model runs, among the
//!   [`call_sites`] of the source.
//! - [`new`] makes a model, and [`completions`] says what a shell completes.
//!
//! Under them stands what several of them use:
//!
//! - [`binaries`] builds the tests, [`child`] runs one of them and reads what
//!   it prints, and [`workers`] runs many at once.
//! - [`checkpoints`] keeps the execution that failed, and [`failure`] shows it.
//! - [`terminal`] says how much room there is, and [`workspace`] where
//!   everything is.

mod binaries;
mod call_sites;
mod catalogue;
mod checkpoints;
mod child;
mod cli;
mod completions;
mod coverage;
mod failure;
mod hooks;
mod new;
mod record;
mod run;
mod table;
mod terminal;
mod workers;
mod workspace;

use std::process::ExitCode;

use anyhow::{Result, ensure};
use clap::{CommandFactory, Parser};
use support::printing;

use crate::catalogue::Catalogue;
use crate::cli::{Cli, Command, Run};

fn main() -> ExitCode {
    let cli = Cli::parse();
    printing::run(|| outcome(cli))
}

fn outcome(cli: Cli) -> Result<ExitCode> {
    if let Some(command) = &cli.command {
        return other(command);
    }
    let args = &cli.run;
    let catalogue = Catalogue::read(args.package.as_deref())?;
    if args.steps {
        hooks::print(&catalogue)?;
    } else if args.coverage {
        return coverage::run(&catalogue);
    } else if args.record {
        return record::run(&catalogue, args);
    } else if is_table(args) {
        ensure!(
            !args.trace && !args.replay,
            "of which model? cargo loom NAME, or cargo loom --planted BUG"
        );
        table::print(&catalogue);
    } else {
        return run::run(&catalogue, args);
    }
    Ok(ExitCode::SUCCESS)
}

/// Does what is no run of models.
fn other(command: &Command) -> Result<ExitCode> {
    match command {
        Command::New(args) => return new::run(args),
        Command::ForShell(asked) => {
            print!("{}", asked.text(Cli::command(), completions::names)?);
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Returns whether nothing is asked for but the list of the models.
fn is_table(args: &Run) -> bool {
    args.names.is_empty()
        && args.planted.is_empty()
        && args.without.is_none()
        && args.shuttle.is_empty()
        && args.preemptions.is_none()
        && !args.all
}
