//! `clone3`: a new process, whose memory is a copy or the caller's own.

use std::os::fd::{FromRawFd, OwnedFd, RawFd};

use rustix::io::Errno;
use rustix::process::Pid;

use super::result;
use super::stack::Stack;

/// What the kernel reads: `struct clone_args`, version 2.
#[repr(C, align(8))]
#[derive(Default)]
struct Args {
    flags: u64,
    pidfd: u64,
    child_tid: u64,
    parent_tid: u64,
    exit_signal: u64,
    stack: u64,
    stack_size: u64,
    tls: u64,
    set_tid: u64,
    set_tid_size: u64,
    cgroup: u64,
}

/// A new process: its number, and a descriptor that is always it.
#[derive(Debug)]
pub(crate) struct Cloned {
    pub(crate) pid: Pid,
    pub(crate) pidfd: OwnedFd,
}

/// What the new process runs. It does not return.
pub(crate) type Entry = extern "C" fn(*mut libc::c_void) -> !;

/// Whether a process that shares the caller's memory can be made here.
pub(crate) const CAN_SHARE: bool = cfg!(target_arch = "x86_64");

fn sibling(is_sibling: bool) -> u64 {
    if is_sibling { libc::CLONE_PARENT as u64 } else { 0 }
}

/// The end of a sibling is signalled as its maker's would be.
fn exit_signal(is_sibling: bool) -> u64 {
    if is_sibling { 0 } else { libc::SIGCHLD as u64 }
}

/// Makes a process that runs `entry` in a copy of this memory.
///
/// With `is_sibling`, it is a child of the caller's parent.
///
/// # Safety
///
/// `entry` makes only calls that are safe in a signal handler, as another
/// thread may have held any lock when the copy was made; `arg` is what it
/// expects.
pub(crate) unsafe fn copied(
    flags: u64,
    is_sibling: bool,
    entry: Entry,
    arg: *mut libc::c_void,
) -> Result<Cloned, Errno> {
    let mut pidfd: RawFd = -1;
    let args = Args {
        flags: flags | libc::CLONE_PIDFD as u64 | sibling(is_sibling),
        pidfd: &raw mut pidfd as usize as u64,
        exit_signal: exit_signal(is_sibling),
        ..Args::default()
    };
    // SAFETY: `args` has the size that is given, and points to `pidfd`; a
    // process with a copy of the memory may return from here as fork's does.
    let returned = unsafe {
        libc::syscall(libc::SYS_clone3, &raw const args, size_of::<Args>())
    };
    if returned == 0 {
        entry(arg);
    }
    Ok(cloned(result(returned)?, pidfd))
}

/// Makes a process that runs `entry` on `stack`, in this very memory; the
/// calling thread waits until it executes a program or exits.
///
/// # Safety
///
/// As [`copied`]; what `entry` writes is seen here, and it returns nothing to
/// the allocator.
#[cfg(target_arch = "x86_64")]
pub(crate) unsafe fn shared(
    flags: u64,
    is_sibling: bool,
    stack: &mut Stack,
    entry: Entry,
    arg: *mut libc::c_void,
) -> Result<Cloned, Errno> {
    let mut pidfd: RawFd = -1;
    // ANCHOR: borrowed
    let memory = libc::CLONE_VM | libc::CLONE_VFORK | libc::CLONE_PIDFD;
    let args = Args {
        flags: flags | memory as u64 | sibling(is_sibling),
        pidfd: &raw mut pidfd as usize as u64,
        exit_signal: exit_signal(is_sibling),
        stack: stack.base() as u64,
        stack_size: stack.size() as u64,
        ..Args::default()
    };
    // ANCHOR_END: borrowed
    let returned: i64;
    // SAFETY: the caller's side is a plain system call, which changes rax,
    // rcx, r11 and what `args` points to. The new process goes on behind the
    // jump with all other registers as they are, on the top of `stack`, which
    // is aligned to 16 and alone its own; it calls `entry(arg)`, which does
    // not return, so it never comes back into this frame.
    unsafe {
        std::arch::asm!(
            "syscall",
            "test rax, rax",
            "jnz 2f",
            "xor ebp, ebp",
            "mov rdi, r9",
            "call r8",
            "ud2",
            "2:",
            inlateout("rax") libc::SYS_clone3 => returned,
            in("rdi") &raw const args,
            in("rsi") size_of::<Args>(),
            in("r8") entry,
            in("r9") arg,
            lateout("rcx") _,
            lateout("r11") _,
        );
    }
    match i32::try_from(returned) {
        Ok(errno @ ..0) => Err(Errno::from_raw_os_error(-errno)),
        _ => Ok(cloned(returned as libc::c_long, pidfd)),
    }
}

/// No machine but x86-64 has it: [`CAN_SHARE`] says so.
///
/// # Safety
///
/// As [`copied`].
#[cfg(not(target_arch = "x86_64"))]
pub(crate) unsafe fn shared(
    _flags: u64,
    _is_sibling: bool,
    _stack: &mut Stack,
    _entry: Entry,
    _arg: *mut libc::c_void,
) -> Result<Cloned, Errno> {
    Err(Errno::NOSYS)
}

fn cloned(pid: libc::c_long, pidfd: RawFd) -> Cloned {
    let pid = i32::try_from(pid).ok().and_then(Pid::from_raw);
    Cloned {
        pid: pid.expect("the kernel gives a number above zero"),
        // SAFETY: the kernel has just opened it, for nobody else.
        pidfd: unsafe { OwnedFd::from_raw_fd(pidfd) },
    }
}
