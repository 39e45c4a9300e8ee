//! `cargo xtask profile`: where one benchmark spends its time, and who in it
//! asks for memory.

mod allocations;
mod flame;
mod names;
mod time;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail, ensure};
use walkdir::WalkDir;

use crate::link::link;
use crate::workspace::{cargo, metadata, root};

/// Profile one benchmark: flame graphs of its time and of its allocations
///
/// The benchmark runs without being measured, first under a profiler that
/// samples its stack, then under one that sees each allocation. The graphs
/// open in any browser; a click enlarges a frame.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// The benchmark's whole name, as `cargo bench -- --list` prints it
    benchmark: String,

    /// Seconds to run under each profiler
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    seconds: u32,

    /// The profile of cargo's to build with: an unoptimized one is built
    /// sooner, and shows where other code spends its time
    #[arg(long, value_name = "NAME", default_value = "bench")]
    profile: String,
}

const EXAMPLES: &str = "\
Examples:
  cargo bench -p benches -- --list                   the names
  cargo xtask profile measuring/json/record/tree     both profiles of one
  cargo xtask profile timers/fire/1000/hole --seconds 20

The files are in target/profile/BENCHMARK:
  cpu.svg             flame graph of CPU time
  cpu.folded          its stacks, for other viewers
  allocations.svg     flame graph of bytes asked for
  allocations.json    all of it, for the viewer of DHAT (valgrind's dh_view.html)";

/// What a profile leaves.
const FILES: [&str; 4] =
    ["cpu.svg", "cpu.folded", "allocations.svg", "allocations.json"];

/// Builds, runs, and says where the files are.
pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    ensure!(cfg!(unix), "the profilers are Unix's: nothing can run here");
    let folder = folder(&args.benchmark)?;
    target(&args.benchmark)?;
    names::check(&args.benchmark)?;
    if folder.exists() {
        fs::remove_dir_all(&folder)
            .context("cannot remove the last profile")?;
    }
    profile(args, "profile-cpu", "cpu.folded", &folder)?;
    time::draw(&folder, &args.benchmark)?;
    profile(args, "profile-allocations", "allocations.json", &folder)?;
    allocations::draw(&folder, &args.benchmark)?;
    for file in FILES {
        println!("{}", link(&folder.join(file)));
    }
    Ok(ExitCode::SUCCESS)
}

/// Returns the folder into which the profiles of `benchmark` are put.
fn folder(benchmark: &str) -> Result<PathBuf> {
    let plain = benchmark
        .split('/')
        .all(|part| !part.is_empty() && part.chars().any(|c| c != '.'));
    ensure!(plain, "{benchmark:?} is no benchmark's name");
    let target = metadata()?.target_directory.into_std_path_buf();
    Ok(target.join("profile").join(benchmark))
}

/// Runs the benchmark in a binary with `feature`; keeps `file` of what it
/// writes.
fn profile(
    args: &Args,
    feature: &str,
    file: &str,
    folder: &Path,
) -> Result<()> {
    let Args { benchmark, seconds, profile: built } = args;
    let target = target(benchmark)?;
    let results = folder.join("criterion");
    // With the features of the whole workspace, most is built already.
    let status = cargo(["bench", "--workspace", "--profile", built])
        .args(["--features", &format!("benches/{feature}")])
        .args(["--bench", &target])
        .args(["--", "--exact", benchmark])
        .args(["--profile-time", &seconds.to_string()])
        .env("CRITERION_HOME", &results)
        .status()
        .context("cargo cannot be run")?;
    ensure!(status.success(), "the benchmark failed");
    let written = WalkDir::new(&results).into_iter().flatten();
    let written = written
        .filter(|entry| entry.file_name() == file)
        .map(walkdir::DirEntry::into_path)
        .next();
    let Some(written) = written else {
        bail!(
            "no benchmark is called {benchmark:?}; \
             `cargo bench -p benches --bench {target} -- --list` prints them"
        );
    };
    fs::rename(written, folder.join(file))
        .context("cannot move the profile")?;
    fs::remove_dir_all(&results).context("cannot remove what is not needed")
}

/// Returns the bench target of `benchmark`: the first part of its name.
fn target(benchmark: &str) -> Result<String> {
    let subject = benchmark.split('/').next().unwrap_or_default();
    let known = root().join("benches").join(format!("{subject}.rs"));
    ensure!(
        known.is_file(),
        "{benchmark:?}: no bench target is called {subject:?}; \
         `cargo bench -p benches -- --list` prints the benchmarks"
    );
    Ok(subject.to_owned())
}
