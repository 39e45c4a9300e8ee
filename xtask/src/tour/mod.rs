//! `cargo xtask tour`: old against new, on this machine.

pub(crate) mod coverage;
mod measure;
mod picture;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, ensure};
use bench_compare::{Record, compare_variants, text};
use book::record_path;
use indicatif::{ProgressBar, ProgressStyle};

use measure::Measurement;

use crate::pairs::{self, Pair};
use crate::workspace::{relative, root};
use crate::{bench_binaries, machine};

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
    #[arg(long, value_parser = pairs::parser(), value_name = "SUBJECT")]
    only: Vec<&'static Pair>,

    /// How many pairs of short runs; fewer than 6 are no pairs, and fewer
    /// than 4 cannot give a verdict
    #[arg(long, default_value_t = 20, value_parser = at_least_one)]
    rounds: u32,
}

const EXAMPLES: &str = "\
Examples:
  cargo xtask tour                       every subject, about two minutes
  cargo xtask tour --only timers --open  one subject, then open the book
  cargo xtask tour --rounds 40           longer, and narrower intervals";

/// Reads how often to measure.
pub(crate) fn at_least_one(text: &str) -> Result<u32, String> {
    match text.parse() {
        Ok(0) => Err("one round is the least".to_owned()),
        Ok(rounds) => Ok(rounds),
        Err(error) => Err(error.to_string()),
    }
}

pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    println!(
        "Builds the benchmarks, runs each row of old and new {} times in \
         turns\n(about two minutes at 20), shows each subject, and builds the \
         book.",
        args.rounds
    );
    let records = root().join(".tour");
    if args.only.is_empty() {
        measure_all(&pairs::of_tour(), args.rounds, &records)?;
    } else {
        measure_all(&args.only, args.rounds, &records)?;
    }
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

/// Measures, prints and saves each pair.
pub(crate) fn measure_all(
    pairs: &[&'static Pair],
    rounds: u32,
    into: &Path,
) -> Result<()> {
    fs::create_dir_all(into)
        .with_context(|| format!("cannot make {}", into.display()))?;
    let binaries = bench_binaries::build(pairs.iter().map(|p| p.target))?;
    let progress = progress(pairs.len() as u64 * u64::from(rounds) * 2);
    let mut lessons = Vec::new();
    for &pair in pairs {
        let measurement = Measurement {
            pair,
            binary: binaries.get(pair.target)?,
            rounds,
            folder: criterion_folder().join(pair.name),
        };
        let record = measure(&measurement, &progress)?;
        let picture = picture::draw(&record.rows);
        let lesson = picture::sentence(pair, &record.rows);
        progress.suspend(|| {
            println!("\n{}\n{picture}{lesson}", table(pair, &record));
        });
        lessons.push(lesson);
        record.write(&record_path(into, pair.name))?;
    }
    progress.finish_and_clear();
    println!("What this machine says:");
    for (number, lesson) in lessons.iter().enumerate() {
        println!("{}. {lesson}", number + 1);
    }
    println!();
    Ok(())
}

/// Returns criterion's folder of the tour, apart from the user's own
/// baselines.
fn criterion_folder() -> PathBuf {
    root().join("target/tour")
}

/// Returns a bar that shows what is being measured and how many are left;
/// hidden if stderr is no terminal.
fn progress(processes: u64) -> ProgressBar {
    let style = "{wide_bar} {pos} of {len}, {eta} left: {msg}";
    let style = ProgressStyle::with_template(style);
    ProgressBar::new(processes)
        .with_style(style.expect("the template is valid"))
}

fn measure(
    measurement: &Measurement,
    progress: &ProgressBar,
) -> Result<Record> {
    let pair = measurement.pair;
    let runs = measurement.run(progress)?;
    let (name, [old, new]) = (pair.name, pair.variants);
    let rows = compare_variants(&runs, old, new);
    ensure!(!rows.is_empty(), "{name}: no benchmark has both {old} and {new}");
    Ok(Record {
        subject: name.to_owned(),
        variants: [old.to_owned(), new.to_owned()],
        machine: machine::machine(),
        commit: machine::commit(),
        compiler: machine::compiler(),
        date: machine::date(),
        rows,
    })
}

/// Returns the pair's title, its variants and its rows.
pub(crate) fn table(pair: &Pair, record: &Record) -> String {
    let (title, [old, new]) = (pair.title, pair.variants);
    let rows = text::table(&record.rows);
    format!("{title}\nold: {old}, new: {new}\n\n{rows}")
}
