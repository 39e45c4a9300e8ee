//! A container that was started.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;

use rustix::event::{PollFd, PollFlags};
use rustix::io::{Errno, retry_on_intr};
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, getpid};

use crate::cgroup::MadeGroup;
use crate::error::Error;
use crate::sys::clone::Cloned;
use crate::sys::signals;

/// Those that are passed on: what one sends to a program to tell it
/// something. What is this process's own fault is not.
const PASSED: [i32; 10] = [
    libc::SIGHUP,
    libc::SIGINT,
    libc::SIGQUIT,
    libc::SIGTERM,
    libc::SIGUSR1,
    libc::SIGUSR2,
    libc::SIGWINCH,
    libc::SIGALRM,
    libc::SIGTSTP,
    libc::SIGCONT,
];

/// The signals that are passed on, kept off the calling thread until this is
/// dropped: for a program of one thread, which holds them before it starts a
/// container, so that none is lost.
#[derive(Debug)]
pub struct Signals(signals::Held);

impl Signals {
    /// Keeps them off.
    ///
    /// # Errors
    ///
    /// If there is no descriptor left.
    pub fn hold() -> Result<Self, Error> {
        signals::Held::new(&PASSED)
            .map(Self)
            .map_err(|errno| Error::of("hold signals", errno))
    }
}

/// Sets how the calling process reacts to two signals: the end of what it
/// starts is told, also if whoever started it ignores that, and a file that
/// becomes too large is an error and not the end. For a command, at its
/// begin; a library leaves both to its caller.
pub fn react_as_a_command() {
    signals::expect_children();
    signals::survive_large_files();
}

/// A container that was started by this process.
///
/// It is named by a descriptor and not by a number, so that no other process
/// is ever meant. Dropped before it has ended, it is killed.
#[derive(Debug)]
pub struct Child {
    pid: Pid,
    pidfd: OwnedFd,
    code: Option<u8>,
    /// Whether the first process is an init.
    has_init: bool,
    /// Init ends when this does.
    lifeline: Option<OwnedFd>,
    /// Goes when this does.
    group: Option<MadeGroup>,
}

impl Child {
    pub(super) fn new(
        cloned: Cloned,
        has_init: bool,
        lifeline: Option<OwnedFd>,
        group: Option<MadeGroup>,
    ) -> Self {
        let Cloned { pid, pidfd } = cloned;
        Self { pid, pidfd, code: None, has_init, lifeline, group }
    }

    /// Returns the number of the container's first process, on the host.
    pub fn pid(&self) -> Pid {
        self.pid
    }

    /// Sends a signal, by its number; init passes it on to the program. To one
    /// that has ended, nothing is sent.
    ///
    /// # Errors
    ///
    /// If there is no such signal.
    pub fn signal(&self, signal: i32) -> Result<(), Error> {
        match signals::send(self.pidfd.as_fd(), signal) {
            Ok(()) | Err(Errno::SRCH) => Ok(()),
            Err(errno) => Err(Error::of("send a signal", errno)),
        }
    }

    /// Waits until the program has ended, and returns its exit code: its own,
    /// or 128 and the number of the signal that ended it.
    ///
    /// # Errors
    ///
    /// If somebody else in this process has waited for it.
    pub fn wait(&mut self) -> Result<u8, Error> {
        if let Some(code) = self.code {
            return Ok(code);
        }
        let status = retry_on_intr(|| {
            let id = WaitId::PidFd(self.pidfd.as_fd());
            rustix::process::waitid(id, WaitIdOptions::EXITED)
        });
        let status = status.map_err(|errno| {
            Error::of("wait for the program", errno).because(
                "somebody else in this process waits for all of its children, \
                 or SIGCHLD is ignored",
            )
        })?;
        let exited = status.as_ref().and_then(|it| it.exit_status());
        let killed = status.as_ref().and_then(|it| it.terminating_signal());
        let code = exited.or(killed.map(|signal| 128 + signal));
        let code = code.and_then(|it| u8::try_from(it).ok()).unwrap_or(125);
        self.code = Some(code);
        self.lifeline = None;
        self.group = None;
        Ok(code)
    }

