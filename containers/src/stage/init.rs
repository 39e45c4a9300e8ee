//! PID 1: reaps whoever ends in the container, passes signals on, and ends
//! with its program, or with the caller.

use std::os::fd::OwnedFd;

use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;
use rustix::process::{Pid, WaitOptions, WaitStatus};

use crate::sys::signals;

/// What init watches.
#[derive(Debug)]
pub(super) struct Init {
    signals: OwnedFd,
    /// Ends when the caller ends.
    lifeline: Option<OwnedFd>,
    /// Where the exit code is written.
    record: Option<OwnedFd>,
}

impl Init {
    pub(super) fn new(
        lifeline: Option<OwnedFd>,
        record: Option<OwnedFd>,
    ) -> Result<Self, Errno> {
        let signals = signals::from_descriptor()?;
        Ok(Self { signals, lifeline, record })
    }

    /// Waits until `other` can be read. A signal that asks to end is an
    /// error, and so is the end of the caller before it has let go.
    pub(super) fn until_readable(
        &mut self,
        other: &OwnedFd,
    ) -> Result<(), Errno> {
        loop {
            let mut watched = vec![
                PollFd::new(&self.signals, PollFlags::IN),
                PollFd::new(other, PollFlags::IN),
            ];
            if let Some(lifeline) = &self.lifeline {
                watched.push(PollFd::new(lifeline, PollFlags::IN));
            }
            wait(&mut watched)?;
            let is_ready = |at: usize| {
                watched.get(at).is_some_and(|it| !it.revents().is_empty())
            };
            let [signals, other, lifeline] = [0, 1, 2].map(is_ready);
            if lifeline && let Some(lifeline) = self.lifeline.take() {
                match rustix::io::read(&lifeline, &mut [0; 1])? {
                    0 => return Err(Errno::CANCELED),
                    _ => continue,
                }
            }
            let mut ends = false;
            if signals {
                signals::read(&self.signals, |it| {
                    ends |= [libc::SIGTERM, libc::SIGINT].contains(&it);
                })?;
            }
            if ends {
                return Err(Errno::CANCELED);
            }
            if other {
                return Ok(());
            }
        }
    }

    /// Serves until `program` has ended, and returns its exit code.
    pub(super) fn serve(self, program: Pid) -> u8 {
        let code = self.watch(program).unwrap_or(125);
        if let Some(record) = &self.record {
            let text = format!("{code}\n");
            let _ = rustix::io::write(record, text.as_bytes());
        }
        code
    }

    fn watch(&self, program: Pid) -> Result<u8, Errno> {
        loop {
            // Whoever ended before the first signal is found here.
            if let Some(code) = reap(program)? {
                return Ok(code);
            }
            let mut watched = vec![PollFd::new(&self.signals, PollFlags::IN)];
            if let Some(lifeline) = &self.lifeline {
                watched.push(PollFd::new(lifeline, PollFlags::empty()));
            }
            wait(&mut watched)?;
            let caller_is_gone =
                watched.get(1).is_some_and(|it| !it.revents().is_empty());
            if caller_is_gone {
                // With PID 1 the kernel ends all; one that only stands by for
                // a joined program ends that itself.
                send(program, libc::SIGKILL);
                return Ok(128 + 9);
            }
            signals::read(&self.signals, |signal| match signal {
                libc::SIGCHLD => {}
                libc::SIGTSTP => send_all(program, libc::SIGSTOP),
                libc::SIGCONT => send_all(program, libc::SIGCONT),
                _ => send(program, signal),
            })?;
        }
    }
}

/// Writes down that the program is about to begin; its code follows when it
/// has ended.
pub(super) fn note_the_start(record: &OwnedFd) -> Result<(), Errno> {
    rustix::io::write(record, b"started\n").map(drop)
}

fn wait(watched: &mut [PollFd<'_>]) -> Result<(), Errno> {
    match poll(watched, None) {
        Ok(_) | Err(Errno::INTR) => Ok(()),
        Err(errno) => Err(errno),
    }
}

// ANCHOR: reap
/// Reaps all that have ended; returns the code of the program if it is one.
fn reap(program: Pid) -> Result<Option<u8>, Errno> {
    let mut code = None;
    loop {
        match rustix::process::wait(WaitOptions::NOHANG) {
            Ok(Some((pid, status))) if pid == program => {
                code = Some(code_of(status));
            }
            Ok(Some(_)) | Err(Errno::INTR) => {}
            Ok(None) => return Ok(code),
            // There are no more.
            Err(Errno::CHILD) => return Ok(code.or(Some(125))),
            Err(errno) => return Err(errno),
        }
    }
}
// ANCHOR_END: reap

fn code_of(status: WaitStatus) -> u8 {
    let killed = status.terminating_signal().map(|signal| 128 + signal);
    let code = status.exit_status().or(killed);
    code.and_then(|it| u8::try_from(it).ok()).unwrap_or(125)
}

/// The program may have ended: then nobody is meant.
fn send(program: Pid, signal: i32) {
    // SAFETY: no memory is touched. The number is our own child's, which
    // nobody but this loop waits for.
    unsafe { libc::kill(program.as_raw_pid(), signal) };
}

/// Sends a signal to the program and to those of its group. What a terminal
/// stops by would not stop them: there is no shell above to start them again.
fn send_all(program: Pid, signal: i32) {
    // SAFETY: no memory is touched. Nobody but our own child, which nobody
    // but this loop waits for, begins a group of that number.
    let sent = unsafe { libc::kill(-program.as_raw_pid(), signal) };
    if sent != 0 {
        send(program, signal);
    }
}

/// Returns the child's number in the parent, and nothing in the child.
pub(super) fn fork() -> Result<Option<Pid>, Errno> {
    // SAFETY: this program has one thread, so no lock is held by another.
    let pid = unsafe { libc::fork() };
    match pid {
        0 => Ok(None),
        pid => match Pid::from_raw(pid) {
            Some(pid) if pid.as_raw_pid() > 0 => Ok(Some(pid)),
            _ => Err(last_errno()),
        },
    }
}

fn last_errno() -> Errno {
    let error = std::io::Error::last_os_error();
    Errno::from_io_error(&error).unwrap_or(Errno::AGAIN)
}
