//! `cargo xtask peers coverage`: mergers of coverage on the same files.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context, Result, bail};

use super::covdata_inputs;
use super::coverage_inputs::{Shape, Size, make};
use super::coverage_record::{Measured, TWO_THREADS, keep};
use super::measure;
use crate::workspace::{cargo, relative, root};

/// Measure mergers of coverage profiles that are on the PATH, beside ours
///
/// wc, the shell pipeline of sort and awk, gocovmerge, lcov, grcov and
/// go tool covdata are measured where they are installed. The inputs are
/// made from a seed, once, in target/peers; they take 3.1 GB.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Measure only these inputs (same, sparse, disjoint, concat, lcov,
    /// or covdata alone)
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
    rounds: usize,
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
}

/// A program that does the work, and how it is called.
struct Peer {
    name: &'static str,
    command: Command,
    slow: bool,
}

pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let size =
        Size { seed: args.seed, profiles: args.profiles, blocks: args.blocks };
    let folder = root().join("target/peers/coverage");
    let ours = build()?;
    let covdata = args.inputs.is_empty() || args.inputs == ["covdata"];
    let shapes = match covdata && !args.inputs.is_empty() {
        true => Vec::new(),
        false => chosen(&args.inputs)?,
    };
    let mut measured = Vec::new();
    if covdata && installed("go".as_ref()) {
        eprintln!("making the input covdata ...");
        let input = covdata_inputs::make(&folder)?;
        if !args.only_inputs {
            let covdata = measure_covdata(args, &ours, &input, &folder)?;
            measured.push(covdata);
        }
    }
    for shape in shapes {
        eprintln!("making the input {} ...", shape.name());
        let paths = make(&folder, shape, size)?;
        if !args.only_inputs {
            let shape = measure_shape(args, shape, &ours, &paths, &folder)?;
            measured.push(shape);
        }
    }
    if args.record {
        keep(&measured, &missing())?;
    }
    println!("\nThe inputs: {}", relative(&folder));
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

fn build() -> Result<PathBuf> {
    let mut command =
        cargo(["build", "--quiet", "--release", "-p", "coverage-merge"]);
    if !command.status()?.success() {
        bail!("coverage-merge does not build");
    }
    Ok(root().join("target/release/coverage-merge"))
}

fn measure_shape(
    args: &Args,
    shape: Shape,
    ours: &Path,
    paths: &[PathBuf],
    folder: &Path,
) -> Result<Measured> {
    let output = folder.join("merged");
    let peers = peers(shape, ours, paths, &output);
    measure_peers(args, shape.name(), paths, peers, || Ok(()))
}

/// Go's own tool makes a merged folder, ours the text.
fn measure_covdata(
    args: &Args,
    ours: &Path,
    input: &Path,
    folder: &Path,
) -> Result<Measured> {
    let output = folder.join("merged-covdata");
    let peer = |name, program: &Path, arguments: &[String]| {
        let mut command = Command::new(program);
        command.args(arguments);
        let slow = false;
        Peer { name, command, slow }
    };
    let (from, to) = (input.display(), output.display());
    let arguments = ["-j1", &from.to_string()];
    let merge = ["tool", "covdata", "merge", &format!("-i={from}")];
    let mut merge = merge.map(str::to_owned).to_vec();
    merge.push(format!("-o={to}"));
    let peers = vec![
        peer("coverage-merge", ours, &arguments.map(str::to_owned)),
        peer("go tool covdata merge", "go".as_ref(), &merge),
    ];
    let files: Vec<PathBuf> = std::fs::read_dir(input)?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<_>>()?;
    measure_peers(args, "covdata", &files, peers, || {
        // Go's tool wants an empty folder.
        let _ = std::fs::remove_dir_all(&output);
        Ok(std::fs::create_dir_all(&output)?)
    })
}

/// Runs all programs in turn, `args.rounds` times.
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
    for round in 0..args.rounds {
        for (peer, costs) in peers.iter_mut().zip(&mut costs) {
            // One minute says enough of what is slow.
            if peer.slow && round > 0 {
                continue;
            }
            before_each()?;
            let quiet = peer.command.stdout(Stdio::null());
            let cost = measure::run(quiet.stderr(Stdio::null()))
                .with_context(|| peer.name)?;
            costs.push(cost);
        }
    }
    let metadata = paths.iter().filter_map(|path| path.metadata().ok());
    let names = peers.iter().map(|peer| peer.name.to_owned());
    let measured = Measured {
        input: name.to_owned(),
        files: paths.len(),
        bytes: metadata.map(|metadata| metadata.len()).sum(),
        programs: names.zip(costs).collect(),
    };
    println!("\n{measured}");
    Ok(measured)
}

/// Ours first, then those that are installed.
fn peers(
    shape: Shape,
    ours: &Path,
    paths: &[PathBuf],
    output: &Path,
) -> Vec<Peer> {
    let program = ours.display().to_string();
    let out = output.display().to_string();
    let peer = |name, program: &str, before: &[&str], after: &[&str]| {
        let mut command = Command::new(program);
        command.env("LC_ALL", "C");
        command.args(before).args(paths).args(after);
        Peer { name, command, slow: false }
    };
    let slow = |peer: Peer| Peer { slow: true, ..peer };
    let mut all = vec![
        peer("coverage-merge", &program, &["-j1"], &[]),
        peer(TWO_THREADS, &program, &["-j2"], &[]),
        peer("wc -l", "wc", &["-l"], &[]),
    ];
    if shape == Shape::Lcov {
        let mut command = Command::new("lcov");
        command.args(["-o", &out]);
        for path in paths {
            command.arg("-a").arg(path);
        }
        let (name, slow) = ("lcov", true);
        all.push(Peer { name, command, slow });
        let grcov = ["-t", "lcov", "--threads", "1", "-o", &out];
        all.push(peer("grcov, 1 thread", "grcov", &[], &grcov));
    } else {
        let pipeline = "grep -hv ^mode: \"$@\" | sort | awk '
            { block = $1 \" \" $2 }
            block != last { if (NR > 1) print last, sum; last = block; sum = 0 }
            { sum += $3 }
            END { print last, sum }'";
        let shell = ["-c", pipeline, "sh"];
        all.push(peer("gocovmerge", "gocovmerge", &[], &[]));
        all.push(slow(peer("sort | awk", "sh", &shell, &[])));
    }
    all.retain(|peer| installed(peer.command.get_program().as_ref()));
    all
}

/// Programs that would be measured if they were installed.
fn missing() -> Vec<&'static str> {
    let programs = ["gocovmerge", "lcov", "grcov", "go"];
    let absent = |name: &&str| !installed(name.as_ref());
    programs.into_iter().filter(absent).collect()
}

fn installed(program: &Path) -> bool {
    let paths = std::env::var_os("PATH").unwrap_or_default();
    program.exists()
        || std::env::split_paths(&paths)
            .any(|folder| folder.join(program).is_file())
}
