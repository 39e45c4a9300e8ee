//! `cargo xtask`: the commands of this workspace, one file or folder each.
//!
//! - [`book`] builds the book, and [`serve`] shows it on each change.
//! - [`calibrate`] measures how often `cargo compare` is wrong.
//! - [`coverage`] measures what the workspace's own tests reach.
//! - [`live`] compiles what the pages run to WebAssembly.
//! - [`peers`] measures other programs on the same work.
//! - [`profile`] finds where one benchmark spends its time.
//! - [`record`] measures old against new, for the book.
//! - [`mod@test`] runs everything that can fail.
//! - [`tour`] measures old against new, for the reader.
//!
//! Under them stands what several of them use:
//!
//! - [`pairs`]: what is measured, and [`bench_binaries`]: by which programs.
//! - [`link`]: paths that one can click.
//! - [`machine`]: where and with what a run was measured.
//! - [`progress`]: the bar of what takes long.
//! - [`readme`]: the README's samples.
//! - [`tools`]: programs that are not ours, and their versions.
//! - [`workspace`]: where the workspace is, and how cargo is called in it.

mod bench_binaries;
mod book;
mod calibrate;
mod coverage;
mod link;
mod live;
mod machine;
mod pairs;
mod peers;
mod profile;
mod progress;
mod readme;
mod record;
mod serve;
mod test;
mod tools;
mod tour;
mod workspace;

use std::process::ExitCode;

use anyhow::Result;
use clap::{CommandFactory, Parser, Subcommand};
use support::completions::ForShell;
use support::printing;

/// The commands of this workspace.
#[derive(Parser)]
#[command(name = "cargo-xtask", bin_name = "cargo xtask")]
#[command(after_help = EXAMPLES, max_term_width = 80)]
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
    Record(record::Args),
    Test(test::Args),
    Tour(tour::Args),
    #[command(flatten)]
    ForShell(ForShell),
}

const EXAMPLES: &str = "\
Examples:
  cargo xtask tour         measure old against new, and build the book
  cargo xtask test         run everything that can fail
  cargo xtask book --open  build the book and open it

For readers: book, profile, test, tour. For those who change the workspace:
calibrate, coverage, live, peers, record. Commands of their own: cargo loom
runs models, cargo lab labs, and cargo compare says what became faster.";

fn main() -> ExitCode {
    let command = Cli::parse().command;
    printing::run(|| outcome(command))
}

fn outcome(command: Command) -> Result<ExitCode> {
    match command {
        Command::Book(args) => book::run(&args),
        Command::Calibrate(args) => calibrate::run(&args),
        Command::Coverage(args) => coverage::run(&args),
        Command::Live(args) => live::run(&args),
        Command::Peers(args) => peers::run(&args),
        Command::Profile(args) => profile::run(&args),
        Command::Record(args) => record::run(&args),
        Command::Test(args) => test::run(&args),
        Command::Tour(args) => tour::run(&args),
        Command::ForShell(asked) => tell(&asked),
    }
}

/// Prints what a shell or `man` asks for.
fn tell(asked: &ForShell) -> Result<ExitCode> {
    print!("{}", asked.text(Cli::command(), |_| anyhow::Ok(Vec::new()))?);
    Ok(ExitCode::SUCCESS)
}
