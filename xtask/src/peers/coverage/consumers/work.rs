//! What the consumers read, and what we count in it.

use std::fmt::{self, Display, Formatter};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use crate::workspace::{root, target};

/// Covered and all, of one kind of thing.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
pub(super) struct Count {
    pub(super) covered: u64,
    pub(super) total: u64,
}

/// What a report counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Totals {
    pub(super) lines: Count,
    pub(super) branches: Count,
    pub(super) functions: Count,
}

impl Display for Totals {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { lines, branches, functions } = self;
        write!(f, "lines {lines}, branches {branches}, functions {functions}")
    }
}

impl Display for Count {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {}", self.covered, self.total)
    }
}

/// Our report as JSON, as far as it is read.
#[derive(Deserialize)]
struct Report {
    total: Row,
}

#[derive(Deserialize)]
struct Row {
    covered: u64,
    total: u64,
    #[serde(default)]
    branches: Count,
    #[serde(default)]
    functions: Count,
}

/// Our program, the shards, and a folder to write to.
pub(super) struct Work {
    ours: PathBuf,
    /// Sources and shards of real programs.
    peers: PathBuf,
    pub(super) folder: PathBuf,
}

impl Work {
    pub(super) fn new(ours: &Path) -> Result<Self> {
        let folder = target("peers/consumers");
        // What an earlier run left could be taken for this one's.
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder)
            .with_context(|| format!("cannot make {}", folder.display()))?;
        let peers = root().join("coverage-merge/tests/data/peers");
        Ok(Self { ours: ours.to_owned(), peers, folder })
    }

    /// Returns the folder with the sources in this language.
    pub(super) fn sources(&self, language: &str) -> PathBuf {
        self.peers.join("programs").join(language)
    }

    /// Writes the union of a tool's two shards, whose paths begin with
    /// `sources`.
    pub(super) fn merge(
        &self,
        tool: &str,
        kind: &str,
        sources: &Path,
        format: &str,
    ) -> Result<PathBuf> {
        // diff-cover goes by the end of the name.
        let end = match format {
            "cobertura" => "xml",
            "go" => "out",
            _ => "info",
        };
        let output = self.folder.join(format!("{tool}-{format}.{end}"));
        let mut command = Command::new(&self.ours);
        for shard in 1..=2 {
            let name = format!("{shard}.{kind}");
            command.arg(self.peers.join(tool).join(name));
        }
        command.arg("--map").arg(format!("/project={}", sources.display()));
        command.args(["--format", format, "-o"]).arg(&output);
        text(&mut command)?;
        Ok(output)
    }

    /// Returns what we count in a file.
    pub(super) fn totals(&self, file: &Path) -> Result<Totals> {
        let mut command = Command::new(&self.ours);
        command.arg("report").arg(file).args(["--format", "json"]);
        let report: Report = serde_json::from_str(&text(&mut command)?)?;
        let Row { covered, total, branches, functions } = report.total;
        let lines = Count { covered, total };
        Ok(Totals { lines, branches, functions })
    }

    /// Returns what we say of the lines that a change adds.
    pub(super) fn patch(&self, change: &Path, file: &Path) -> Result<String> {
        let mut command = Command::new(&self.ours);
        command.args(["diff", "--patch"]).arg(change).arg(file);
        text(&mut command)
    }
}

/// Runs a command, and returns all that it prints.
pub(super) fn text(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| format!("{command:?}"))?;
    let [out, error] = [&output.stdout, &output.stderr]
        .map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    ensure!(output.status.success(), "{command:?} failed:\n{out}{error}");
    Ok(out + &error)
}
