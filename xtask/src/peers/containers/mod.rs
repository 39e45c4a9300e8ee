//! `cargo xtask peers containers`: bubblewrap, unshare and crun beside unc.

mod host;
mod starters;

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::ExitCode;

use anyhow::{Context, Result, ensure};
use bench_compare::interleave::order;
use bench_compare::stats::median;
use bench_compare::{Row, Rule};

use super::record::RecordTarget;
use crate::bench_binaries::build;
use host::Host;
use starters::{build_unc, ours, starters, write_bundle};

/// Measure bubblewrap, unshare and crun beside unc
///
/// Each starts `true` of busybox in the same root, with all that it does by
/// habit, as an ordinary user (nobody, if root measures). Runs take turns; the
/// table has the median and the tenth percentile. Ours is measured with all of
/// its measures on: as a library in a process of one thread, as the command,
/// with 1 GiB of touched heap in the caller, and with a network. The way of
/// the posts of 2015 stands beside it.
///
/// crun refuses a machine with control groups of both versions; the third
/// example hides one of them from it.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// How often each starts
    #[arg(long, default_value_t = 200)]
    rounds: u32,
    /// The heap of the callers that have one, in MiB
    #[arg(long, default_value_t = 1024, value_name = "MIB")]
    heap: u32,
    /// Keep the figures: in benches/records, and in the README of containers
    #[arg(long)]
    record: bool,
}

const EXAMPLES: &str = "\
Examples:
  cargo xtask peers containers --rounds 50 --heap 256
  cargo xtask peers containers --record
  unshare -m sh -c 'umount /sys/fs/cgroup/unified; cargo xtask peers containers'";

/// Where `--record` puts it.
const TARGET: RecordTarget = RecordTarget {
    subject: "containers-peers",
    variants: ["peer", "ours"],
    readme: "containers/README.md",
    excerpt: |text| text.to_owned(),
};

/// What the ratios are to.
const OURS: &str = "unc, as a library";

/// The nanoseconds of each start, by label.
type Times = BTreeMap<&'static str, Vec<f64>>;

pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    ensure!(args.rounds > 0, "--rounds 0 measures nothing");
    let folder = tempfile::Builder::new().prefix("unc-peers-").tempdir()?;
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755))?;
    let unc = build_unc(folder.path())?;
    let binary = build(["containers"])?.get("containers")?.path;
    let first = Host::new(&binary, &ours(OURS), 0, "-")?;
    let root = first.root.clone();
    let bundle = folder.path().join("bundle");
    write_bundle(&bundle, &root)?;

    let mut hosts = vec![(OURS, first)];
    for starter in starters(&unc, &bundle, folder.path())? {
        let heap = if starter.has_heap { args.heap } else { 0 };
        match Host::new(&binary, &starter, heap, &root) {
            Ok(host) => hosts.push((starter.label, host)),
            Err(error) => println!("SKIPPED: {}: {error:#}", starter.label),
        }
    }
    let times = measure(&mut hosts, args.rounds)?;
    let labels: Vec<_> = hosts.iter().map(|(label, _)| *label).collect();
    let text = table(&labels, &times, args)?;
    print!("{text}");
    if args.record {
        TARGET.keep(&text, rows(&times))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Lets all start in turns.
fn measure(hosts: &mut [(&'static str, Host)], rounds: u32) -> Result<Times> {
    let mut times = Times::new();
    for round in 1..=rounds {
        for side in order(round, hosts.len()) {
            let (label, host) = &mut hosts[side];
            let time = host.start().with_context(|| (*label).to_owned())?;
            times.entry(label).or_default().push(time);
        }
    }
    Ok(times)
}

/// Returns the value that a tenth of the times are below.
fn tenth(times: &[f64]) -> f64 {
    let mut sorted = times.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 10]
}

fn table(labels: &[&str], times: &Times, args: &Args) -> Result<String> {
    let of = |label: &str| times.get(label).context("it was not measured");
    let ours = of(OURS)?;
    let (ours, our_tenth) = (median(ours), tenth(ours));
    let mut text = format!(
        "`true` in the same root, {} runs that take turns; a heap of {} MiB\n\n\
         {:28}{:>12}{:>9}{:>12}{:>9}\n",
        args.rounds, args.heap, "", "median, us", "ratio", "p10, us", "ratio",
    );
    for label in labels {
        let times = of(label)?;
        let (median, tenth) = (median(times), tenth(times));
        text += &format!(
            "{label:28}{:>12.0}{:>9.2}{:>12.0}{:>9.2}\n",
            median / 1e3,
            median / ours,
            tenth / 1e3,
            tenth / our_tenth,
        );
    }
    // A machine may have none.
    if let Some(network) = times.get("unc, with a network") {
        let network = median(network) - ours;
        text += &format!("\nThe network adds {:.0} us.\n", network / 1e3);
    }
    Ok(text)
}

/// Returns each other against ours, for the record.
fn rows(times: &Times) -> Vec<Row> {
    let Some(ours) = times.get(OURS) else { return Vec::new() };
    let others = times.iter().filter(|(label, _)| **label != OURS);
    let row = |(label, peer): (&&str, &Vec<f64>)| {
        let name = label.replace([',', '\''], "").replace(' ', "-");
        let name = format!("containers/start/{name}");
        Row::new(&name, peer, ours, Rule::default())
    };
    others.map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times() -> Times {
        let tens = |by: f64| (1..=10).map(|it| by * f64::from(it)).collect();
        [(OURS, tens(1e6)), ("unc, with a network", tens(2e6))].into()
    }

    #[test]
    fn the_table_has_medians_tenths_and_ratios() {
        let args = Args { rounds: 10, heap: 7, record: false };
        let labels = [OURS, "unc, with a network"];
        let text = table(&labels, &times(), &args).unwrap();
        let row = "unc, with a network                11000     2.00";
        assert!(text.contains(row), "{text}");
        assert!(text.contains("The network adds 5500 us."), "{text}");
        assert!(text.lines().all(|line| line.len() <= 80), "{text}");
        assert!(table(&["bubblewrap"], &times(), &args).is_err());
    }

    #[test]
    fn each_peer_has_a_row_of_the_record() {
        let rows = rows(&times());
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0].benchmark, "containers/start/unc-with-a-network");
        assert!((rows[0].ratio - 0.5).abs() < 0.01, "{}", rows[0].ratio);
    }

    #[test]
    fn the_readme_shows_the_recorded_peers() {
        TARGET.check();
    }
}
