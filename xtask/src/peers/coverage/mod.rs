//! `cargo xtask peers coverage`: mergers of coverage on the same files.

pub(crate) mod consumers;
mod covdata_inputs;
mod inputs;
mod mergers;
mod record;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context, Result, ensure};
use bench_compare::interleave::order;

use inputs::{Shape, Size, make};
use mergers::{MERGERS, OURS, Peer, Reads};
use record::{Measured, keep};

use crate::link::link;
use crate::peers::measure::{self, Cost};
use crate::tools::{Go, Version, is_installed};
use crate::workspace::{cargo, executables, target};

/// Measure mergers of coverage profiles that are on the PATH, beside ours
///
/// wc, the shell pipeline of sort and awk, gocovmerge, lcov, grcov, Python
/// with lxml and go tool covdata are measured where they are installed. The
/// inputs are made from a seed, once, in target/peers; they take 3.5 GB.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Measure only these inputs (same, sparse, disjoint, concat, lcov,
    /// cobertura, or covdata alone)
    inputs: Vec<String>,
    /// How many profiles an input has
    #[arg(long, default_value_t = 200)]
    profiles: usize,
    /// How many blocks a profile has
    #[arg(long, default_value_t = 50_000)]
    blocks: usize,
    /// What the inputs are made from
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How often each program runs (one slower than a minute: once); the
    /// least processor time counts
    #[arg(long, default_value_t = 3)]
    rounds: u32,
    /// Leave out programs slower than a minute
    #[arg(long)]
    quick: bool,
    /// Keep the figures: in benches/records, and in the README of
    /// coverage-merge
    #[arg(long, conflicts_with = "only_inputs")]
    record: bool,
    /// Make the inputs and measure nothing
    #[arg(long)]
    only_inputs: bool,
    /// Measure nothing; give what coverage-merge writes to lcov, genhtml,
    /// go tool cover, pycobertura, diff-cover and xmllint, where they are
    /// installed, and compare what they count
    #[arg(long, exclusive = true)]
    consumers: bool,
}

pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    ensure!(args.rounds > 0, "--rounds 0 measures nothing");
    if args.consumers {
        return consumers::run(&build(OF_TESTS)?);
    }
    let size =
        Size { seed: args.seed, profiles: args.profiles, blocks: args.blocks };
    let (folder, ours) = (target("peers/coverage"), build(OF_USERS)?);
    let covdata = args.inputs.is_empty() || args.inputs == ["covdata"];
    let shapes = if covdata && !args.inputs.is_empty() {
        Vec::new()
    } else {
        chosen(&args.inputs)?
    };
    let mut measured = Vec::new();
    let go = go().filter(|_| covdata);
    if let Some(go) = &go {
        eprintln!("making the input covdata ...");
        let input = covdata_inputs::make(&folder, go)?;
        if !args.only_inputs {
            let covdata = measure_covdata(args, &ours, go, &input, &folder)?;
            measured.push(covdata);
        }
    }
    for shape in shapes {
        eprintln!("making the input {} ...", shape.name());
        let paths = make(&folder, shape, size)?;
        if !args.only_inputs {
            measured.push(measure_shape(args, shape, &ours, &paths, &folder)?);
        }
    }
    if args.record {
        keep(&measured, &missing())?;
    }
    println!("\nThe inputs: {}", link(&folder));
    Ok(ExitCode::SUCCESS)
}

fn chosen(names: &[String]) -> Result<Vec<Shape>> {
    if names.is_empty() {
        return Ok(Shape::ALL.to_vec());
    }
    let shape = |name: &String| {
        let shape = Shape::ALL.into_iter().find(|s| s.name() == name);
        shape.with_context(|| format!("no input is called {name:?}"))
    };
    names.iter().map(shape).collect()
}

/// How users build coverage-merge.
const OF_USERS: &[&str] = &["--release", "-p", "coverage-merge"];

/// As its tests have it: with the whole workspace's features, because its
/// dependencies would be built once more without.
const OF_TESTS: &[&str] = &["--workspace", "--bin", "coverage-merge"];

fn build(options: &[&str]) -> Result<PathBuf> {
    let mut command = cargo(["build", "--quiet"]);
    command.args(options);
    let mut built = executables(command)?;
    built.remove(OURS).context("cargo built no coverage-merge")
}