    /// Waits as [`wait`](Self::wait) does, and passes on the signals that
    /// are sent to this process. One that stops it stops the program before,
    /// and they go on together: as a shell expects at Ctrl-Z.
    ///
    /// # Errors
    ///
    /// As [`wait`](Self::wait).
    pub fn wait_passing(&mut self, signals: &Signals) -> Result<u8, Error> {
        let fail = |errno| Error::of("wait for the program", errno);
        let passed = &signals.0;
        loop {
            let mut watched = [
                PollFd::new(&self.pidfd, PollFlags::IN),
                PollFd::new(passed.descriptor(), PollFlags::IN),
            ];
            match rustix::event::poll(&mut watched, None) {
                Ok(_) | Err(Errno::INTR) => {}
                Err(errno) => return Err(fail(errno)),
            }
            if !watched[0].revents().is_empty() {
                return self.wait();
            }
            let (mut killed_by, mut stops) = (None, false);
            signals::read(passed.descriptor(), |signal| {
                if self.is_deaf_to(signal) {
                    killed_by = Some(signal);
                }
                stops |= signal == libc::SIGTSTP;
                self.pass(signal);
            })
            .map_err(fail)?;
            if let Some(signal) = killed_by {
                self.signal(libc::SIGKILL)?;
                self.wait()?;
                return Ok(u8::try_from(128 + signal).unwrap_or(125));
            }
            if stops {
                let _ = rustix::process::kill_process(getpid(), Signal::STOP);
            }
        }
    }

    /// Sends what came; init does the rest, if there is one.
    fn pass(&self, signal: i32) {
        let all = match signal {
            libc::SIGTSTP => Signal::STOP,
            libc::SIGCONT => Signal::CONT,
            _ => return drop(self.signal(signal)),
        };
        if self.has_init {
            let _ = self.signal(signal);
        } else if rustix::process::kill_process_group(self.pid, all).is_err() {
            // It has no session of its own.
            let _ = self.signal(all.as_raw());
        }
    }

    /// Returns whether the container's first process would be ended by a
    /// signal, were it not PID 1: the kernel drops what that does not handle.
    /// Init handles all.
    fn is_deaf_to(&self, signal: i32) -> bool {
        // It is our child, and not waited for: the number is its own.
        let path = format!("/proc/{}/status", self.pid.as_raw_pid());
        let status = std::fs::read_to_string(path).unwrap_or_default();
        let ends =
            ![libc::SIGWINCH, libc::SIGTSTP, libc::SIGCONT].contains(&signal);
        let reacts = ["SigBlk:", "SigIgn:", "SigCgt:"].iter().any(|set| {
            let line = status.lines().find_map(|line| line.strip_prefix(set));
            let bits =
                line.and_then(|it| u64::from_str_radix(it.trim(), 16).ok());
            bits.is_none_or(|bits| bits >> (signal - 1) & 1 == 1)
        });
        ends && !reacts
    }

    /// Returns where its control group is.
    pub(crate) fn group(&self) -> Option<&Path> {
        self.group.as_ref().map(MadeGroup::path)
    }

    /// Gives up this handle: the container lives on.
    pub(crate) fn leave(mut self) {
        self.code.get_or_insert(0);
        if let Some(lifeline) = &self.lifeline {
            // One byte tells a caller that lets go from one that is killed.
            let _ = rustix::io::write(lifeline, b"l");
        }
        if let Some(group) = self.group.take() {
            group.leave();
        }
    }
}

/// A descriptor that is readable when the container has ended.
impl AsFd for Child {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.pidfd.as_fd()
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        if self.code.is_none() {
            let _ = self.signal(Signal::KILL.as_raw());
            let _ = self.wait();
        }
    }
}
