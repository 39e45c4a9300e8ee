//! The test binaries with the models in them.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::workspace::{root, target};

/// Who explores the models.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Explorer {
    Loom,
    Shuttle,
}

impl Explorer {
    fn name(self) -> &'static str {
        match self {
            Self::Loom => "loom",
            Self::Shuttle => "shuttle",
        }
    }
}

/// The binary of each package.
pub(crate) struct Binaries(BTreeMap<String, PathBuf>);

impl Binaries {
    /// Builds the models of all packages.
    ///
    /// Always of all: cargo would build dependencies with fewer features for
    /// one package, and so all over again.
    pub(crate) fn build(explorer: Explorer) -> Result<Self> {
        let mut cargo = command(explorer)?;
        let mut child = cargo.spawn().context("cannot run cargo")?;
        let stderr = child.stderr.take().context("stderr is piped")?;
        let told = std::thread::spawn(move || tell(BufReader::new(stderr)));
        let stdout = child.stdout.take().context("stdout is piped")?;
        let mut all = BTreeMap::new();
        for line in BufReader::new(stdout).lines() {
            if let Some((package, binary)) = artifact(&line?) {
                all.insert(package, binary);
            }
        }
        let status = child.wait()?;
        // A thread that only prints has nothing to say when it ends.
        let _ = told.join();
        ensure!(status.success(), "the models do not build");
        Ok(Self(all))
    }

    /// Returns the binary of a package.
    pub(crate) fn of(&self, package: &str) -> Result<&Path> {
        let binary = self.0.get(package).map(PathBuf::as_path);
        binary.with_context(|| {
            format!("{package} has no test called loom in tests/loom/main.rs")
        })
    }
}

fn command(explorer: Explorer) -> Result<Command> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command
        .args(["test", "--release", "--no-run", "--test", "loom"])
        .args(["--message-format", "json-render-diagnostics"])
        .args(crate::catalogue::packages()?)
        .current_dir(root())
        .env("RUSTFLAGS", format!("--cfg {}", explorer.name()))
        // It would be taken before the other.
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .env("CARGO_TARGET_DIR", target(explorer.name()))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    Ok(command)
}

/// Prints what cargo says, but for the lines of every run.
fn tell(lines: impl BufRead) {
    for line in lines.lines().map_while(Result::ok) {
        let is_usual = ["Finished", "Executable", "Blocking"]
            .iter()
            .any(|word| line.trim_start().starts_with(word));
        if !is_usual {
            eprintln!("{line}");
        }
    }
}

/// Returns the package and the binary of a message of cargo's, if it tells of
/// models that are built.
fn artifact(line: &str) -> Option<(String, PathBuf)> {
    let message: Value = serde_json::from_str(line).ok()?;
    let is_loom = message["target"]["name"] == "loom"
        && message["target"]["kind"][0] == "test";
    let binary = message["executable"].as_str().filter(|_| is_loom)?;
    let manifest = Path::new(message["manifest_path"].as_str()?);
    let folder = manifest.parent()?.file_name()?.to_str()?;
    Some((folder.to_owned(), binary.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_test_called_loom_that_was_built_is_one() {
        let message = |name: &str, kind: &str, binary: &str| {
            format!(
                r#"{{"reason":"compiler-artifact","manifest_path":"/a/b-c/Cargo.toml","target":{{"name":"{name}","kind":["{kind}"]}},"executable":{binary}}}"#
            )
        };
        let built = artifact(&message("loom", "test", "\"/t/loom-1\""));
        assert_eq!(built, Some(("b-c".to_owned(), "/t/loom-1".into())));
        assert_eq!(artifact(&message("loom", "lib", "\"/t/l\"")), None);
        assert_eq!(artifact(&message("loom", "test", "null")), None);
        assert_eq!(artifact(&message("go", "test", "\"/t/go\"")), None);
        assert_eq!(artifact("no JSON"), None);
    }
}
