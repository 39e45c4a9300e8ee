//! The command line.
//!
//! A comparison goes through stages, each of which has its module here or in
//! the library:
//!
//! 1. args: what is asked for ([`args`], [`choices`] for its words,
//!    [`filter`] for the benchmarks that are wanted, [`threshold`] for the
//!    changes that count, and [`early`] for what cannot be);
//! 2. measure, for `git` and `run` only: what is to be run ([`git`],
//!    [`rounds`]), running it ([`measure`], [`progress`]), and what it
//!    executes ([`counting`]);
//! 3. input: criterion's files, exports and texts of Go become sides
//!    (`bench_compare::input`);
//! 4. compare: sides become a report (`bench_compare::compare`, called by
//!    [`comparison`]);
//! 5. render: the report becomes text (`bench_compare::render`), a page
//!    with what is known of its measurement ([`about`]);
//! 6. output: the text goes where it was asked for, and the verdicts become
//!    the exit status ([`output`], [`gate`]).
//!
//! Apart from that, [`completions`] makes a shell's script.

mod about;
mod args;
mod choices;
mod comparison;
mod completions;
mod counting;
mod early;
mod filter;
mod gate;
mod git;
mod measure;
mod output;
mod progress;
mod rounds;
mod threshold;

use std::path::Path;

use bench_compare::compare::noise_profile::NoiseProfile;
use bench_compare::input::export::Export;
use bench_compare::input::{criterion, directory, side::Side};
use bench_compare::run::Reading;
use bench_compare::{Error, Run};
use clap::{CommandFactory, Parser};
use support::manual;
use support::visible::visible;

use args::{Cli, Command, IoArgs};
use output::{Outcome, emit, fail};

/// Runs the program and gives its exit status.
pub(crate) fn main() -> u8 {
    let cli = Cli::parse();
    let outcome = match &cli.command {
        None => compare_sides(&cli),
        Some(Command::Git(args)) => git::run(args),
        Some(Command::Clean) => git::clean(),
        Some(Command::Run(args)) => rounds::run(args),
        Some(Command::Export(args)) => export(&args.side, &args.io),
        Some(Command::Calibrate(args)) => calibrate(&args.side, &args.io),
        Some(Command::Completions { shell }) => {
            output::print(&completions::script(*shell), output::DONE)
        }
        Some(Command::Man) => man(),
    };
    outcome.unwrap_or_else(|error| fail(&error))
}

fn compare_sides(cli: &Cli) -> Outcome {
    let options = &cli.options;
    let directory = directory_of(&options.io);
    if let Some(side) = &cli.export {
        return export(side, &options.io);
    }
    if cli.names {
        return names(&directory);
    }
    if cli.sides.is_empty() {
        early::demand_two(0, options)?;
        return list(&directory, &options.io);
    }
    if let Some(text) = comparison::go_texts(&cli.sides, options)? {
        return emit(&text, &options.io, output::DONE);
    }
    let sides = comparison::load(&directory, &cli.sides, options)?;
    comparison::show(sides, options)
}

fn directory_of(io: &IoArgs) -> std::path::PathBuf {
    let of_target = io.target_dir.as_ref().map(|dir| dir.join("criterion"));
    io.criterion_dir.clone().or(of_target).unwrap_or_else(directory::find)
}

fn list(directory: &Path, io: &IoArgs) -> Outcome {
    let names = criterion::baselines(directory)?;
    if names.is_empty() {
        return Err(Error::no_results(directory));
    }
    let mut text = "baselines, to be compared as `old new`:\n".to_owned();
    for name in names {
        let whose = match name.as_str() {
            "new" => "  (the latest run)",
            "base" => "  (criterion's own: the run before it)",
            _ => "",
        };
        text += &format!("  {}{whose}\n", visible(&name));
    }
    emit(&text, io, output::DONE)
}

fn load_all(side: &str, io: &IoArgs) -> Result<(Vec<Run>, u8), Error> {
    let reading = Reading { keep_samples: true, ..Reading::default() };
    let side = Side::load(&directory_of(io), side, reading)?;
    let status = output::report_problems(side.runs.iter());
    Ok((side.runs, status))
}

fn export(side: &str, io: &IoArgs) -> Outcome {
    let (runs, status) = load_all(side, io)?;
    emit(&Export::new(&runs)?.text(), io, status)
}

fn calibrate(side: &str, io: &IoArgs) -> Outcome {
    let (runs, status) = load_all(side, io)?;
    let needed = 2 * NoiseProfile::fewest_pairs(0.05);
    if runs.len() < needed {
        let had = runs.len();
        return Err(Error::usage(&format!(
            "{had} runs are not enough: a verdict at 5 % needs a profile of \
             at least {needed} runs of one binary"
        )));
    }
    let text = serde_json::to_string_pretty(&NoiseProfile::of(&runs));
    let text = text.expect("strings and numbers are JSON") + "\n";
    emit(&text, io, status)
}

/// Prints what a shell completes a side by.
fn names(directory: &Path) -> Outcome {
    let names = criterion::baselines(directory)?;
    // A shell would take a name with a line's end for two.
    let names = names.iter().filter(|it| !it.contains(char::is_control));
    let lines: String = names.map(|it| format!("{it}\n")).collect();
    output::print(lines.as_bytes(), output::DONE)
}

fn man() -> Outcome {
    output::print(&manual::page(Cli::command()), output::DONE)
}
