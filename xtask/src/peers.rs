//! `cargo xtask peers`: other programs on the same work, measured.

mod coverage;
mod coverage_inputs;
mod measure;

use std::process::ExitCode;

use anyhow::Result;
use clap::Subcommand;

/// Measure other programs beside ours, on inputs made from a seed
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    subject: Subject,
}

#[derive(Subcommand)]
enum Subject {
    Coverage(coverage::Args),
}

pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    match &args.subject {
        Subject::Coverage(args) => coverage::run(args),
    }
}
