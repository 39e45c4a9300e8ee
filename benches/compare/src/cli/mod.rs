//! The command line.

mod args;

use std::io::{self, ErrorKind, Write};
use std::path::Path;

use bench_compare::input::{criterion, directory, side::Side};
use bench_compare::{Error, Rule, Run, compare, text};
use clap::Parser;

use args::Args;

/// Compared, and nothing is wrong.
const DONE: u8 = 0;
/// Wrong usage, or something could not be read.
const TROUBLE: u8 = 2;

/// Runs the program and gives its exit status.
pub(crate) fn main() -> u8 {
    let args = Args::parse();
    match run(&args) {
        Ok((output, status)) => print(&output, status),
        Err(error) => {
            eprintln!("error: {error}");
            TROUBLE
        }
    }
}

/// A closed pipe is the reader's choice, not an error.
fn print(output: &str, status: u8) -> u8 {
    match io::stdout().write_all(output.as_bytes()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            eprintln!("error: standard output: {error}");
            TROUBLE
        }
        _ => status,
    }
}

fn run(args: &Args) -> Result<(String, u8), Error> {
    let found = args.criterion_dir.clone();
    let directory = found.unwrap_or_else(directory::find);
    match args.sides.as_slice() {
        [] => list(&directory),
        [old, new] => {
            let load =
                |side| Side::load(&directory, side, args.estimator.into());
            Ok(compare_two(&load(old)?, &load(new)?, args))
        }
        _ => Err(Error::usage("two sides are needed, such as `old new`")),
    }
}

fn list(directory: &Path) -> Result<(String, u8), Error> {
    let names = criterion::baselines(directory)?;
    if names.is_empty() {
        return Err(Error::no_results(directory));
    }
    let mut output = "baselines, to be compared as `old new`:\n".to_owned();
    for name in names {
        output += &format!("  {name}\n");
    }
    Ok((output, DONE))
}

fn compare_two(old: &Side, new: &Side, args: &Args) -> (String, u8) {
    let mut status = DONE;
    for problem in old.runs.iter().chain(&new.runs).flat_map(|r| &r.problems) {
        eprintln!("error: {problem}; this benchmark is left out");
        status = TROUBLE;
    }
    let rule = Rule {
        alpha: args.alpha,
        margin: args.threshold,
    };
    let mut rows = compare(&old.runs, &new.runs, rule);
    if let Some(filter) = &args.filter {
        rows.retain(|row| filter.is_match(&row.benchmark));
    }
    if rows.is_empty() {
        eprintln!("error: no benchmark is on both sides");
        status = TROUBLE;
    }
    if same_files(&old.runs, &new.runs) {
        eprintln!(
            "note: {} and {} are the very same measurement; run `cargo bench` \
             again after the edit",
            old.label, new.label
        );
    }
    (text::table_of(&rows, [&old.label, &new.label]), status)
}

/// Saving a baseline also makes it the latest run, `new`.
fn same_files(old: &[Run], new: &[Run]) -> bool {
    old.len() == 1 && new.len() == 1 && old[0].benchmarks == new[0].benchmarks
}