fn measure_shape(
    args: &Args,
    shape: Shape,
    ours: &Path,
    paths: &[PathBuf],
    folder: &Path,
) -> Result<Measured> {
    let output = folder.join("merged");
    let reads = match shape {
        Shape::Lcov => Reads::Lcov,
        Shape::Cobertura => Reads::Cobertura,
        _ => Reads::Go,
    };
    let mergers = MERGERS.iter().filter(|merger| {
        [reads, Reads::Any].contains(&merger.reads)
            && (merger.program == OURS || is_installed(merger.program.as_ref()))
    });
    let peers = mergers.map(|merger| merger.call(ours, paths, &output));
    measure_peers(args, shape.name(), paths, peers.collect(), || Ok(()))
}

/// Go's own tool makes a merged folder, ours the text.
fn measure_covdata(
    args: &Args,
    ours: &Path,
    go: &Go,
    input: &Path,
    folder: &Path,
) -> Result<Measured> {
    let output = folder.join("merged-covdata");
    let peer = |name, command| {
        let (slow, failed) = (false, false);
        Peer { name, command, slow, failed }
    };
    let mut merge = Command::new(ours);
    merge.arg("-j1").arg(input);
    let mut go_merge = go.command();
    go_merge.args(["tool", "covdata", "merge"]);
    go_merge.arg(format!("-i={}", input.display()));
    go_merge.arg(format!("-o={}", output.display()));
    let peers =
        vec![peer(OURS, merge), peer("go tool covdata merge", go_merge)];
    let files: Vec<PathBuf> = std::fs::read_dir(input)?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<_>>()?;
    measure_peers(args, "covdata", &files, peers, || {
        // Go's tool wants an empty folder.
        let _ = std::fs::remove_dir_all(&output);
        Ok(std::fs::create_dir_all(&output)?)
    })
}

/// Runs all programs `args.rounds` times, each round in an order of its own.
fn measure_peers(
    args: &Args,
    name: &str,
    paths: &[PathBuf],
    mut peers: Vec<Peer>,
    before_each: impl Fn() -> Result<()>,
) -> Result<Measured> {
    if args.quick {
        peers.retain(|peer| !peer.slow);
    }
    let mut costs = vec![Vec::new(); peers.len()];
    for round in 1..=args.rounds {
        for at in order(round, peers.len()) {
            let peer = &mut peers[at];
            // One minute says enough of what is slow.
            if peer.failed || peer.slow && round > 1 {
                continue;
            }
            before_each()?;
            costs[at].extend(measure_peer(peer)?);
        }
    }
    let metadata = paths.iter().filter_map(|path| path.metadata().ok());
    let programs = peers.iter().zip(costs).filter(|(peer, _)| !peer.failed);
    let measured = Measured {
        input: name.to_owned(),
        files: paths.len(),
        bytes: metadata.map(|metadata| metadata.len()).sum(),
        programs: programs
            .map(|(peer, costs)| (peer.name.to_owned(), costs))
            .collect(),
    };
    println!("\n{measured}");
    Ok(measured)
}

/// Returns what one run of a program costs; without it if a program that is
/// not ours fails, and is left out from then on.
fn measure_peer(peer: &mut Peer) -> Result<Option<Cost>> {
    let quiet = peer.command.stdout(Stdio::null()).stderr(Stdio::null());
    match measure::run(quiet) {
        Ok(cost) => Ok(Some(cost)),
        Err(error) if peer.name.starts_with(OURS) => {
            Err(error.context(peer.name))
        }
        // Another version than we know, or another program.
        Err(error) => {
            eprintln!("{} is left out: {error:#}", peer.name);
            peer.failed = true;
            Ok(None)
        }
    }
}

/// Returns the Go on the PATH, unless it is too old to write binary profiles.
fn go() -> Option<Go> {
    let go = Go::find("go".as_ref())?;
    let needed = Version::parse(covdata_inputs::NEEDED)?;
    if !go.is_at_least(&needed) {
        eprintln!("without covdata: it needs Go {needed}, not {}", go.banner);
        return None;
    }
    Some(go)
}

/// Returns the programs that would be measured if they were on the PATH.
fn missing() -> Vec<String> {
    let programs = ["gocovmerge", "lcov", "grcov"].into_iter();
    let absent = programs.filter(|name| !is_installed(name.as_ref()));
    let absent = absent.map(str::to_owned);
    let go =
        go().is_none().then(|| format!("{} or newer", covdata_inputs::NEEDED));
    absent.chain(go).collect()
}
