//! `cargo xtask peers containers`, where there are none.

use std::process::ExitCode;

use anyhow::{Result, bail};

/// Measure bubblewrap, unshare and crun beside unc, on Linux
#[derive(clap::Args)]
pub(crate) struct Args {}

pub(crate) fn run(_: &Args) -> Result<ExitCode> {
    bail!("namespaces are Linux's: there is nothing to measure here")
}
