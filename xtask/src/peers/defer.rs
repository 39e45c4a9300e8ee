//! `cargo xtask peers defer`: what a deferred unlock costs in real Go.

use std::collections::BTreeMap;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, ensure};
use bench_compare::Run;

use crate::workspace::{cargo, metadata, root};

/// Measure the defer of the Go on the PATH beside our three generations
///
/// The queue of the post, put by put on a warm queue, and a panic with ten
/// deferred calls. Rounds of both programs take turns; the fastest counts.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// How often each program runs
    #[arg(long, default_value_t = 3)]
    rounds: usize,
}

/// Nanoseconds a call, by the name of the row.
type Times = BTreeMap<String, f64>;

/// The rows: what stands in the table, its Go benchmark, and ours.
const ROWS: [(&str, &str, &str); 5] = [
    ("unlock by hand", "Explicit", "put-futex/1000/explicit"),
    ("heap record", "HeapRecords", "put-futex/1000/heap-records"),
    ("frame record", "FrameRecords", "put-futex/1000/frame-records"),
    ("open-coded", "OpenCoded", "put-futex/1000/open-coded"),
    ("panic, ten calls", "Panic", "panic/10/frame-records"),
];

pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let Ok(version) = Command::new("go").arg("version").output() else {
        println!("There is no go on the PATH: nothing to measure beside ours.");
        println!("Get it from https://go.dev/dl and run this again.");
        return Ok(ExitCode::SUCCESS);
    };
    let version = String::from_utf8_lossy(&version.stdout).into_owned();
    let (mut go, mut rust) = (Times::new(), Times::new());
    for round in 1..=args.rounds {
        eprintln!("round {round} of {} ...", args.rounds);
        keep_fastest(&mut go, go_times()?);
        keep_fastest(&mut rust, our_times()?);
    }
    println!("{}", version.trim());
    print_table(&go, &rust)?;
    Ok(ExitCode::SUCCESS)
}

fn keep_fastest(times: &mut Times, round: Times) {
    for (name, time) in round {
        let fastest = times.entry(name).or_insert(time);
        *fastest = fastest.min(time);
    }
}

/// Runs the Go program, and reads its `ns/call`.
fn go_times() -> Result<Times> {
    let output = Command::new("go")
        .args(["test", "-bench", ".", "-benchtime", "300ms", "-run", "^$"])
        .env("GOTOOLCHAIN", "local")
        .current_dir(root().join("queue-locks/peers/defer"))
        .output()
        .context("cannot run go test")?;
    let text = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "go test failed:\n{text}{errors}");
    Ok(text.lines().filter_map(go_time).collect())
}

/// `BenchmarkExplicit-2  45  7203 ns/op  7.2 ns/call`
fn go_time(line: &str) -> Option<(String, f64)> {
    let name =
        line.strip_prefix("Benchmark")?.split(['-', ' ', '\t']).next()?;
    let mut words = line.split_whitespace();
    let unit = words.clone().position(|word| word == "ns/call")?;
    Some((name.to_owned(), words.nth(unit - 1)?.parse().ok()?))
}

/// Runs our benchmarks, and reads what criterion wrote.
fn our_times() -> Result<Times> {
    let filter = "queues/(put-futex|panic)";
    let arguments = ["bench", "--quiet", "-p", "benches", "--bench", "queues"];
    let short = ["--warm-up-time", "0.1", "--measurement-time", "0.3"];
    let status = cargo(arguments)
        .args(["--", filter, "--save-baseline", "peers-defer", "--noplot"])
        .args(short)
        .stdout(std::process::Stdio::null())
        .status()
        .context("cannot run cargo bench")?;
    ensure!(status.success(), "cargo bench failed");
    let folder = metadata()?.target_directory.join("criterion");
    let run = Run::load(folder.as_std_path(), "peers-defer")?;
    let times = run.benchmarks.iter().filter_map(|(name, measured)| {
        let name = name.strip_prefix("queues/")?;
        let calls = if name.starts_with("put") { 1000.0 } else { 1.0 };
        Some((name.to_owned(), measured.time / calls))
    });
    Ok(times.collect())
}

/// Each row with its ratio to the unlock by hand of the same language.
fn print_table(go: &Times, rust: &Times) -> Result<()> {
    println!("{:18}{:>16}{:>20}", "", "Go, ns (ratio)", "here, ns (ratio)");
    let (_, by_hand_go, by_hand) = ROWS[0];
    for (row, in_go, here) in ROWS {
        let go_time = time(go, in_go)?;
        let our_time = time(rust, here)?;
        let go_ratio = go_time / time(go, by_hand_go)?;
        let our_ratio = our_time / time(rust, by_hand)?;
        println!(
            "{row:18}{go_time:>8.1} {:>7}{our_time:>12.1} {:>7}",
            format!("({go_ratio:.2})"),
            format!("({our_ratio:.2})"),
        );
    }
    Ok(())
}

fn time(times: &Times, name: &str) -> Result<f64> {
    let time = times.get(name).copied();
    time.with_context(|| format!("{name} was not measured"))
}

#[cfg(test)]
mod tests {
    use super::go_time;

    #[test]
    fn a_line_of_go_test_is_read() {
        let line = "BenchmarkExplicit-2 \t 45\t 7203 ns/op\t 7.203 ns/call";
        assert_eq!(go_time(line), Some(("Explicit".to_owned(), 7.203)));
        assert_eq!(go_time("ok  \tdefer\t2.1s"), None);
    }
}
