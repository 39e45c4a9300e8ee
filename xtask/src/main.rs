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
use support::completions::{Shell, script, words};
use support::{manual, printing};

/// The commands of this workspace.
#[derive(Parser)]
#[command(bin_name = "cargo xtask", after_help = EXAMPLES)]
#[command(max_term_width = 80)]
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
    /// Print the completions for a shell
    Completions {
        shell: Shell,
    },
    /// Print the manual page
    Man,
    /// Print what may follow these words, for the completions
    #[command(hide = true)]
    Names {
        /// What is typed already
        #[arg(last = true)]
        typed: Vec<String>,
    },
}

const EXAMPLES: &str = "\
Examples:
  cargo xtask tour         measure old against new, and build the book
  cargo xtask test         run everything that can fail
  cargo xtask book --open  build the book and open it

For readers: book, profile, test, tour. For those who change the workspace:
calibrate, coverage, live, peers, record.";

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
        Command::Completions { shell } => said(&script(shell, "xtask")),
        Command::Man => {
            let page = manual::page(Cli::command().name("cargo-xtask"));
            said(&String::from_utf8_lossy(&page))
        }
        Command::Names { typed } => {
            let words = words(&Cli::command(), &typed).into_iter();
            said(&words.map(|word| word + "\n").collect::<String>())
        }
    }
}

/// Prints what the command says of itself.
fn said(text: &str) -> Result<ExitCode> {
    print!("{text}");
    Ok(ExitCode::SUCCESS)
}
