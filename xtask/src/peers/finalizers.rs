//! `cargo xtask peers finalizers`: Go's finalizers beside ours.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, ensure};
use bench_compare::interleave::Session;
use bench_compare::run::Reading;
use bench_compare::throughput::Throughput;

use super::finalizer_traces;
use crate::bench_binaries::{build, variant};
use crate::tools::Go;
use crate::workspace::{root, target};

/// Measure Go's finalizers beside ours, where a go is on the PATH
///
/// Runs the benchmarks of the finalizers, then a Go program that does the
/// same (Go 1.24 or later), and prints both and their ratio. Your own
/// criterion baselines are not touched.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The go command
    #[arg(long, default_value = "go", value_name = "PATH")]
    go: PathBuf,
    /// Measure nothing: run so many random programs of objects by our
    /// collector and by Go's, and compare what was finalized and when
    #[arg(long, value_name = "PROGRAMS")]
    differential: Option<u64>,
    /// The number of the first random program
    #[arg(long, default_value_t = 1, requires = "differential")]
    seed: u64,
}

/// What is compared, what ours is called, and what Go's is called.
const ROWS: [(&str, &str, &str); 10] = [
    ("allocate 64 bytes", "register/1000/plain", "register/plain"),
    ("... with finalizer", "register/1000/finalizer", "register/finalizer"),
    ("... with cleanup", "register/1000/cleanup", "register/cleanup"),
    ("... with weak pointer", "register/1000/weak", "register/weak"),
    ("whole life", "whole-life/1000/plain", "whole-life/plain"),
    ("... finalized", "whole-life/1000/finalizer", "whole-life/finalizer"),
    ("... cleaned up", "whole-life/1000/cleanup", "whole-life/cleanup"),
    ("upgrade a weak pointer", "upgrade/1/weak", "upgrade/weak"),
    ("open + close, bare", "open-close/1/libc", "open-close/bare"),
    ("open + close, as a file", "open-close/1/drop", "open-close/file"),
];

/// The folder of the Go program.
const PROGRAM: &str = "finalizers/peers/finalizers";

/// How long criterion measures.
const SETTINGS: [&str; 6] = [
    "--warm-up-time",
    "0.2",
    "--measurement-time",
    "0.5",
    "--sample-size",
    "20",
];

/// Nanoseconds by name.
type Times = BTreeMap<String, f64>;

pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let go = Go::find(&args.go);
    if let Some(count) = args.differential {
        return finalizer_traces::compare(go.as_ref(), args.seed, count);
    }
    if let Some(go) = &go {
        go.check(&root().join(PROGRAM))?;
    }
    let ours = ours()?;
    let go = go.as_ref().map(go_times).transpose()?;
    println!("{:<26} {:>10} {:>10} {:>9}", "ns", "ours", "Go", "Go/ours");
    for (what, our_name, go_name) in ROWS {
        let name = format!("finalizers/{our_name}");
        let our = ours.get(&name).with_context(|| format!("no {name}"))?;
        print!("{what:<26} {our:>10.2}");
        match go.as_ref().and_then(|times| times.get(go_name)) {
            Some(time) => println!(" {time:>10.2} {:>8.2}x", time / our),
            None => println!(),
        }
    }
    if go.is_none() {
        println!("\nNo {} to measure beside.", args.go.display());
    }
    Ok(ExitCode::SUCCESS)
}

/// Runs our benchmarks, with results in a folder of their own.
fn ours() -> Result<Times> {
    let binary = build(["finalizers"])?.get("finalizers")?;
    let session = Session {
        home: target("peers/finalizers"),
        variants: vec![variant("here", "peers", &binary, &SETTINGS, "")],
        ..Session::default()
    };
    session.forget()?;
    session.turn(0, 1)?.finished()?;
    let run = session.load(0, 1, Reading::default())?.swap_remove(0).whole()?;
    let time = |measured: &bench_compare::Measurement| {
        Some(measured.time? / elements(measured.throughput.as_ref()))
    };
    let times = run.benchmarks.iter();
    Ok(times.filter_map(|(name, m)| Some((name.clone(), time(m)?))).collect())
}

/// Returns how many objects one iteration deals with.
fn elements(throughput: Option<&Throughput>) -> f64 {
    match throughput {
        Some(Throughput::Elements(count)) => *count as f64,
        _ => 1.0,
    }
}

/// Runs the Go program.
fn go_times(go: &Go) -> Result<Times> {
    let mut command = go.command();
    let command = command.args(["run", "finalizers.go"]);
    let output = command.current_dir(root().join(PROGRAM)).output();
    let output = output.context("cannot run go")?;
    let errors = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "the Go program failed:\n{errors}");
    let text = String::from_utf8(output.stdout)?;
    text.lines().map(parse).collect()
}

fn parse(line: &str) -> Result<(String, f64)> {
    let (name, time) = line
        .split_once(' ')
        .with_context(|| format!("no name and time in {line:?}"))?;
    Ok((name.to_owned(), time.parse()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_the_go_program_is_a_name_and_a_time() {
        let (name, time) = parse("register/plain 24.79").unwrap();
        assert_eq!((name.as_str(), time), ("register/plain", 24.79));
        assert!(parse("nonsense").is_err());
    }

    #[test]
    fn each_row_is_measured_by_both_programs() {
        let read = |path| std::fs::read_to_string(root().join(path)).unwrap();
        let ours = read("benches/finalizers.rs")
            + &read("benches/finalizers/files.rs");
        let go = read("finalizers/peers/finalizers/finalizers.go");
        for (what, our_name, go_name) in ROWS {
            let (group, variant) = our_name.rsplit_once('/').unwrap();
            assert!(
                ours.contains(&format!("\"finalizers/{group}\"")),
                "{what}"
            );
            assert!(ours.contains(&format!("\"{variant}\"")), "{what}");
            assert!(go.contains(&format!("\"{go_name}\"")), "{what}");
        }
    }
}
