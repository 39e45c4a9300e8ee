//! `cargo xtask peers timers`: Go's own benchmarks of its timers, in real Go
//! and here.

use std::collections::BTreeMap;
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context, Result, ensure};
use bench_compare::Run;

use crate::workspace::{cargo, metadata, root};

/// Measure Go's timers beside ours and other libraries
///
/// The workloads of Go's `time` benchmarks, and how late sleeps and timers
/// are (the median). Rounds of both programs take turns; the fastest counts.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// How often each program runs
    #[arg(long, default_value_t = 3)]
    rounds: usize,
}

/// Nanoseconds a round of a workload, by workload and then by variant.
type Times = BTreeMap<String, BTreeMap<String, f64>>;

/// The workloads: here, and in Go.
const WORKLOADS: [(&str, &str); 12] = [
    ("go-after-func/1000", "AfterFunc"),
    ("go-simultaneous/1000", "Simultaneous"),
    ("go-after/1", "After"),
    ("go-stop/1", "Stop"),
    ("go-start-stop/1000", "StartStop"),
    ("go-reset/1", "Reset"),
    ("go-sleep/1000", "Sleep"),
    ("go-ticker/1", "Ticker"),
    ("overshoot/100us", "Overshoot100us"),
    ("overshoot/1ms", "Overshoot1ms"),
    ("parallel-latency/1ms", "ParallelLatency"),
    ("staggered-latency/3ms", "StaggeredLatency"),
];

/// What the ratios are to.
const OURS: &str = "best";

pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let version = Command::new("go").arg("version").output().ok();
    let version = version.filter(|output| output.status.success());
    match &version {
        Some(output) => print!("{}", String::from_utf8_lossy(&output.stdout)),
        None => println!("There is no go on the PATH: without real Go."),
    }
    let mut times = Times::new();
    for round in 1..=args.rounds {
        eprintln!("round {round} of {} ...", args.rounds);
        if version.is_some() {
            go_times(&mut times)?;
        }
        our_times(&mut times)?;
    }
    for (workload, _) in WORKLOADS {
        print_table(workload, &times)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn keep_fastest(times: &mut Times, workload: &str, variant: &str, time: f64) {
    let of_workload = times.entry(workload.to_owned()).or_default();
    let fastest = of_workload.entry(variant.to_owned()).or_insert(time);
    *fastest = fastest.min(time);
}

/// Runs the Go program, and reads its `ns/op`.
fn go_times(times: &mut Times) -> Result<()> {
    let output = Command::new("go")
        .args(["test", "-bench", ".", "-benchtime", "300ms", "-run", "^$"])
        .env("GOTOOLCHAIN", "local")
        .current_dir(root().join("timer-heap/peers/time"))
        .output()
        .context("cannot run go test")?;
    let text = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "go test failed:\n{text}{errors}");
    for (name, time) in text.lines().filter_map(go_time) {
        let known = WORKLOADS.iter().find(|(_, in_go)| *in_go == name);
        let (workload, _) = known.context("Go has a workload of its own")?;
        keep_fastest(times, workload, "go", time);
    }
    Ok(())
}

/// `BenchmarkAfter-2  45  7203 ns/op`
fn go_time(line: &str) -> Option<(String, f64)> {
    let name = line.strip_prefix("Benchmark")?;
    let name = name.split(['-', ' ', '\t']).next()?;
    let words: Vec<&str> = line.split_whitespace().collect();
    let unit = words.iter().position(|&word| word == "ns/op")?;
    let time = words.get(unit.checked_sub(1)?)?.parse().ok()?;
    Some((name.to_owned(), time))
}

/// Runs our benchmarks, and reads what criterion wrote.
fn our_times(times: &mut Times) -> Result<()> {
    let filter = "timers/(go|overshoot|parallel|staggered)-?";
    let status =
        cargo(["bench", "--quiet", "-p", "benches", "--bench", "timers"])
            .args(["--", filter, "--save-baseline", "peers-timers"])
            .arg("--noplot")
            .stdout(Stdio::null())
            .status()
            .context("cannot run cargo bench")?;
    ensure!(status.success(), "cargo bench failed");
    let folder = metadata()?.target_directory.join("criterion");
    let run = Run::load(folder.as_std_path(), "peers-timers")?;
    for (name, measured) in &run.benchmarks {
        let id = name.strip_prefix("timers/").unwrap_or(name);
        if let Some((workload, variant)) = id.rsplit_once('/') {
            keep_fastest(times, workload, variant, measured.time);
        }
    }
    Ok(())
}

/// Each variant with its ratio to ours, fastest first.
fn print_table(workload: &str, times: &Times) -> Result<()> {
    let missing = || format!("{workload} was not measured");
    let of_workload = times.get(workload).with_context(missing)?;
    let ours = *of_workload.get(OURS).with_context(missing)?;
    println!("\n{workload:26}{:>14}{:>10}", "ns", "ratio");
    let mut rows: Vec<_> = of_workload.iter().collect();
    rows.sort_by(|left, right| left.1.total_cmp(right.1));
    for (variant, time) in rows {
        let ratio = format!("{:.2}", time / ours);
        println!("  {variant:24}{time:>14.1}{ratio:>10}");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_line_of_go_test_is_read() {
        let line = "BenchmarkAfter-2 \t 45\t 7203 ns/op";
        assert_eq!(go_time(line), Some(("After".to_owned(), 7203.0)));
        assert_eq!(go_time("ok  \ttimers\t2.1s"), None);
    }

    #[test]
    fn every_workload_has_its_counterpart_in_go() {
        let file = root().join("timer-heap/peers/time/timers_test.go");
        let text = std::fs::read_to_string(file).expect("it is committed");
        let names = text.lines().filter_map(|line| {
            let name = line.strip_prefix("func Benchmark")?;
            name.split('(').next()
        });
        let here = WORKLOADS.iter().map(|&(_, in_go)| in_go);
        assert_eq!(
            names.collect::<BTreeSet<_>>(),
            here.collect::<BTreeSet<_>>()
        );
    }
}
