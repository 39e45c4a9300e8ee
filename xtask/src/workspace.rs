//! Where the workspace is, and how cargo is called in it.

use std::collections::BTreeMap;
use std::io::BufReader;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use cargo_metadata::{Message, Metadata, MetadataCommand};

pub(crate) use support::workspace::{relative, root, target};

/// Returns the cargo that runs this command, in the workspace's folder.
pub(crate) fn cargo<'a>(args: impl IntoIterator<Item = &'a str>) -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(args).current_dir(root());
    command
}

/// Runs a cargo command that builds, and returns the executables it made, by
/// the names of their targets.
///
/// Cargo itself says where they are: settings of the user's can put them
/// outside of the workspace's `target`.
pub(crate) fn executables(
    mut build: Command,
) -> Result<BTreeMap<String, PathBuf>> {
    build.arg("--message-format=json-render-diagnostics");
    let mut building =
        build.stdout(Stdio::piped()).spawn().context("cannot start cargo")?;
    let stdout = building.stdout.take().expect("stdout is piped");
    let mut executables = BTreeMap::new();
    for message in Message::parse_stream(BufReader::new(stdout)) {
        if let Message::CompilerArtifact(artifact) = message?
            && let Some(executable) = artifact.executable
        {
            executables.insert(artifact.target.name, executable.into());
        }
    }
    ensure!(building.wait()?.success(), "{build:?} failed");
    Ok(executables)
}

/// Returns what cargo knows of the workspace's own packages.
pub(crate) fn metadata() -> Result<Metadata> {
    MetadataCommand::new()
        .current_dir(root())
        .no_deps()
        .exec()
        .context("cargo metadata failed")
}
