//! `cargo xtask peers timers`: Go's own benchmarks of its timers, in real Go
//! and here.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result, ensure};
use bench_compare::interleave::{Session, order};
use bench_compare::run::Reading;
use bench_compare::stats::median;
use bench_compare::{Row, Rule, Run};

use super::go_test;
use super::holds::holds;
use super::record::RecordTarget;
use crate::bench_binaries::{build, variant};
use crate::tools::Go;
use crate::workspace::{root, target};

/// Measure Go's timers beside ours and other libraries
///
/// The workloads of Go's `time` benchmarks, how late sleeps and timers are
/// (the median), each operation with up to a million timers pending, and how
/// long a lock around the wheel is held.
/// Rounds of both programs take turns; a table shows the median of the rounds.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// How often each program runs
    #[arg(long, default_value_t = 3)]
    rounds: u32,
    /// Only workloads whose names contain this, such as `overshoot/1ms`
    #[arg(long, default_value = "", conflicts_with = "record")]
    only: String,
    /// Keep the figures: in benches/records, and in the README of timer-heap
    #[arg(long)]
    record: bool,
}

const EXAMPLES: &str = "\
Examples:
  cargo xtask peers timers --only overshoot --rounds 1
  cargo xtask peers timers --rounds 5 --record";

/// Where `--record` puts it.
const TARGET: RecordTarget = RecordTarget {
    subject: "timers-peers",
    variants: ["peer", OURS],
    readme: "timer-heap/README.md",
    excerpt,
};

/// The workloads and the variants that the README shows.
const SHOWN: [&str; 6] = [
    "start-stop-one/100000",
    "replace-one/100000",
    "reset-one/100000",
    "fire-one/100000",
    "go-start-stop/1000",
    "overshoot/100us",
];
const BESIDE: [&str; 5] = [OURS, "btreemap", "async-io", "tokio", "go"];

/// Nanoseconds a round of a workload, one number for each run, by workload
/// and then by variant.
type Times = BTreeMap<String, BTreeMap<String, Vec<f64>>>;

/// The workloads: here, and in Go, if it has them.
const WORKLOADS: [(&str, Option<&str>); 27] = [
    ("start-stop-one/1000", Some("Pending/StartStop/1000")),
    ("start-stop-one/100000", Some("Pending/StartStop/100000")),
    ("start-stop-one/1000000", Some("Pending/StartStop/1000000")),
    ("replace-one/1000", Some("Pending/ReplaceOne/1000")),
    ("replace-one/100000", Some("Pending/ReplaceOne/100000")),
    ("replace-one/1000000", Some("Pending/ReplaceOne/1000000")),
    ("reset-one/1000", Some("Pending/ResetOne/1000")),
    ("reset-one/100000", Some("Pending/ResetOne/100000")),
    ("reset-one/1000000", Some("Pending/ResetOne/1000000")),
    // Go cannot let a million timers come due by hand.
    ("fire-one/1000", None),
    ("fire-one/100000", None),
    ("fire-one/1000000", None),
    // What a thread pays where another does the same, generation by generation.
    ("start-stop-at-once/1", None),
    ("start-stop-at-once/2", None),
    // Futures beside futures; Go has none.
    ("sleep-poll-drop/1000", None),
    ("go-after-func/1000", Some("AfterFunc")),
    ("go-simultaneous/1000", Some("Simultaneous")),
    ("go-after/1", Some("After")),
    ("go-stop/1", Some("Stop")),
    ("go-start-stop/1000", Some("StartStop")),
    ("go-reset/1", Some("Reset")),
    ("go-sleep/1000", Some("Sleep")),
    ("go-ticker/1", Some("Ticker")),
    ("overshoot/100us", Some("Overshoot100us")),
    ("overshoot/1ms", Some("Overshoot1ms")),
    ("parallel-latency/1ms", Some("ParallelLatency")),
    ("staggered-latency/3ms", Some("StaggeredLatency")),
];

/// What the ratios are to.
const OURS: &str = "best";

pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    ensure!(args.rounds > 0, "--rounds 0 measures nothing");
    let only = |name: &str| name.contains(&args.only);
    let workloads: Vec<_> =
        WORKLOADS.into_iter().filter(|(name, _)| only(name)).collect();
    ensure!(!workloads.is_empty(), "no workload is called {}", args.only);
    let module = root().join("timer-heap/peers/time");
    let go = Go::find("go".as_ref());
    if let Some(go) = &go {
        go.check(&module)?;
    }
    let banner = match &go {
        Some(go) => go.banner.clone(),
        None => "There is no go on the PATH: without real Go.".to_owned(),
    };
    let in_go: Vec<_> = workloads.iter().filter_map(|(_, go)| *go).collect();
    let go = go.filter(|_| !in_go.is_empty());
    let session = session(&workloads)?;
    session.forget()?;
    let times = measure(args.rounds, &session, |times| match &go {
        Some(go) => go_times(go, &module, &in_go, times),
        None => Ok(()),
    })?;
    let runs = match args.rounds {
        1 => "One run.".to_owned(),
        rounds => format!("The median of {rounds} runs."),
    };
    let mut text = format!("{banner}\n{runs}\n");
    for (workload, _) in workloads {
        text += &table(workload, &times)?;
    }
    if args.only.is_empty() {
        text += &format!("\nHolds of a lock around the wheel\n{}", holds()?);
    }
    print!("{text}");
    if args.record {
        TARGET.keep(&text, rows(&times))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Runs our benchmarks and those of Go in turns, and returns the times.
fn measure(
    rounds: u32,
    session: &Session,
    run_go: impl Fn(&mut Times) -> Result<()>,
) -> Result<Times> {
    let mut times = Times::new();
    for round in 1..=rounds {
        eprintln!("round {round} of {rounds} ...");
        for side in order(round, 2) {
            if side == 1 {
                session.turn(0, round)?.finished()?;
            } else {
                run_go(&mut times)?;
            }
        }
    }
    for run in session.load(0, rounds, Reading::default())? {
        our_times(&run.whole()?, &mut times);
    }
    Ok(times)
}

fn keep_time(times: &mut Times, workload: &str, variant: &str, time: f64) {
    let of_workload = times.entry(workload.to_owned()).or_default();
    of_workload.entry(variant.to_owned()).or_default().push(time);
}

/// Runs the Go program, and keeps its `ns/op`.
fn go_times(
    go: &Go,
    module: &Path,
    names: &[&str],
    times: &mut Times,
) -> Result<()> {
    let firsts: Vec<_> = names.iter().map(|n| first_part(n)).collect();
    let pattern = format!("^Benchmark({})$", firsts.join("|"));
    for line in go_test::bench(go, module, &pattern)? {
        let (name, time) = (line.benchmark(), line.nanoseconds);
        let known = WORKLOADS.iter().find(|(_, in_go)| *in_go == Some(name));
        let (workload, _) = known.context("Go has a workload of its own")?;
        let time = time.with_context(|| format!("{name} has no ns/op"))?;
        keep_time(times, workload, "go", time);
    }
    Ok(())
}

/// Returns the benchmark of a name like `Pending/StartStop/1000`.
fn first_part(name: &str) -> &str {
    name.split('/').next().unwrap_or(name)
}

/// Returns our benchmarks, with results in a folder of their own.
fn session(workloads: &[(&str, Option<&str>)]) -> Result<Session> {
    let names: Vec<_> = workloads.iter().map(|(name, _)| *name).collect();
    let filter = format!("^timers/({})/", names.join("|"));
    let binary = build(["timers"])?.get("timers")?;
    Ok(Session {
        home: target("peers/timers"),
        variants: vec![variant("here", "peers", &binary, &[], &filter)],
        ..Session::default()
    })
}

/// Keeps what one run of our benchmarks measured.
fn our_times(run: &Run, times: &mut Times) {
    for (name, measured) in &run.benchmarks {
        let id = name.strip_prefix("timers/").unwrap_or(name);
        if let Some((workload, variant)) = id.rsplit_once('/')
            && let Some(time) = measured.time
        {
            keep_time(times, workload, variant, time);
        }
    }
}

/// Returns each variant with its ratio to ours, fastest first.
fn table(workload: &str, times: &Times) -> Result<String> {
    let missing = || format!("{workload} was not measured");
    let of_workload = times.get(workload).with_context(missing)?;
    let ours = median(of_workload.get(OURS).with_context(missing)?);
    let mut text = format!("\n{workload:26}{:>14}{:>10}\n", "ns", "ratio");
    let mut rows: Vec<_> = of_workload
        .iter()
        .map(|(variant, times)| (variant, median(times)))
        .collect();
    rows.sort_by(|left, right| left.1.total_cmp(&right.1));
    for (variant, time) in rows {
        let ratio = format!("{:.2}", time / ours);
        text += &format!("  {variant:24}{time:>14.1}{ratio:>10}\n");
    }
    Ok(text)
}

/// Returns some of the recorded tables, as one table of nanoseconds.
fn excerpt(text: &str) -> String {
    let (head, source) = (text.lines().take(2), text.lines().next_back());
    let cells = |cells: [&str; 5]| cells.map(|c| format!("{c:>11}")).concat();
    let mut excerpt = format!("{:22}{}\n", "ns", cells(BESIDE));
    for workload in SHOWN {
        let mut lines = text.lines();
        lines.find(|line| line.split_whitespace().next() == Some(workload));
        let rows: BTreeMap<_, _> = lines
            .take_while(|line| !line.is_empty())
            .filter_map(|line| {
                let mut words = line.split_whitespace();
                Some((words.next()?, words.next()?))
            })
            .collect();
        let times =
            BESIDE.map(|variant| rows.get(variant).copied().unwrap_or("-"));
        excerpt += &format!("{workload:22}{}\n", cells(times));
    }
    for line in head.chain(source) {
        excerpt += &format!("\n{line}");
    }
    excerpt
}

/// Returns each peer against ours, for the record.
fn rows(times: &Times) -> Vec<Row> {
    let mut rows = Vec::new();
    for (workload, of_workload) in times {
        let Some(ours) = of_workload.get(OURS) else {
            continue;
        };
        for (variant, peer) in of_workload {
            if variant != OURS {
                let name = format!("timers/{workload}/{variant}");
                rows.push(Row::new(&name, peer, ours, Rule::default()));
            }
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_workload_has_its_counterpart_in_go() {
        let file = root().join("timer-heap/peers/time/timers_test.go");
        let text = std::fs::read_to_string(file).expect("it is committed");
        let names = text.lines().filter_map(|line| {
            let name = line.strip_prefix("func Benchmark")?;
            name.split('(').next()
        });
        let here = WORKLOADS.iter().filter_map(|(_, in_go)| *in_go);
        assert_eq!(
            names.collect::<BTreeSet<_>>(),
            here.map(first_part).collect::<BTreeSet<_>>()
        );
    }

    #[test]
    fn a_table_and_its_rows_have_the_median_of_the_runs() {
        let mut times = Times::new();
        for time in [30.0, 10.0, 20.0] {
            keep_time(&mut times, "go-stop/1", "best", time);
            keep_time(&mut times, "go-stop/1", "go", 5.0 * time);
        }
        let text = table("go-stop/1", &times).expect("ours is there");
        assert!(text.contains("100.0      5.00"), "{text}");
        let rows = rows(&times);
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0].benchmark, "timers/go-stop/1/go");
        assert!((rows[0].ratio - 0.2).abs() < 0.01, "{}", rows[0].ratio);
    }

    #[test]
    fn an_excerpt_has_a_row_for_each_workload_that_is_shown() {
        let text = "go version\nOne run.\n\nreset-one/100000  ns  ratio\n  \
                    best   28.8   1.00\n  go   107.8   3.74\n\na machine";
        let excerpt = excerpt(text);
        let lines: Vec<_> = excerpt.lines().collect();
        assert_eq!(lines.len(), 1 + SHOWN.len() + 4);
        let words: Vec<_> = lines[3].split_whitespace().collect();
        let row = ["reset-one/100000", "28.8", "-", "-", "-", "107.8"];
        assert_eq!(words, row);
        assert!(
            excerpt.ends_with("\ngo version\nOne run.\na machine"),
            "{excerpt}"
        );
    }

    #[test]
    fn the_readme_shows_the_recorded_peers() {
        TARGET.check();
    }
}
