//! Signals: kept off, read from a descriptor, and let in again.

use std::mem::MaybeUninit;
use std::os::fd::{FromRawFd, OwnedFd};

use rustix::io::Errno;

use super::result;

/// Keeps all signals off this thread until it is dropped.
pub(crate) struct Blocked(libc::sigset_t);

impl std::fmt::Debug for Blocked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Blocked")
    }
}

impl Blocked {
    pub(crate) fn all() -> Self {
        Self(set_mask(libc::SIG_BLOCK, &full()))
    }
}

impl Drop for Blocked {
    fn drop(&mut self) {
        set_mask(libc::SIG_SETMASK, &self.0);
    }
}

/// Lets all signals in, as a program expects when it begins.
pub(crate) fn unblock_all() {
    set_mask(libc::SIG_SETMASK, &empty());
}

/// Blocks all signals and returns a descriptor from which they are read.
pub(crate) fn from_descriptor() -> Result<OwnedFd, Errno> {
    let all = full();
    set_mask(libc::SIG_BLOCK, &all);
    descriptor_of(&all)
}

/// A set of signals that is kept off this thread until it is dropped, and
/// read from a descriptor meanwhile.
pub(crate) struct Held {
    descriptor: OwnedFd,
    before: libc::sigset_t,
}

impl std::fmt::Debug for Held {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Held").field("descriptor", &self.descriptor).finish()
    }
}

impl Held {
    pub(crate) fn new(signals: &[i32]) -> Result<Self, Errno> {
        let mut set = empty();
        for signal in signals {
            // SAFETY: the set is a whole one.
            unsafe { libc::sigaddset(&raw mut set, *signal) };
        }
        let descriptor = descriptor_of(&set)?;
        let before = set_mask(libc::SIG_BLOCK, &set);
        Ok(Self { descriptor, before })
    }

    pub(crate) fn descriptor(&self) -> &OwnedFd {
        &self.descriptor
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        set_mask(libc::SIG_SETMASK, &self.before);
    }
}

fn descriptor_of(set: &libc::sigset_t) -> Result<OwnedFd, Errno> {
    let flags = libc::SFD_CLOEXEC | libc::SFD_NONBLOCK;
    // SAFETY: it is a whole set, and no descriptor is given.
    let fd = unsafe { libc::signalfd(-1, set, flags) };
    result(fd.into())?;
    // SAFETY: the kernel has just opened it, for nobody else.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}

/// Gives every signal the reaction that it has by default: what is ignored
/// stays ignored when a program is executed.
pub(crate) fn reset_ignored() {
    for signal in 1..=64 {
        // SAFETY: the default reaction runs no code of this program; numbers
        // that have none are refused.
        unsafe { libc::signal(signal, libc::SIG_DFL) };
    }
}

/// Has the ends of children told, as they are by default: whoever has started
/// this program may ignore them.
pub(crate) fn expect_children() {
    // SAFETY: the default reaction runs no code of this program.
    unsafe { libc::signal(libc::SIGCHLD, libc::SIG_DFL) };
}

/// Has a file that becomes too large be an error of the write.
pub(crate) fn survive_large_files() {
    // SAFETY: what is ignored runs no code of this program.
    unsafe { libc::signal(libc::SIGXFSZ, libc::SIG_IGN) };
}

/// Reads the numbers of the signals that have come.
pub(crate) fn read(
    signals: &OwnedFd,
    mut each: impl FnMut(i32),
) -> Result<(), Errno> {
    // One `struct signalfd_siginfo` has 128 bytes and begins with the number.
    let mut buffer = [0; 128];
    loop {
        match rustix::io::read(signals, &mut buffer) {
            Ok(128) => {
                let number = [buffer[0], buffer[1], buffer[2], buffer[3]];
                each(i32::from_ne_bytes(number));
            }
            Ok(_) | Err(Errno::AGAIN) => return Ok(()),
            Err(Errno::INTR) => {}
            Err(errno) => return Err(errno),
        }
    }
}

/// Sends a signal, by its number, to a process, by its descriptor.
pub(crate) fn send(
    pidfd: std::os::fd::BorrowedFd<'_>,
    signal: i32,
) -> Result<(), Errno> {
    use std::os::fd::AsRawFd;
    // SAFETY: no information is passed, and no memory is touched.
    let returned = unsafe {
        libc::syscall(
            libc::SYS_pidfd_send_signal,
            pidfd.as_raw_fd(),
            signal,
            std::ptr::null::<libc::siginfo_t>(),
            0,
        )
    };
    result(returned).map(drop)
}

fn full() -> libc::sigset_t {
    let mut set = MaybeUninit::uninit();
    // SAFETY: it writes a whole set.
    unsafe { libc::sigfillset(set.as_mut_ptr()) };
    // SAFETY: it was written just before.
    unsafe { set.assume_init() }
}

fn empty() -> libc::sigset_t {
    let mut set = MaybeUninit::uninit();
    // SAFETY: it writes a whole set.
    unsafe { libc::sigemptyset(set.as_mut_ptr()) };
    // SAFETY: it was written just before.
    unsafe { set.assume_init() }
}

/// Changes this thread's mask, and returns what it was.
fn set_mask(how: i32, set: &libc::sigset_t) -> libc::sigset_t {
    let mut before = empty();
    // SAFETY: both are whole sets; only this thread's mask is changed.
    unsafe { libc::pthread_sigmask(how, set, &raw mut before) };
    before
}
