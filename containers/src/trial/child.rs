//! A child process that is watched: it ends, or is found to hang and killed.

use std::fmt;
use std::fs;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{
    Pid, PidfdFlags, Signal, WaitId, WaitIdOptions, pidfd_open,
    pidfd_send_signal, waitid,
};

/// How a child process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// By itself, with this exit code.
    Exited(i32),
    /// By this signal.
    Killed(i32),
    /// It sleeps in futex(2) without a limit, and has no thread that could
    /// wake it: a proof that it hangs, however slow the machine is. Killed.
    Stuck,
    /// It took longer than it may. Killed.
    TimedOut(Duration),
}

impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exited(0) => f.write_str("ends"),
            Self::Exited(code) => write!(f, "ends with code {code}"),
            Self::Killed(signal) => write!(f, "killed by signal {signal}"),
            Self::Stuck => f.write_str("hangs in futex, nobody to wake it"),
            Self::TimedOut(limit) => write!(f, "no end after {limit:?}"),
        }
    }
}

/// A child process, killed and waited for if it is dropped.
#[derive(Debug)]
pub struct Child {
    pid: Pid,
    pidfd: OwnedFd,
    is_reaped: bool,
}

impl Child {
    /// Takes over a child of this process that nobody has waited for.
    ///
    /// # Errors
    ///
    /// When there is no such process, or no descriptor left for it.
    pub fn new(pid: i32) -> io::Result<Self> {
        let pid = Pid::from_raw(pid).filter(|pid| !pid.is_init());
        let pid = pid.ok_or(io::ErrorKind::InvalidInput)?;
        let pidfd = pidfd_open(pid, PidfdFlags::empty())?;
        Ok(Self { pid, pidfd, is_reaped: false })
    }

    /// Returns its number, which is its own until it is waited for.
    pub fn pid(&self) -> Pid {
        self.pid
    }

    /// Sends a signal.
    ///
    /// # Errors
    ///
    /// When this process may not, or the child has been waited for.
    pub fn signal(&self, signal: Signal) -> io::Result<()> {
        Ok(pidfd_send_signal(&self.pidfd, signal)?)
    }

    /// Waits until it has ended, for at most `limit`, and returns whether it
    /// has.
    ///
    /// # Errors
    ///
    /// When poll(2) fails.
    pub fn has_ended(&self, limit: Duration) -> io::Result<bool> {
        has_ended(self.pidfd.as_fd(), limit)
    }

    /// Waits for the end. A child that hangs, or takes longer than `limit`,
    /// is killed, and the ending says so.
    ///
    /// # Errors
    ///
    /// When poll(2) or waitid(2) fails.
    pub fn end(mut self, limit: Duration) -> io::Result<Ending> {
        let start = Instant::now();
        let mut pause = Duration::from_millis(1);
        loop {
            if self.has_ended(pause)? {
                return self.reap();
            }
            let ending = match start.elapsed() {
                _ if self.is_stuck() => Ending::Stuck,
                elapsed if elapsed > limit => Ending::TimedOut(limit),
                _ => {
                    pause = (2 * pause).min(Duration::from_millis(64));
                    continue;
                }
            };
            self.signal(Signal::KILL)?;
            self.reap()?;
            return Ok(ending);
        }
    }

    /// Waits without a limit.
    fn reap(&mut self) -> io::Result<Ending> {
        let id = WaitId::PidFd(self.pidfd.as_fd());
        let status = waitid(id, WaitIdOptions::EXITED)?;
        self.is_reaped = true;
        let status = status.ok_or(io::ErrorKind::NotFound)?;
        Ok(match (status.exit_status(), status.terminating_signal()) {
            (Some(code), _) => Ending::Exited(code),
            (None, signal) => Ending::Killed(signal.unwrap_or_default()),
        })
    }

    /// Returns true if no thread is left that could wake the only one.
    fn is_stuck(&self) -> bool {
        let path = format!("/proc/{}", self.pid.as_raw_pid());
        let threads = fs::read_dir(format!("{path}/task"));
        let is_alone = threads.is_ok_and(|threads| threads.count() == 1);
        let call = fs::read_to_string(format!("{path}/syscall"));
        is_alone && call.is_ok_and(|call| waits_for_ever(&call))
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        if !self.is_reaped && self.signal(Signal::KILL).is_ok() {
            // There is nobody to tell.
            let _ = self.reap();
        }
    }
}

