//! `cargo xtask coverage`: what the workspace's own tests reach.
//!
//! The tests of each package run instrumented; LLVM's tools turn what they
//! leave into one tracefile a package; our own `coverage-merge` makes the
//! union.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};
use cargo_metadata::Message;
use coverage_merge::{By, Filter, Profile, SourceTree};
use support::atomic_file;

use crate::link::link;
use crate::machine::{commit, compiler, date};
use crate::readme::with_sample;
use crate::tools::Llvm;
use crate::workspace::{cargo, metadata, root, target};

/// Measure what the tests of each package reach, and merge it
///
/// Needs llvm-profdata and llvm-cov of the compiler's LLVM, or newer: on
/// Debian the package llvm-22, or rustup component add llvm-tools. Older ones
/// on the PATH do no harm.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Only the tests of these packages [default: all]
    #[arg(value_name = "PACKAGE")]
    packages: Vec<String>,
    /// Keep the table: in benches/records and the README of coverage-merge
    #[arg(long, conflicts_with = "packages")]
    record: bool,
}

pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let folder = target("coverage");
    let tools = Llvm::find()?;
    let mut packages = args.packages.clone();
    if packages.is_empty() {
        let metadata = metadata()?;
        let members = metadata.workspace_packages();
        packages = members.iter().map(|p| p.name.to_string()).collect();
    }
    let mut tracefiles = Vec::new();
    for package in &packages {
        eprintln!("testing {package} ...");
        tracefiles.push(measure(package, &folder, &tools)?);
    }
    let union = Profile::merge_files(&tracefiles)?;
    let here = format!("{}/", root().display());
    let union = Filter::new()
        .strip_prefix(&here)
        // Not the libraries, what they generate, and the tests themselves.
        .exclude(&["/**", "target/**", "**/tests/**"])?
        .apply(&union)?;
    let page = folder.join("index.html");
    let html = union.html(SourceTree::new(&root()).as_ref());
    atomic_file::write(&page, html.as_bytes())?;
    let table = union.report(By::Package, None).table();
    print!("{table}");
    println!("The page: {}", link(&page));
    if args.record {
        keep(&table)?;
    }
    Ok(ExitCode::SUCCESS)
}

const README: &str = "coverage-merge/README.md";

/// The name of the README's marks around the table.
const MARKS: &str = "the workspace's own coverage";

fn kept() -> PathBuf {
    root().join("benches/records/workspace-coverage.txt")
}

/// Keeps the table, where it was made, and shows it in the README.
fn keep(table: &str) -> Result<()> {
    let source = format!("{}, {}, commit {}", date(), compiler(), commit());
    let text = format!("{table}\n{source}\n");
    atomic_file::write(&kept(), text.as_bytes())?;
    Ok(atomic_file::write(&root().join(README), readme()?.as_bytes())?)
}

/// Returns the README with the table that was kept.
fn readme() -> Result<String> {
    let table = fs::read_to_string(kept())?;
    let readme = fs::read_to_string(root().join(README))?;
    with_sample(&readme, MARKS, table.trim_end()).context(README)
}

/// Runs one package's tests, and returns its tracefile.
fn measure(package: &str, folder: &Path, tools: &Llvm) -> Result<PathBuf> {
    let raw = folder.join("raw").join(package);
    // What an earlier run left is of other binaries.
    let _ = fs::remove_dir_all(&raw);
    fs::create_dir_all(&raw)?;
    open_to_all(&raw)?;
    let binaries = test(package, folder, &raw, true)?;
    test(package, folder, &raw, false)?;
    let profile = folder.join(format!("{package}.profdata"));
    let mut merge = Command::new(&tools.profdata);
    // A process that a test killed may have left a part of its file.
    merge.args(["merge", "--sparse", "--failure-mode=all", "-o"]).arg(&profile);
    for entry in fs::read_dir(&raw)? {
        merge.arg(entry?.path());
    }
    output(&mut merge)?;
    let mut export = Command::new(&tools.cov);
    export.args(["export", "--format=lcov"]);
    export.arg(format!("--instr-profile={}", profile.display()));
    for binary in &binaries {
        export.arg("--object").arg(binary);
    }
    let tracefile = folder.join(format!("{package}.info"));
    atomic_file::write(&tracefile, &output(&mut export)?)?;
    Ok(tracefile)
}

/// Lets every user write into a folder: tests that root starts run containers
/// as another one.
fn open_to_all(folder: &Path) -> Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(folder, fs::Permissions::from_mode(0o1777))?;
    }
    let _ = folder;
    Ok(())
}

/// Builds the tests and returns the binaries, those of commands that they start
/// among them, or runs them.
fn test(
    package: &str,
    folder: &Path,
    raw: &Path,
    only_build: bool,
) -> Result<Vec<PathBuf>> {
    let mut command = cargo(["test", "--quiet", "-p", package, "--tests"]);
    command.arg("--target-dir").arg(folder.join("build"));
    // It would count in place of ours.
    command.env_remove("CARGO_ENCODED_RUSTFLAGS");
    command.env("RUSTFLAGS", "-C instrument-coverage");
    // That mangles names anew, and an example prints its stack: only full
    // debug information has the names as they are written.
    command.env("CARGO_PROFILE_DEV_DEBUG", "full");
    command.env("LLVM_PROFILE_FILE", raw.join("%p-%m.profraw"));
    if !only_build {
        if package == "containers" {
            // A program that is killed never says what it reached.
            command.args(["--", "--skip=a_kill_at_any_step_leaves_nothing"]);
        }
        if !command.status()?.success() {
            bail!("the tests of {package} fail");
        }
        return Ok(Vec::new());
    }
    command.args(["--no-run", "--message-format=json"]);
    let messages = output(&mut command)?;
    let mut binaries = Vec::new();
    for message in Message::parse_stream(&messages[..]) {
        if let Message::CompilerArtifact(artifact) = message?
            // The commands that the tests start are measured as well.
            && (artifact.profile.test || artifact.target.is_bin())
        {
            binaries.extend(artifact.executable.map(PathBuf::from));
        }
    }
    Ok(binaries)
}

fn output(command: &mut Command) -> Result<Vec<u8>> {
    let output = command.output()?;
    if !output.status.success() {
        let program = command.get_program().to_string_lossy().into_owned();
        bail!("{program}: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(output.stdout)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_readme_shows_the_kept_table() {
        let shown = fs::read_to_string(root().join(README)).unwrap();
        assert!(shown == readme().unwrap(), "cargo xtask coverage --record");
    }
}
