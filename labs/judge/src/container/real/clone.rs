//! New processes.

use std::io;

use rustix::io::Errno;
use rustix::process::Pid;

use crate::container::call::Namespace;

/// Returns the flags for namespaces of these kinds.
pub(super) fn flags(kinds: &[Namespace]) -> i32 {
    let flag = |kind: &Namespace| match kind {
        Namespace::User => libc::CLONE_NEWUSER,
        Namespace::Pid => libc::CLONE_NEWPID,
        Namespace::Mount => libc::CLONE_NEWNS,
        Namespace::Uts => libc::CLONE_NEWUTS,
    };
    kinds.iter().map(flag).fold(0, |all, flag| all | flag)
}

/// Makes a process in new namespaces, which calls `child` and ends with the
/// code that it returns.
///
/// This process has no other thread: the gates run one after the other, each
/// in a process of its own, and the threads of the model have ended.
pub(super) fn clone(
    flags: i32,
    child: impl FnOnce() -> u8,
) -> Result<Pid, Errno> {
    let flags = flags | libc::SIGCHLD;
    // SAFETY: without CLONE_VM the child has memory of its own, so both may
    // return; without a stack, it goes on with the copy of this one. There is
    // no other thread, whose locks the copy would hold.
    let pid = unsafe { libc::syscall(libc::SYS_clone, flags, 0, 0, 0, 0) };
    if pid == 0 {
        let _unwinding = EndOnUnwind;
        end(child());
    }
    let pid = i32::try_from(pid).ok().filter(|pid| *pid > 0);
    let error = || Errno::from_io_error(&io::Error::last_os_error());
    match pid.and_then(Pid::from_raw) {
        Some(pid) => Ok(pid),
        None => Err(error().unwrap_or(Errno::AGAIN)),
    }
}

/// Ends this process, and runs nothing of what its parent is about to run.
pub(super) fn end(code: u8) -> ! {
    // SAFETY: it ends the process; no destructor runs here.
    unsafe { libc::_exit(code.into()) }
}

/// A panic of the child must not unwind into what is the parent's.
struct EndOnUnwind;

impl Drop for EndOnUnwind {
    fn drop(&mut self) {
        end(101);
    }
}
