//! `cargo xtask calibrate`: how often `cargo compare` is wrong here.

use std::path::Path;
use std::process::{Command, ExitCode, Output};

use anyhow::{Context, Result, ensure};
use bench_compare::calibration::{Rate, rate};
use bench_compare::run::Reading;
use bench_compare::{Estimator, Rule, Run};
use indicatif::ProgressBar;

use crate::tour::{Subject, binaries};
use crate::workspace::root;

/// Measure how often a verdict is false, and how often a slowdown is found
///
/// Runs the queues' benchmarks many times from one binary, and judges those
/// runs as if they were two versions; then once more with one side made 10 %
/// slower. Criterion's own comparison of successive runs stands beside it.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// How often to run; 180 give 216 pairs of 5 + 5 runs
    #[arg(long, default_value_t = 180)]
    runs: usize,

    /// Judge the runs of the last time, without measuring again
    #[arg(long)]
    again: bool,
}

pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let folder = root().join("target/calibrate");
    let subject = Subject::Queues;
    let built = binaries::build(&[subject])?;
    let binary = built.get(subject.target()).context("no such benchmark")?;
    if !args.again {
        measure(binary, &folder, args.runs)?;
    }
    print(&folder, args.runs)?;
    print_criterion(binary, &folder, args.runs)?;
    Ok(ExitCode::SUCCESS)
}

fn measure(binary: &Path, folder: &Path, runs: usize) -> Result<()> {
    let progress = ProgressBar::new(runs as u64);
    for run in 1..=runs {
        let arguments = ["--warm-up-time", "0.05", "--measurement-time", "0.1"];
        let name = baseline(run);
        call(binary, folder, &[&arguments[..], &["-s", &name]].concat())?;
        progress.inc(1);
    }
    progress.finish_and_clear();
    Ok(())
}

fn baseline(run: usize) -> String {
    format!("aa-{run}")
}

fn call(binary: &Path, folder: &Path, arguments: &[&str]) -> Result<Output> {
    let output = Command::new(binary)
        .args(["--bench", "--noplot", "--nresamples", "1000"])
        .args(["--sample-size", "10"])
        .args(arguments)
        .env("CRITERION_HOME", folder)
        .current_dir(root())
        .output()
        .with_context(|| format!("cannot run {}", binary.display()))?;
    ensure!(
        output.status.success(),
        "{} failed:\n{}",
        binary.display(),
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(output)
}

fn print(folder: &Path, runs: usize) -> Result<()> {
    let rule = Rule::default();
    println!(
        "{:17} {:>14} {:>14} {:>14} {:>14}",
        "one number a run",
        "false 5+5",
        "false 10+10",
        "+10 % 5+5",
        "+10 % 10+10"
    );
    for estimator in [
        Estimator::Minimum,
        Estimator::FifthPercentile,
        Estimator::Median,
        Estimator::Mean,
    ] {
        let runs = load(folder, runs, estimator)?;
        let at = |side, slowdown| show(rate(&runs, side, slowdown, rule));
        println!(
            "{:17} {:>14} {:>14} {:>14} {:>14}",
            name(estimator),
            at(5, 1.0),
            at(10, 1.0),
            at(5, 1.1),
            at(10, 1.1)
        );
    }
    Ok(())
}

fn load(folder: &Path, runs: usize, estimator: Estimator) -> Result<Vec<Run>> {
    let reading = Reading { estimator, ..Reading::default() };
    let load = |run| Run::load_with(folder, &baseline(run), reading);
    (1..=runs).map(|run| Ok(load(run)?)).collect()
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
fn print_criterion(binary: &Path, folder: &Path, runs: usize) -> Result<()> {
    let mut rate = Rate::default();
    let progress = ProgressBar::new(runs as u64 / 2);
    for run in (2..=runs).step_by(2) {
        let (new, old) = (baseline(run), baseline(run - 1));
        let arguments = ["--load-baseline", &new, "--baseline", &old];
        let output = call(binary, folder, &arguments)?;
        let text = String::from_utf8_lossy(&output.stdout);
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
