//! The command line.

mod args;
mod choices;
mod comparison;
mod gate;
mod git;
mod output;
mod progress;
mod rounds;
mod session;

use std::path::Path;

use bench_compare::input::export::Export;
use bench_compare::input::{criterion, directory, side::Side};
use bench_compare::noise::Noise;
use bench_compare::run::Reading;
use bench_compare::{Error, Run};
use clap::{CommandFactory, Parser};

use args::{Cli, Command, Place};
use output::{Outcome, emit, fail};

/// Runs the program and gives its exit status.
pub(crate) fn main() -> u8 {
    let cli = Cli::parse();
    let outcome = match &cli.command {
        None => compare_sides(&cli),
        Some(Command::Git(args)) => git::run(args),
        Some(Command::Run(args)) => rounds::run(args),
        Some(Command::Export(args)) => export(&args.side, &args.place),
        Some(Command::Calibrate(args)) => calibrate(&args.side, &args.place),
        Some(Command::Completions { shell }) => completions(*shell),
        Some(Command::Man) => man(),
    };
    outcome.unwrap_or_else(|error| fail(&error))
}

fn compare_sides(cli: &Cli) -> Outcome {
    let options = &cli.options;
    let directory = directory_of(&options.place);
    if cli.sides.is_empty() {
        return list(&directory, &options.place);
    }
    if let Some(text) = comparison::go_texts(&cli.sides, options)? {
        return emit(&text, &options.place, output::DONE);
    }
    let reading = comparison::reading(options);
    let sides = Side::load_all(&directory, &cli.sides, reading)?;
    comparison::show(sides, options)
}

fn directory_of(place: &Place) -> std::path::PathBuf {
    place.criterion_dir.clone().unwrap_or_else(directory::find)
}

fn list(directory: &Path, place: &Place) -> Outcome {
    let names = criterion::baselines(directory)?;
    if names.is_empty() {
        return Err(Error::no_results(directory));
    }
    let mut text = "baselines, to be compared as `old new`:\n".to_owned();
    for name in names {
        text += &format!("  {name}\n");
    }
    emit(&text, place, output::DONE)
}

fn load_all(side: &str, place: &Place) -> Result<(Vec<Run>, u8), Error> {
    let reading = Reading { keep_samples: true, ..Reading::default() };
    let side = Side::load(&directory_of(place), side, reading)?;
    let status = output::report_problems(&side.runs);
    Ok((side.runs, status))
}

fn export(side: &str, place: &Place) -> Outcome {
    let (runs, status) = load_all(side, place)?;
    let text = serde_json::to_string(&Export::new(runs));
    let text = text.expect("strings and numbers are JSON") + "\n";
    emit(&text, place, status)
}

fn calibrate(side: &str, place: &Place) -> Outcome {
    let (runs, status) = load_all(side, place)?;
    let needed = 2 * Noise::fewest_pairs(0.05);
    if runs.len() < needed {
        let had = runs.len();
        return Err(Error::usage(&format!(
            "{had} runs are not enough: a verdict at 5 % needs a profile of \
             at least {needed} runs of one binary"
        )));
    }
    let text = serde_json::to_string_pretty(&Noise::of(&runs));
    let text = text.expect("strings and numbers are JSON") + "\n";
    emit(&text, place, status)
}

fn completions(shell: clap_complete::Shell) -> Outcome {
    let mut script = Vec::new();
    let mut command = Cli::command();
    clap_complete::generate(shell, &mut command, "bench-compare", &mut script);
    output::print(&script, output::DONE)
}

fn man() -> Outcome {
    let mut page = Vec::new();
    let written = clap_mangen::Man::new(Cli::command()).render(&mut page);
    written.expect("a page fits into memory");
    output::print(&page, output::DONE)
}
