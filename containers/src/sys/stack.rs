//! A stack for a process that shares the caller's memory.

use std::ffi::c_void;
use std::ptr;

use rustix::io::Errno;
use rustix::mm::{MapFlags, MprotectFlags, ProtFlags};

/// Enough for a few frames of system calls, also without optimisation.
const SIZE: usize = 128 * 1024;

/// Below the stack: a write here ends the process instead of going astray.
const GUARD: usize = 64 * 1024;

/// A mapping of its own, with a guard below.
#[derive(Debug)]
pub(crate) struct Stack {
    mapped: *mut c_void,
}

impl Stack {
    pub(crate) fn new() -> Result<Self, Errno> {
        // SAFETY: the kernel chooses a place where nothing is.
        let mapped = unsafe {
            rustix::mm::mmap_anonymous(
                ptr::null_mut(),
                GUARD + SIZE,
                ProtFlags::READ | ProtFlags::WRITE,
                MapFlags::PRIVATE | MapFlags::NORESERVE,
            )
        }?;
        let this = Self { mapped };
        // SAFETY: the range is the lower part of our own mapping.
        unsafe { rustix::mm::mprotect(mapped, GUARD, MprotectFlags::empty()) }?;
        Ok(this)
    }

    /// Returns the lowest address.
    pub(crate) fn base(&self) -> usize {
        self.mapped as usize + GUARD
    }

    pub(crate) fn size(&self) -> usize {
        SIZE
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        // SAFETY: it is our own mapping, and nobody runs on it: who did has
        // executed a program or is gone when `clone3` returns to the caller.
        let _ = unsafe { rustix::mm::munmap(self.mapped, GUARD + SIZE) };
    }
}
