//! `cargo xtask calibrate`: how often `cargo compare` is wrong here.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result, ensure};
use bench_compare::calibration::{Analysis, Rate, rate};
use bench_compare::input::criterion::baselines;
use bench_compare::interleave::Session;
use bench_compare::interleave::rows::{PROCESSES, SHORT};
use bench_compare::run::Reading;
use bench_compare::{Estimator, Rule, Run};

use crate::bench_binaries::{build, variant};
use crate::progress::bar;
use crate::workspace::target;

/// Measure how often a verdict is false, and how often a slowdown is found
///
/// Runs the queues' benchmarks many times from one binary, and judges those
/// runs as if they were two versions; then once more with one side made 10 %
/// slower. Criterion's own comparison of successive runs stands beside it.
/// The twelve benchmarks that it runs by default take about a quarter of an
/// hour.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// How often to run; 20 pairs take 40 runs, and each row gives one verdict
    /// for as many
    #[arg(
        long,
        default_value_t = 160,
        value_parser = clap::value_parser!(u32).range(i64::from(FEWEST)..=10_000)
    )]
    runs: u32,

    /// Only benchmarks that match this regular expression of criterion
    #[arg(long, value_name = "REGEX", default_value = DEFAULT)]
    filter: String,

    /// How many processes of a benchmark make one run
    #[arg(
        long,
        default_value_t = PROCESSES,
        value_parser = clap::value_parser!(u32).range(1..=100)
    )]
    processes: u32,

    /// Judge the runs of the last time, without measuring again
    #[arg(long)]
    again: bool,

    /// How criterion measures, in place of the short settings of
    /// `bench-compare git`
    #[arg(last = true)]
    settings: Vec<String>,
}

impl Args {
    fn settings(&self) -> Vec<&str> {
        match &self.settings[..] {
            [] => SHORT.to_vec(),
            given => given.iter().map(String::as_str).collect(),
        }
    }
}

/// Of fewer runs there are not two verdicts of 20 pairs.
const FEWEST: u32 = 40;

/// The pair of the post, on three locks.
const DEFAULT: &str = "(put|get)-(futex|std|parking_lot)/.*/(explicit|guard)$";

const EXAMPLES: &str = "\
Examples:
  cargo xtask calibrate                  about a quarter of an hour
  cargo xtask calibrate --processes 1    each run one process: five minutes
  cargo xtask calibrate --filter ''      all of the queues' benchmarks: longer
  cargo xtask calibrate --again          judge the last runs once more
  cargo xtask calibrate -- --sample-size 30 --measurement-time 0.09
                                         other settings of criterion";

/// The bench target whose runs are judged.
const TARGET: &str = "queues";

/// What the runs are called, each with its number.
const NAME: &str = "aa";

pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let home = target("calibrate");
    // Runs come in pairs.
    let runs = args.runs.next_multiple_of(2);
    if args.again {
        demand(&home, runs)?;
    }
    let binary = build([TARGET])?.get(TARGET)?;
    let settings = args.settings();
    let aa = variant(NAME, NAME, &binary, &settings, &args.filter);
    let session = Session {
        home,
        variants: vec![aa],
        processes: args.processes,
        ..Session::default()
    };
    if !args.again {
        measure(&session, runs)?;
    }
    print(&session, runs)?;
    print_scattered(&session, runs)?;
    print_criterion(&session, runs, &args.settings())?;
    Ok(ExitCode::SUCCESS)
}

/// Fails unless so many runs were made, before anything is built.
fn demand(home: &Path, runs: u32) -> Result<()> {
    let names = baselines(home).unwrap_or_default();
    let is_there = |run: &u32| names.contains(&format!("{NAME}-{run}"));
    let made = (1..=runs).take_while(is_there).count() as u32;
    ensure!(
        made >= FEWEST,
        "{made} runs are there to be judged again, and {FEWEST} are the \
         fewest: `cargo xtask calibrate` makes {runs}"
    );
    ensure!(
        made >= runs,
        "{made} runs are there to be judged again: `cargo xtask calibrate \
         --again --runs {made}`"
    );
    Ok(())
}

fn measure(session: &Session, runs: u32) -> Result<()> {
    session.forget()?;
    let rows = session.rows()?.context("the program lists no benchmark")?;
    let count = rows.count();
    eprintln!("Measuring: {runs} runs of {count} benchmarks each.");
    let progress = bar(u64::from(runs)).with_message("measuring");
    // Neighbours are pairs: each row twice in a row, as old and new would be.
    for round in (1..=runs).step_by(2) {
        session.twice_by_rows(&rows, round)?.finished()?;
        progress.inc(2);
    }
    progress.finish_and_clear();
    Ok(())
}

