//! `cargo xtask tour`: old against new, on this machine.

pub(crate) mod binaries;
pub(crate) mod coverage;
pub(crate) mod machine;
mod measure;
mod subject;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, ensure};
use bench_compare::{Record, compare_variants, text};
use book::record_path;
use clap::ValueEnum;
use indicatif::{ProgressBar, ProgressStyle};

use crate::readme;
use crate::workspace::{relative, root};
use measure::Measurement;
pub(crate) use subject::Subject;

/// Measure old against new here, and build the book with your numbers
///
/// Runs each subject's pair as short criterion processes, old and new in
/// turn, prints a table for each, merges real Go coverage profiles, and
/// builds the book with these numbers beside the recorded ones. Your own
/// criterion baselines are not touched.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Open the book in the browser at the end
    #[arg(long)]
    open: bool,

    /// Measure this subject alone; may be given several times
    #[arg(long, value_enum, value_name = "SUBJECT")]
    only: Vec<Subject>,

    /// How often each variant runs; fewer than 4 cannot give a verdict
    #[arg(long, default_value_t = 5, value_parser = at_least_one)]
    rounds: usize,
}

const EXAMPLES: &str = "\
Examples:
  cargo xtask tour                       every subject, about two minutes
  cargo xtask tour --only timers --open  one subject, then open the book
  cargo xtask tour --rounds 10           longer, and narrower intervals";

/// Measure and keep the run in benches/records, for the book
#[derive(clap::Args)]
pub(crate) struct RecordArgs {
    /// The subjects to record; all of them if none is named
    #[arg(value_enum)]
    subjects: Vec<Subject>,

    /// How often each variant runs
    #[arg(long, default_value_t = 10, value_parser = at_least_one)]
    rounds: usize,

    /// Measure nothing: only put the records into the README
    #[arg(long)]
    readme: bool,
}

fn at_least_one(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(0) => Err("one round is the least".to_owned()),
        Ok(rounds) => Ok(rounds),
        Err(error) => Err(error.to_string()),
    }
}

pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let records = root().join(".tour");
    let subjects = either(&args.only, &Subject::TOUR);
    measure_all(subjects, args.rounds, &records)?;
    println!("{}\n", coverage::merge()?);
    let page = book::build(&root().join("book"))?;
    println!("Your runs: {}", relative(&records));
    println!("criterion: {}", relative(&criterion_folder()));
    println!("The book:  {}", relative(&page));
    if args.open {
        crate::book::open(&page)?;
    }
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn record(args: &RecordArgs) -> Result<ExitCode> {
    if !args.readme {
        let records = root().join("benches/records");
        let subjects = either(&args.subjects, Subject::value_variants());
        measure_all(subjects, args.rounds, &records)?;
        println!("Recorded in {}", relative(&records));
    }
    readme::update()?;
    Ok(ExitCode::SUCCESS)
}

/// Those that were `asked` for, or else the `usual` ones.
fn either<'a>(asked: &'a [Subject], usual: &'a [Subject]) -> &'a [Subject] {
    if asked.is_empty() { usual } else { asked }
}

/// Measures, prints and saves each subject.
fn measure_all(subjects: &[Subject], rounds: usize, into: &Path) -> Result<()> {
    fs::create_dir_all(into)
        .with_context(|| format!("cannot make {}", into.display()))?;
    let binaries = binaries::build(subjects)?;
    let progress = progress(subjects.len() * rounds * 2);
    for &subject in subjects {
        let binary = binaries.get(subject.target());
        let measurement = Measurement {
            subject,
            binary: binary.context("cargo built no such benchmark")?,
            rounds,
            folder: criterion_folder().join(subject.name()),
        };
        let record = measure(&measurement, &progress)?;
        progress.suspend(|| println!("\n{}", table(subject, &record)));
        record.write(&record_path(into, &subject.name()))?;
    }
    progress.finish_and_clear();
    Ok(())
}

/// Criterion's data of the tour, apart from the user's own baselines.
fn criterion_folder() -> PathBuf {
    root().join("target/tour")
}

/// What is being measured and how many are left; hidden if stderr is no
/// terminal.
fn progress(processes: usize) -> ProgressBar {
    let style = "{wide_bar} {pos} of {len}, {eta} left: {msg}";
    let style = ProgressStyle::with_template(style);
    ProgressBar::new(processes as u64)
        .with_style(style.expect("the template is valid"))
}

fn measure(
    measurement: &Measurement,
    progress: &ProgressBar,
) -> Result<Record> {
    let subject = measurement.subject;
    let runs = measurement.run(progress)?;
    let [old, new] = subject.variants();
    let rows = compare_variants(&runs, old, new);
    let name = subject.name();
    ensure!(!rows.is_empty(), "{name}: no benchmark has both {old} and {new}");
    Ok(Record {
        subject: name,
        variants: [old.to_owned(), new.to_owned()],
        machine: machine::machine(),
        commit: machine::commit(),
        compiler: machine::compiler(),
        date: machine::date(),
        rows,
    })
}

/// The pair's title, its variants and its rows.
pub(crate) fn table(subject: Subject, record: &Record) -> String {
    let [old, new] = subject.variants();
    let title = subject.title();
    let rows = text::table(&record.rows);
    format!("{title}\nold: {old}, new: {new}\n\n{rows}")
}
