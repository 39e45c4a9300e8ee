//! A directory with its holder, and containers on the other end of pipes.

use std::env;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::Ipv4Addr;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;
use rustix::process::{Pid, PidfdFlags, pidfd_open};

use crate::container::LINGER;

/// A network of a test's own.
pub(crate) struct Field {
    parent: tempfile::TempDir,
    /// How many milliseconds the holder lingers.
    linger: u32,
}

impl Field {
    pub(crate) fn new() -> Self {
        Self::lingering(200)
    }

    /// Returns a network whose holder stays for so many milliseconds when it
    /// is needed no more.
    pub(crate) fn lingering(linger: u32) -> Self {
        let parent = tempfile::tempdir().expect("a directory for the test");
        Self { parent, linger }
    }

    /// Returns the directory of the holder.
    pub(crate) fn directory(&self) -> String {
        let path = self.parent.path().join("unc");
        path.into_os_string().into_string().expect("it is text")
    }

    /// Returns this program in another part.
    pub(crate) fn part(&self, role: &str) -> Command {
        let mut part = Command::new("/proc/self/exe");
        part.arg(role).arg(self.directory());
        part.env(LINGER, self.linger.to_string());
        part
    }

    /// Starts a container and returns when it has its network.
    pub(crate) fn container(&self) -> Container {
        let mut container = self.container_to_be();
        container.hear_address();
        container
    }

    /// Starts containers until one has this address, which is given back some
    /// time after the end of the one that had it.
    pub(crate) fn container_at(&self, ip: Ipv4Addr) -> Container {
        loop {
            let container = self.container();
            if container.ip == ip {
                return container;
            }
        }
    }

    /// Starts a container.
    pub(crate) fn container_to_be(&self) -> Container {
        let mut part = self.part("container");
        part.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = part.spawn().expect("this program again");
        let orders = process.stdin.take();
        let said = process.stdout.take().map(BufReader::new);
        Container {
            process,
            orders,
            said: said.expect("it is piped"),
            ip: Ipv4Addr::UNSPECIFIED,
            times: Vec::new(),
        }
    }

    /// Waits until the holder has these links and no others: that of a
    /// container goes some time after its end.
    pub(crate) fn awaits_links(&self, names: &str) {
        let mut part = self.part("look");
        let ended = part.arg(names).status().expect("this program again");
        assert!(ended.success(), "it could not look");
    }

    /// Returns the holders of this directory.
    pub(crate) fn holders(&self) -> Vec<Pid> {
        let directory = self.directory();
        let processes = fs::read_dir("/proc").expect("it is mounted");
        let is_holder = |line: &[u8]| {
            let mut words = line.split(|it| *it == 0);
            words.next() == Some(b"unc-holder".as_slice())
                && words.next() == Some(b"serve".as_slice())
                && words.any(|it| it == directory.as_bytes())
        };
        processes
            .filter_map(|it| it.ok()?.file_name().to_str()?.parse().ok())
            .filter(|process: &i32| {
                let line = fs::read(format!("/proc/{process}/cmdline"));
                line.is_ok_and(|line| is_holder(&line))
            })
            .filter_map(Pid::from_raw)
            .collect()
    }

    /// Waits until the holder has ended by itself, and finds nothing left.
    pub(crate) fn leave(self) {
        for holder in self.holders() {
            await_end(holder);
        }
        let left = fs::read_dir(self.directory()).expect("the directory");
        let left: Vec<_> = left.flatten().map(|it| it.path()).collect();
        assert!(left.is_empty(), "{left:?} is left");
    }
}

/// Returns how often a test does something: `all` with the argument
/// `--ignored`, and else `few`, which takes no time.
pub(crate) fn few_or_all(few: usize, all: usize) -> usize {
    let is_long = env::args().any(|it| it == "--ignored");
    if is_long { all } else { few }
}

/// Waits until a process has ended.
pub(crate) fn await_end(process: Pid) {
    match pidfd_open(process, PidfdFlags::empty()) {
        Ok(process) => {
            let mut wanted = [PollFd::new(&process, PollFlags::IN)];
            while poll(&mut wanted, None) != Ok(1) {}
        }
        Err(errno) => assert_eq!(errno, Errno::SRCH),
    }
}

/// A container, as its test sees it; ends when it is dropped.
pub(crate) struct Container {
    pub(crate) process: Child,
    orders: Option<ChildStdin>,
    said: BufReader<ChildStdout>,
    /// Its address.
    pub(crate) ip: Ipv4Addr,
    /// Microseconds of its steps.
    pub(crate) times: Vec<u64>,
}

impl Container {
    /// Waits until it has its network.
    pub(crate) fn hear_address(&mut self) {
        let line = self.hear();
        let mut words = line.split(' ');
        self.ip =
            words.next().and_then(|it| it.parse().ok()).expect("its address");
        self.times = words.map(|it| it.parse().expect("a time")).collect();
        assert_eq!(self.hear(), "ready");
    }

    pub(crate) fn order(&mut self, order: &str) {
        let orders = self.orders.as_mut().expect("it has not ended");
        writeln!(orders, "{order}").expect("it obeys");
    }

    pub(crate) fn hear(&mut self) -> String {
        let mut line = String::new();
        self.said.read_line(&mut line).expect("it speaks");
        line.trim_end().to_owned()
    }

    /// Gives an order and returns the answer.
    pub(crate) fn ask(&mut self, order: &str) -> String {
        self.order(order);
        self.hear()
    }
}

impl Drop for Container {
    fn drop(&mut self) {
        drop(self.orders.take());
        let _ = self.process.wait();
    }
}
