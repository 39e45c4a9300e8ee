//! A host of the bench binary, which starts containers for the peers too.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use anyhow::{Context, Result, bail};

use super::starters::Starter;

/// A process of the bench binary that starts containers when it is asked.
pub(super) struct Host {
    child: Child,
    requests: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
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
        let mut child = Command::new(binary)
            .args(["--host", starter.way, &heap.to_string(), network, root])
            .args(&starter.command)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let requests = child.stdin.take();
        let answers = child.stdout.take().context("stdout is piped")?;
        let answers = BufReader::new(answers);
        let mut host = Self { child, requests, answers, root: String::new() };
        let answer = host.answer()?;
        match answer.split_once(' ') {
            Some(("ready", root)) => host.root = root.to_owned(),
            Some((_, why)) => bail!("{why}"),
            None => bail!("it has ended at once"),
        }
        Ok(host)
    }

    /// Returns the nanoseconds of one start, and of the wait for its end.
    pub(super) fn start(&mut self) -> Result<f64> {
        let requests = self.requests.as_mut().context("it is not dropped")?;
        writeln!(requests, "1")?;
        let answer = self.answer()?;
        answer.parse().with_context(|| format!("the host says: {answer}"))
    }

    fn answer(&mut self) -> Result<String> {
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        Ok(line.trim_end().to_owned())
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        // Without requests it ends.
        drop(self.requests.take());
        let _ = self.child.wait();
    }
}
