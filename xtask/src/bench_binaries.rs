//! Building the bench targets, and calling what cargo made of them.

use std::collections::{BTreeMap, BTreeSet};
use std::io::BufReader;
use std::path::PathBuf;
use std::process::Stdio;

use anyhow::{Context, Result, ensure};
use bench_compare::interleave::{Binary, Variant};
use cargo_metadata::Message;

use crate::workspace::{cargo, root};

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
    command.arg("--message-format=json-render-diagnostics");
    for target in targets.into_iter().collect::<BTreeSet<_>>() {
        command.args(["--bench", target]);
    }
    let mut building =
        command.stdout(Stdio::piped()).spawn().context("cannot start cargo")?;
    let stdout = building.stdout.take().expect("stdout is piped");
    let mut binaries = BTreeMap::new();
    for message in Message::parse_stream(BufReader::new(stdout)) {
        if let Message::CompilerArtifact(artifact) = message?
            && let Some(binary) = artifact.executable
        {
            binaries.insert(artifact.target.name, binary.into());
        }
    }
    let status = building.wait()?;
    ensure!(status.success(), "the benchmarks do not build");
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
