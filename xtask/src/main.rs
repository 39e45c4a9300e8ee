//! `cargo xtask`: the commands of this workspace, one file each.

mod book;
mod test;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The commands of this workspace.
#[derive(Parser)]
#[command(bin_name = "cargo xtask", after_help = EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Book(book::Args),
    Test(test::Args),
}

const EXAMPLES: &str = "\
Examples:
  cargo xtask test         run everything that can fail
  cargo xtask book --open  build the book and open it";

fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Book(args) => book::run(&args),
        Command::Test(args) => test::run(&args),
    };
    outcome.unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::from(2)
    })
}