fn print(session: &Session, runs: u32) -> Result<()> {
    let rule = Rule::default();
    println!(
        "{:15} {:9} {:>15} {:>15} {:>15}",
        "one number", "judged", "false", "+10 % found", "*same* found"
    );
    for estimator in [
        Estimator::Minimum,
        Estimator::FifthPercentile,
        Estimator::Median,
        Estimator::Mean,
    ] {
        let reading = Reading { estimator, ..Reading::default() };
        let runs = session.load(0, runs, reading)?;
        for (side, analysis) in [
            (5, Analysis::Ranks),
            (10, Analysis::Ranks),
            (10, Analysis::Pairs),
            (20, Analysis::Pairs),
        ] {
            let at = |slowdown| rate(&runs, side, slowdown, analysis, rule);
            let (equal, slower) = (at(1.0), at(1.1));
            let same = Rate { found: equal.same, ..equal };
            let judged = match analysis {
                Analysis::Ranks => format!("{side}+{side}"),
                Analysis::Pairs => format!("{side} pairs"),
            };
            println!(
                "{:15} {judged:9} {:>15} {:>15} {:>15}",
                name(estimator),
                show(equal),
                show(slower),
                show(same)
            );
        }
    }
    Ok(())
}

/// Names the benchmarks that 20 pairs do not always show to be *same*: their
/// processes differ by more than those of the others, and it takes more pairs.
fn print_scattered(session: &Session, runs: u32) -> Result<()> {
    let runs = session.load(0, runs, Reading::default())?;
    let names: BTreeSet<&String> =
        runs.iter().flat_map(|run| run.benchmarks.keys()).collect();
    for name in names {
        let time = |run: &Run| run.benchmarks.get(name)?.time;
        let alone = runs.iter().filter_map(|run| {
            Some(Run::from_times(&run.name, [(name.as_str(), time(run)?)]))
        });
        let alone: Vec<Run> = alone.collect();
        let rate = rate(&alone, 20, 1.0, Analysis::Pairs, Rule::default());
        if rate.same < rate.of {
            println!("*same* {} of {} times: {name}", rate.same, rate.of);
        }
    }
    Ok(())
}

fn name(estimator: Estimator) -> &'static str {
    match estimator {
        Estimator::Minimum => "minimum",
        Estimator::FifthPercentile => "5th percentile",
        Estimator::Median => "median",
        Estimator::Mean => "mean",
    }
}

fn show(rate: Rate) -> String {
    let percent = 100.0 * rate.share();
    format!("{percent:.1} % ({})", rate.of)
}

/// Compares each second run with the one before it, by criterion itself.
fn print_criterion(
    session: &Session,
    runs: u32,
    settings: &[&str],
) -> Result<()> {
    let mut rate = Rate::default();
    let progress = bar(u64::from(runs) / 2).with_message("by criterion itself");
    for run in (2..=runs).step_by(2) {
        let text = compared_by_criterion(session, run - 1, run, settings)?;
        rate.found += text.matches("Performance has").count();
        rate.of += text.matches("change:").count();
        progress.inc(1);
    }
    progress.finish_and_clear();
    println!(
        "criterion's own comparison of one run with the next: {} false",
        show(rate)
    );
    Ok(())
}

/// Returns what criterion prints where it compares one run with another.
fn compared_by_criterion(
    session: &Session,
    old: u32,
    new: u32,
    settings: &[&str],
) -> Result<String> {
    let aa = &session.variants[0];
    let [old, new] = [old, new].map(|run| aa.baseline(run));
    let binary = &aa.binaries[0];
    let output = binary
        .command(&session.home)
        .arg("--noplot")
        .args(settings)
        .args(["--load-baseline", &new, "--baseline", &old])
        // The filter: criterion panics where there is no such baseline.
        .args(aa.arguments.last())
        .output()
        .with_context(|| format!("cannot run {}", binary.path.display()))?;
    ensure!(
        output.status.success(),
        "{} failed:\n{}",
        binary.path.display(),
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn what_cannot_be_judged_again_is_refused_with_what_to_do() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let home = folder.path();
        let refused = |runs| demand(home, runs).unwrap_err().to_string();
        let said = refused(40);
        assert!(said.contains("`cargo xtask calibrate` makes 40"), "{said}");
        for run in 1..=42 {
            let run = home.join(format!("queues/put/{NAME}-{run}"));
            fs::create_dir_all(&run).expect("it is writable");
            fs::write(run.join("benchmark.json"), "{}").expect("writable");
        }
        demand(home, 42).expect("they are there");
        let said = refused(44);
        assert!(said.contains("--again --runs 42"), "{said}");
    }
}
