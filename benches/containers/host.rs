//! The benchmark's end of a host: a process that starts containers when it is
//! asked, and says how long that took.

use std::env;
use std::io;
use std::process::Command;
use std::time::Duration;

use support::asked::Asked;

/// What a host does.
#[derive(Debug)]
pub(crate) struct Job {
    /// How it starts a container.
    pub(crate) way: &'static str,
    /// How large its heap is, in MiB.
    pub(crate) heap: u32,
    /// Whether the containers are connected.
    pub(crate) has_network: bool,
}

/// A host; it ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Host(Asked);

impl Host {
    /// Starts one, and waits until it has started its first container.
    pub(crate) fn new(job: &Job) -> io::Result<Self> {
        let network = if job.has_network { "network" } else { "-" };
        let mut command = Command::new(env::current_exe()?);
        let heap = job.heap.to_string();
        command.args(["--host", job.way, &heap, network, "-"]);
        let mut host = Asked::spawn(&mut command)?;
        match host.answer()?.split_once(' ') {
            Some(("ready", _)) => Ok(Self(host)),
            Some((_, why)) => Err(io::Error::other(why.to_owned())),
            None => Err(io::Error::other("the host has ended")),
        }
    }

    /// Starts as many containers, one after another, and waits for the end of
    /// each.
    pub(crate) fn measure(&mut self, times: u64) -> io::Result<Duration> {
        let answer = self.0.ask(&times.to_string())?;
        let nanoseconds = answer.parse().map_err(io::Error::other)?;
        Ok(Duration::from_nanos(nanoseconds))
    }
}