/// Waits until the process of a pidfd has ended; see [`Child::has_ended`].
///
/// # Errors
///
/// When poll(2) fails.
pub fn has_ended(pidfd: BorrowedFd<'_>, limit: Duration) -> io::Result<bool> {
    let limit = Timespec::try_from(limit).ok();
    let mut fds = [PollFd::from_borrowed_fd(pidfd, PollFlags::IN)];
    match poll(&mut fds, limit.as_ref()) {
        Ok(ready) => Ok(ready > 0),
        Err(rustix::io::Errno::INTR) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Reads a line of `/proc/PID/syscall`: the number of the call, then its
/// arguments. True for a wait for a futex of this process that has no limit.
fn waits_for_ever(call: &str) -> bool {
    let mut words = call.split_whitespace();
    let number = words.next().and_then(|word| word.parse().ok());
    let arguments: Vec<u64> = words
        .filter_map(|word| u64::from_str_radix(word.get(2..)?, 16).ok())
        .collect();
    let &[_, operation, _, limit, ..] = arguments.as_slice() else {
        return false;
    };
    let is_private = operation & libc::FUTEX_PRIVATE_FLAG as u64 != 0;
    let command = operation & libc::FUTEX_CMD_MASK as u64;
    let waits = [libc::FUTEX_WAIT, libc::FUTEX_WAIT_BITSET];
    number == Some(libc::SYS_futex)
        && is_private
        && waits.iter().any(|wait| *wait as u64 == command)
        && limit == 0
}

/// Forks. The child calls `child`, and ends with the code that it returns.
///
/// # Errors
///
/// When there can be no more processes.
///
/// # Safety
///
/// If this process has more than one thread, `child` must do no more than
/// signal-safety(7) allows: the other threads, and what they were about to
/// do for it, are not in the child.
pub unsafe fn fork(child: impl FnOnce() -> u8) -> io::Result<Child> {
    // SAFETY: what the child may do is the caller's promise.
    match unsafe { libc::fork() } {
        -1 => Err(io::Error::last_os_error()),
        0 => leave(child),
        pid => Child::new(pid),
    }
}

/// Forks past the C library, which so prepares nothing: not even its malloc
/// is usable in the child.
///
/// # Errors
///
/// When there can be no more processes.
///
/// # Safety
///
/// As for [`fork`], and `child` must not allocate either, nor start a thread.
pub unsafe fn clone3(child: impl FnOnce() -> u8) -> io::Result<Child> {
    match raw_clone3()? {
        0 => leave(child),
        pid => Child::new(pid),
    }
}

/// Returns 0 in the child.
pub(super) fn raw_clone3() -> io::Result<i32> {
    // flags, pidfd, child_tid, parent_tid, exit_signal, stack and its size,
    // tls: no more than fork(2) asks for.
    let arguments = [0, 0, 0, 0, libc::SIGCHLD as u64, 0, 0, 0_u64];
    let size = size_of_val(&arguments);
    // SAFETY: the kernel reads as many bytes as there are. Without CLONE_VM
    // the child has memory of its own, so both may return from here.
    let pid =
        unsafe { libc::syscall(libc::SYS_clone3, arguments.as_ptr(), size) };
    match pid {
        -1 => Err(io::Error::last_os_error()),
        pid => Ok(pid as i32),
    }
}

/// Ends this process by what `child` returns, and never returns to the code
/// that the parent is about to run.
pub(super) fn leave(child: impl FnOnce() -> u8) -> ! {
    let _unwinding = ExitOnUnwind;
    let code = child();
    // SAFETY: it ends the process; no destructor of the parent's runs here.
    unsafe { libc::_exit(i32::from(code)) }
}

/// A panic of the child must not unwind into what is the parent's.
struct ExitOnUnwind;

impl Drop for ExitOnUnwind {
    fn drop(&mut self) {
        // SAFETY: as in `leave`.
        unsafe { libc::_exit(101) }
    }
}

#[cfg(test)]
mod tests {
    use rustix::process::{getpid, kill_process, test_kill_process};

    use super::*;

    const LIMIT: Duration = Duration::from_secs(60);

    #[test]
    fn an_exit_code_and_a_signal_are_told_apart() {
        // SAFETY: the child only returns.
        let child = unsafe { fork(|| 7) }.unwrap();
        assert_eq!(child.end(LIMIT).unwrap(), Ending::Exited(7));
        let die = || {
            let killed = kill_process(getpid(), Signal::KILL);
            u8::from(killed.is_err())
        };
        // SAFETY: kill(2) and getpid(2) are allowed.
        let child = unsafe { clone3(die) };
        let ending = child.unwrap().end(LIMIT).unwrap();
        assert_eq!(ending, Ending::Killed(libc::SIGKILL));
    }

    #[test]
    fn a_child_that_never_ends_is_killed() {
        let sleep = || loop {
            // SAFETY: pause(2) is allowed.
            unsafe { libc::pause() };
        };
        let limit = Duration::from_millis(20);
        // SAFETY: as above.
        let child = unsafe { fork(sleep) }.unwrap();
        let pid = child.pid();
        assert_eq!(child.end(limit).unwrap(), Ending::TimedOut(limit));
        assert!(test_kill_process(pid).is_err());
        // SAFETY: as above.
        let child = unsafe { fork(sleep) }.unwrap();
        let pid = child.pid();
        drop(child);
        assert!(test_kill_process(pid).is_err());
    }

    #[test]
    fn a_child_that_waits_for_nobody_is_stuck() {
        let word = 0_u32;
        let wait_for_ever = || {
            let wait = libc::FUTEX_WAIT | libc::FUTEX_PRIVATE_FLAG;
            let word = &raw const word;
            // SAFETY: the kernel reads a live word.
            unsafe { libc::syscall(libc::SYS_futex, word, wait, 0, 0) };
            0
        };
        // SAFETY: the child makes one system call.
        let child = unsafe { fork(wait_for_ever) };
        assert_eq!(child.unwrap().end(LIMIT).unwrap(), Ending::Stuck);
    }

    #[test]
    fn only_a_wait_without_limit_is_for_ever() {
        let call = |number: i64, operation: i32, limit: &str| {
            waits_for_ever(&format!(
                "{number} 0x7f00 0x{operation:x} 0x2 {limit} 0x0 0x0 0x7 0x7\n"
            ))
        };
        let wait = libc::FUTEX_WAIT | libc::FUTEX_PRIVATE_FLAG;
        assert!(call(libc::SYS_futex, wait, "0x0"));
        assert!(!call(libc::SYS_futex, wait, "0x7f10"), "it has a limit");
        assert!(!call(libc::SYS_futex, libc::FUTEX_WAIT, "0x0"), "shared");
        let wake = libc::FUTEX_WAKE | libc::FUTEX_PRIVATE_FLAG;
        assert!(!call(libc::SYS_futex, wake, "0x0"));
        assert!(!call(libc::SYS_read, wait, "0x0"));
        assert!(!waits_for_ever("running\n"));
        assert!(!waits_for_ever(""));
    }
}
