//! The benchmark's end of a host: a process that starts containers when it is
//! asked, and says how long that took.

use std::env;
use std::io::{self, BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

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
pub(crate) struct Host {
    child: Child,
    requests: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Host {
    /// Starts one, and waits until it has started its first container.
    pub(crate) fn new(job: &Job) -> io::Result<Self> {
        let network = if job.has_network { "network" } else { "-" };
        let mut child = Command::new(env::current_exe()?)
            .args(["--host", job.way, &job.heap.to_string(), network, "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let requests = child.stdin.take();
        let answers = child.stdout.take().expect("stdout is piped");
        let answers = BufReader::new(answers);
        let mut host = Self { child, requests, answers };
        match host.answer()?.split_once(' ') {
            Some(("ready", _)) => Ok(host),
            Some((_, why)) => Err(io::Error::other(why.to_owned())),
            None => Err(io::Error::other("the host has ended")),
        }
    }

    /// Starts as many containers, one after another, and waits for the end of
    /// each.
    pub(crate) fn measure(&mut self, times: u64) -> io::Result<Duration> {
        let requests = self.requests.as_mut().expect("it is not dropped");
        writeln!(requests, "{times}")?;
        let answer = self.answer()?;
        let nanoseconds = answer.parse().map_err(io::Error::other)?;
        Ok(Duration::from_nanos(nanoseconds))
    }

    fn answer(&mut self) -> io::Result<String> {
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
