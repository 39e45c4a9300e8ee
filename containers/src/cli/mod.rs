//! The command line, one file a subcommand.

mod lab;
mod probe;

use std::io;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// A process in namespaces of its own, started by anyone
#[derive(Parser)]
#[command(name = "unc", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Lab(lab::Args),
    Probe(probe::Args),
}

pub(crate) fn main() -> ExitCode {
    let done = match &Cli::parse().command {
        Command::Lab(args) => lab::run(args),
        Command::Probe(args) => probe::run(args),
    };
    match done {
        Ok(code) => code,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}
