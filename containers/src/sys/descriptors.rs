//! Descriptors by number, as a new process arranges them.

use std::os::fd::RawFd;

use rustix::io::Errno;

use super::result;

/// Marks every descriptor from `first` to `last` to be closed on execution.
pub(crate) fn close_on_exec(first: RawFd, last: RawFd) -> Result<(), Errno> {
    // SAFETY: it closes nothing; a mark changes no memory.
    let returned = unsafe {
        libc::syscall(
            libc::SYS_close_range,
            first,
            last,
            libc::CLOSE_RANGE_CLOEXEC,
        )
    };
    result(returned).map(drop)
}

/// Makes `to` what `from` is, and keeps it when a program is executed.
///
/// # Safety
///
/// Nobody in this process owns `to`.
pub(crate) unsafe fn place(from: RawFd, to: RawFd) -> Result<(), Errno> {
    // SAFETY: as the caller says, nobody else's descriptor is closed by it.
    let returned = unsafe { libc::dup2(from, to) };
    result(returned.into()).map(drop)
}
