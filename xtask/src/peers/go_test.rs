//! Benchmarks of real Go, run by `go test` and read.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use bench_compare::input::golang::{self, Line};

use crate::tools::Go;

/// Runs the benchmarks of the module in `folder` whose names match.
pub(super) fn bench(
    go: &Go,
    folder: &Path,
    pattern: &str,
) -> Result<Vec<Line>> {
    let output = go
        .command()
        .args(["test", "-bench", pattern, "-benchtime", "300ms"])
        .args(["-run", "^$"])
        .current_dir(folder)
        .output()
        .context("cannot run go test")?;
    let text = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "go test failed:\n{text}{errors}");
    Ok(golang::lines(&text, "go test".as_ref())?)
}
