//! Building the bench targets, and calling what cargo made of them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use anyhow::{Context, Result};
use bench_compare::interleave::{Binary, Variant};

use crate::workspace::{cargo, executables, root};

/// The binaries of bench targets, by the names of these.
pub(crate) struct BenchBinaries(BTreeMap<String, PathBuf>);

impl BenchBinaries {
    /// Returns the binary of a target.
    pub(crate) fn get(&self, target: &str) -> Result<Binary> {
        let path = self.0.get(target);
        let path = path.context("cargo built no such benchmark")?;
        Ok(Binary { path: path.clone(), directory: root() })
    }
}

/// Builds the bench targets.
pub(crate) fn build<'a>(
    targets: impl IntoIterator<Item = &'a str>,
) -> Result<BenchBinaries> {
    let mut command = cargo(["bench", "--workspace", "--no-run"]);
    for target in targets.into_iter().collect::<BTreeSet<_>>() {
        command.args(["--bench", target]);
    }
    let binaries = executables(command).context("building the benchmarks")?;
    Ok(BenchBinaries(binaries))
}

/// Returns what runs the benchmarks of one binary that `filter` matches, in
/// the time that `settings` of criterion allow.
pub(crate) fn variant(
    label: &str,
    baseline: &str,
    binary: &Binary,
    settings: &[&str],
    filter: &str,
) -> Variant {
    let arguments = ["--noplot", "--quiet"].iter().chain(settings);
    Variant {
        label: label.to_owned(),
        baseline: baseline.to_owned(),
        binaries: vec![binary.clone()],
        arguments: arguments.chain([&filter]).map(|&a| a.to_owned()).collect(),
    }
}
