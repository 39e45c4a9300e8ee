//! `cargo xtask peers finalizers --differential`: random programs of objects,
//! run by our collector and by Go's.

use std::io::Write;
use std::process::{ExitCode, Stdio};

use anyhow::{Context, Result, ensure};

use crate::tools::Go;
use crate::workspace::{cargo, root};

/// The folder of the Go program.
const PROGRAM: &str = "finalizers/peers/traces";

/// Runs programs by both, and prints those whose traces differ.
///
/// Fails if one does.
pub(super) fn compare(
    go: Option<&Go>,
    seed: u64,
    count: u64,
) -> Result<ExitCode> {
    ensure!(count > 0, "--differential 0 compares nothing");
    let Some(go) = go else {
        println!("There is no go on the PATH: nothing to compare with.");
        println!("Get it from https://go.dev/dl and run this again.");
        return Ok(ExitCode::SUCCESS);
    };
    go.check(&root().join(PROGRAM))?;
    let ours = ours(seed, count)?;
    let theirs = by_go(go, &ours)?;
    let lines = ours.lines().count();
    ensure!(theirs.lines().count() == lines, "Go ended before the last one");
    let pairs = ours.lines().zip(theirs.lines());
    let different: Vec<_> = pairs.filter(|(a, b)| a != b).collect();
    for (ours, theirs) in &different {
        println!("ours: {ours}\nGo's: {theirs}");
    }
    println!("{}", go.banner);
    println!("{lines} programs, {} traces differ", different.len());
    Ok(match different.len() {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    })
}

/// Returns random programs with our traces, one a line.
fn ours(seed: u64, count: u64) -> Result<String> {
    let output = cargo(["run", "--quiet", "--package", "finalizers", "--"])
        .args(["--traces", &count.to_string(), "--seed", &seed.to_string()])
        .output()
        .context("cannot run cargo")?;
    text("the command finalizers", output)
}

/// Returns the same programs with Go's traces.
fn by_go(go: &Go, programs: &str) -> Result<String> {
    let mut child = go
        .command()
        .args(["run", "traces.go"])
        .current_dir(root().join(PROGRAM))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .context("cannot run go")?;
    let mut input = child.stdin.take().context("no input of go")?;
    let programs = programs.to_owned();
    let writer = std::thread::spawn(move || {
        input.write_all(programs.as_bytes()) // and closes it
    });
    let output = child.wait_with_output().context("cannot run go")?;
    // Go's own error tells more than that it did not read to the end.
    let written = writer.join().expect("the writer does not panic");
    let text = text("the Go program", output)?;
    written.context("go did not read the programs")?;
    Ok(text)
}

fn text(what: &str, output: std::process::Output) -> Result<String> {
    let errors = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{what} failed:\n{errors}");
    Ok(String::from_utf8(output.stdout)?)
}
