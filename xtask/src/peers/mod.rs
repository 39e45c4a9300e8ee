//! `cargo xtask peers`: other programs on the same work, measured.

#[cfg(target_os = "linux")]
mod containers;
pub(crate) mod coverage;
mod defer;
mod differential;
mod finalizer_traces;
mod finalizers;
mod go_test;
mod holds;
mod measure;
#[cfg(not(target_os = "linux"))]
mod no_containers;
mod record;
mod timers;

use std::process::ExitCode;

use anyhow::Result;
use clap::Subcommand;
#[cfg(not(target_os = "linux"))]
use no_containers as containers;

/// Measure other programs beside ours
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    subject: Subject,
}

#[derive(Subcommand)]
enum Subject {
    Containers(containers::Args),
    Coverage(coverage::Args),
    Defer(defer::Args),
    Finalizers(finalizers::Args),
    Timers(timers::Args),
}

pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    match &args.subject {
        Subject::Containers(args) => containers::run(args),
        Subject::Coverage(args) => coverage::run(args),
        Subject::Defer(args) => defer::run(args),
        Subject::Finalizers(args) => finalizers::run(args),
        Subject::Timers(args) => timers::run(args),
    }
}
