//! `cargo xtask`: the commands of this workspace, one file each.

mod book;
mod calibrate;
mod coverage;
mod live;
mod peers;
mod profile;
mod readme;
mod serve;
mod test;
mod tour;
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
    Calibrate(calibrate::Args),
    Coverage(coverage::Args),
    Live(live::Args),
    Peers(peers::Args),
    Profile(profile::Args),
    Record(tour::RecordArgs),
    Test(test::Args),
    Tour(tour::Args),
}

const EXAMPLES: &str = "\
Examples:
  cargo xtask tour         measure old against new, and build the book
  cargo xtask test         run everything that can fail
  cargo xtask book --open  build the book and open it";

fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Book(args) => book::run(&args),
        Command::Calibrate(args) => calibrate::run(&args),
        Command::Coverage(args) => coverage::run(&args),
        Command::Live(args) => live::run(&args),
        Command::Peers(args) => peers::run(&args),
        Command::Profile(args) => profile::run(&args),
        Command::Record(args) => tour::record(&args),
        Command::Test(args) => test::run(&args),
        Command::Tour(args) => tour::run(&args),
    };
    outcome.unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::from(2)
    })
}
