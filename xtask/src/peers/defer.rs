//! `cargo xtask peers defer`: what a deferred unlock costs in real Go, and
//! whether ours does what that does.

use std::collections::BTreeMap;
use std::process::ExitCode;

use anyhow::{Context, Result, ensure};
use bench_compare::Run;
use bench_compare::interleave::{Session, order};
use bench_compare::run::Reading;

use super::{differential, go_test};
use crate::bench_binaries::{build, variant};
use crate::tools::Go;
use crate::workspace::{root, target};

/// Measure the defer of the Go on the PATH beside our three generations
///
/// The queue of the post, put by put on a warm queue, and a panic with ten
/// deferred calls. Rounds of both programs take turns; the fastest counts.
///
/// With --differential nothing is measured: random programs that defer, panic,
/// recover and exit run in Go and on each generation, by the rules of that Go.
/// Each trace that differs is printed, and the exit code is 1 if one does.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// How often each program runs
    #[arg(long, default_value_t = 3)]
    rounds: u32,

    /// Compare the traces of this many random programs instead
    #[arg(long, value_name = "PROGRAMS")]
    differential: Option<u32>,

    /// The seed of the first random program
    #[arg(long, default_value_t = 1, requires = "differential")]
    seed: u64,

    /// Keep what Go did for the tests of queue-locks
    #[arg(long, requires = "differential")]
    record: bool,
}

const EXAMPLES: &str = "\
Examples:
  cargo xtask peers defer                      what a deferred unlock costs
  cargo xtask peers defer --differential 1000  is ours what Go does?";

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

/// How long criterion measures.
const SETTINGS: [&str; 4] =
    ["--warm-up-time", "0.1", "--measurement-time", "0.3"];

pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    ensure!(args.rounds > 0, "--rounds 0 measures nothing");
    let Some(go) = Go::find("go".as_ref()) else {
        println!("There is no go on the PATH: nothing to measure beside ours.");
        println!("Get it from https://go.dev/dl and run this again.");
        return Ok(ExitCode::SUCCESS);
    };
    if let Some(count) = args.differential {
        return differential::run(&go, count, args.seed, args.record);
    }
    let module = root().join("queue-locks/peers/defer");
    go.check(&module)?;
    let session = session()?;
    session.forget()?;
    let (mut in_go, mut here) = (Times::new(), Times::new());
    for round in 1..=args.rounds {
        eprintln!("round {round} of {} ...", args.rounds);
        for side in order(round, 2) {
            if side == 0 {
                let lines = go_test::bench(&go, &module, ".")?;
                for line in lines {
                    let name = line.benchmark().to_owned();
                    if let Some(&time) = line.custom.get("ns/call") {
                        keep_fastest(&mut in_go, name, time);
                    }
                }
            } else {
                session.turn(0, round)?.finished()?;
            }
        }
    }
    for run in session.load(0, args.rounds, Reading::default())? {
        keep_ours(&mut here, &run.whole()?);
    }
    println!("{}", go.banner);
    print_table(&in_go, &here)?;
    Ok(ExitCode::SUCCESS)
}

/// Returns our benchmarks, with results in a folder of their own.
fn session() -> Result<Session> {
    let binary = build(["queues"])?.get("queues")?;
    let filter = "queues/(put-futex|panic)";
    Ok(Session {
        home: target("peers/defer"),
        variants: vec![variant("here", "peers", &binary, &SETTINGS, filter)],
        ..Session::default()
    })
}

fn keep_fastest(times: &mut Times, name: String, time: f64) {
    let fastest = times.entry(name).or_insert(time);
    *fastest = fastest.min(time);
}

fn keep_ours(times: &mut Times, run: &Run) {
    for (name, measured) in &run.benchmarks {
        if let Some(name) = name.strip_prefix("queues/")
            && let Some(time) = measured.time
        {
            let calls = if name.starts_with("put") { 1000.0 } else { 1.0 };
            keep_fastest(times, name.to_owned(), time / calls);
        }
    }
}

/// Prints each row with its ratio to the unlock by hand of the same language.
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
