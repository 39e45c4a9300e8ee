//! A host of the bench binary, which starts containers for the peers too.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};
use support::asked::Asked;

use super::starters::Starter;

/// A process of the bench binary that starts containers when it is asked.
pub(super) struct Host {
    host: Asked,
    /// The root of its containers.
    pub(super) root: String,
}

impl Host {
    /// Starts one, and waits until it has started its first container.
    pub(super) fn new(
        binary: &Path,
        starter: &Starter,
        heap: u32,
        root: &str,
    ) -> Result<Self> {
        let network = if starter.has_network { "network" } else { "-" };
        let mut command = Command::new(binary);
        command
            .args(["--host", starter.way, &heap.to_string(), network, root])
            .args(&starter.command);
        let mut host = Asked::spawn(&mut command)?;
        match host.answer()?.split_once(' ') {
            Some(("ready", root)) => Ok(Self { host, root: root.to_owned() }),
            Some((_, why)) => bail!("{why}"),
            None => bail!("it has ended at once"),
        }
    }

    /// Returns the nanoseconds of one start, and of the wait for its end.
    pub(super) fn start(&mut self) -> Result<f64> {
        let answer = self.host.ask("1")?;
        answer.parse().with_context(|| format!("the host says: {answer}"))
    }
}
