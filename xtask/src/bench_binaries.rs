//! Building the bench targets and finding what cargo made of them.

use std::collections::{BTreeMap, BTreeSet};
use std::io::BufReader;
use std::path::PathBuf;
use std::process::Stdio;

use anyhow::{Context, Result, ensure};
use cargo_metadata::Message;

use super::Subject;
use crate::workspace::cargo;

/// Builds the bench targets of `subjects`; their binaries by name.
pub(crate) fn build(subjects: &[Subject]) -> Result<BTreeMap<String, PathBuf>> {
    let mut command = cargo(["bench", "--workspace", "--no-run"]);
    command.arg("--message-format=json-render-diagnostics");
    let targets: BTreeSet<_> = subjects.iter().map(|s| s.target()).collect();
    for target in targets {
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
    Ok(binaries)
}
