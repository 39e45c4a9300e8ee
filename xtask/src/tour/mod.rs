//! `cargo xtask tour`: old against new, on this machine.

mod beside;
pub(crate) mod coverage;
mod lessons;
mod measure;
pub(crate) mod picture;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, ensure};
use bench_compare::render::terminal::Terminal;
use bench_compare::{Record, compare_variants, text};
use book::record_path;
use indicatif::ProgressBar;
use support::paragraph::hanging;

use beside::beside;
use lessons::LESSONS;
pub(crate) use lessons::of_tour;
use measure::Measurement;

use crate::link::link;
use crate::pairs::{self, Pair};
use crate::progress::bar;
use crate::workspace::{root, target};
use crate::{bench_binaries, machine};

/// Measure old against new here, and build the book with your numbers
///
/// Runs the pairs of its lessons, which are some of the book's, in turns, as
/// short criterion processes row by row or as blocks inside one process.
/// Prints a table, a picture and a sentence for each, merges real Go coverage
/// profiles, and builds the book with these numbers beside the recorded ones.
/// Your own criterion baselines are not touched.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Open the book in the browser at the end
    #[arg(long)]
    open: bool,

    /// Measure this subject alone, in a lesson or not; may be given several
    /// times
    #[arg(long, value_parser = pairs::parser(), value_name = "SUBJECT")]
    only: Vec<&'static Pair>,

    /// How many pairs of short runs; fewer than 6 are no pairs, and fewer
    /// than 4 cannot give a verdict
    #[arg(long, default_value_t = 20, value_parser = at_least_one)]
    rounds: u32,
}

const EXAMPLES: &str = "\
Examples:
  cargo xtask tour                       all lessons: two minutes and a build
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
    let pairs =
        if args.only.is_empty() { of_tour() } else { args.only.clone() };
    announce(&pairs, args.rounds);
    let records = root().join(".tour");
    let sentences = measure_all(&pairs, args.rounds, &records)?;
    println!("\n{}\n", coverage::merge()?);
    let page = crate::book::build()?;
    sum_up(&sentences, &records, &page);
    println!("Your runs: {}", link(&records));
    println!("criterion: {}", link(&criterion_folder()));
    println!("The book:  {}", link(&page));
    if args.open {
        crate::book::open(&page)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Says what will be done, and how long it takes.
fn announce(pairs: &[&'static Pair], rounds: u32) {
    let terminal = Terminal::of_stdout();
    println!("What will be measured, old against new in turns:");
    for pair in pairs {
        let name = format!("  {:11} ", pair.name);
        print!("{}", paragraph(&name, pair.title, terminal));
    }
    let whole = of_tour().len() as f64;
    let minutes = f64::from(rounds) / 20.0 * 2.0 * pairs.len() as f64 / whole;
    let then = format!(
        "First the benchmarks are built (minutes, if they are not yet), then \
         about {minutes:.1} minutes are measured, and the book is built. \
         Ctrl-C ends it; nothing of yours is changed."
    );
    print!("{}", paragraph("", &then, terminal));
}

/// Prints the lessons that were measured, with our numbers and their pages.
fn sum_up(sentences: &[(&'static str, String)], records: &Path, page: &Path) {
    let terminal = Terminal::of_stdout();
    println!("What this machine says:");
    let mut number = 0;
    for lesson in &LESSONS {
        let mut said = Vec::new();
        for pair in lesson.pairs() {
            let of_pair = sentences.iter().find(|it| it.0 == pair.name);
            let Some((_, sentence)) = of_pair else { continue };
            said.push(sentence.clone());
            if !sentence.starts_with("SKIPPED") {
                said.extend(beside(pair, records));
            }
        }
        if said.is_empty() {
            continue;
        }
        number += 1;
        println!("{number}. {}.", lesson.title);
        for sentence in said {
            print!("{}", paragraph("   ", &sentence, terminal));
        }
        let page = page.with_file_name(lesson.page);
        println!("   Why: {}", link(&page));
    }
    println!();
}

/// Measures, prints and saves each pair; returns what became of each, in a
/// sentence, and what a skipped one needs.
pub(crate) fn measure_all(
    pairs: &[&'static Pair],
    rounds: u32,
    into: &Path,
) -> Result<Vec<(&'static str, String)>> {
    fs::create_dir_all(into)
        .with_context(|| format!("cannot make {}", into.display()))?;
    let binaries = bench_binaries::build(pairs.iter().map(|p| p.target))?;
    let (mut all, mut sentences) = (Vec::new(), Vec::new());
    for pair in pairs {
        let folder = criterion_folder().join(pair.name);
        let binary = binaries.get(pair.target)?;
        match Measurement::new(pair, &binary, rounds, folder)? {
            Some(measurement) => all.push(measurement),
            None => {
                let needs = pair.needs().unwrap_or_default();
                let without = format!("{}: it needs {needs}", pair.name);
                eprintln!("SKIPPED: {without}");
                sentences.push((pair.name, format!("SKIPPED: {without}.")));
            }
        }
    }
    ensure!(!all.is_empty(), "nothing is left to be measured");
    let progress = bar(all.iter().map(Measurement::processes).sum());
    let terminal = Terminal::of_stdout();
    for measurement in &all {
        let pair = measurement.pair;
        let record = measure(measurement, &progress)?;
        progress.suspend(|| println!("\n{}", shown(pair, &record, terminal)));
        sentences.push((pair.name, picture::sentence(pair, &record.rows)));
        record.write(&record_path(into, pair.name))?;
    }
    progress.finish_and_clear();
    Ok(sentences)
}

/// Returns criterion's folder of the tour, apart from the user's own
/// baselines.
fn criterion_folder() -> PathBuf {
    target("tour")
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

/// Returns the pair's title, its variants, its rows, a picture of them and
/// what they say, as a terminal can show them.
pub(crate) fn shown(
    pair: &Pair,
    record: &Record,
    terminal: Terminal,
) -> String {
    let (title, [old, new]) = (pair.title, pair.variants);
    let rows = text::table(&record.rows, terminal);
    let picture = picture::draw(&record.rows, terminal);
    let sentence = picture::sentence(pair, &record.rows);
    let sentence = paragraph("", &sentence, terminal);
    format!("{title}\nold: {old}, new: {new}\n\n{rows}\n{picture}{sentence}")
}

/// Returns a text after its head, in lines of the terminal, or of 80 columns
/// where there is none.
fn paragraph(head: &str, text: &str, terminal: Terminal) -> String {
    hanging(head, text, terminal.width.map_or(80, usize::from))
}
