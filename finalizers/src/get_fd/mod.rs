//! The number that outlived its file, in Rust's types.
//!
//! A program wants "the descriptor of this file" and writes a function that
//! opens it and returns only the number. The file is closed behind the
//! number: in Go whenever the collector finds the unreachable `os.File`, in
//! Rust at the end of the function. The kernel gives the lowest free number
//! to the next file, and the old number now names the wrong one.
//!
//! - [`post`]: the collected heap returns a number, and closes behind it.
//! - [`raw`]: returns a [`RawFd`], compiles, reads the wrong file.
//! - [`borrowed`]: returns a [`BorrowedFd`][std::os::fd::BorrowedFd], does
//!   not compile.
//! - [`owned`]: returns an [`OwnedFd`][std::os::fd::OwnedFd], is right.

pub mod borrowed;
pub mod owned;
pub mod post;
pub mod raw;

use std::fs::File;
use std::io;
use std::os::fd::{AsRawFd, RawFd};
use std::path::Path;

/// What came out of asking for one file and reading through its descriptor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Story {
    /// The number that the function returned.
    pub number: RawFd,
    /// The number of the file that was opened after it.
    pub next_number: RawFd,
    /// What was read through the number.
    pub content: String,
}

impl Story {
    /// Returns whether the next file was given the number that was still in use.
    pub fn is_reused(&self) -> bool {
        self.number == self.next_number
    }
}

// ANCHOR: story
/// Gets the descriptor of `wanted`, opens `other`, and reads.
///
/// # Errors
///
/// When a file cannot be opened or read.
pub(crate) fn tell<D: AsRawFd>(
    get_fd: impl FnOnce(&Path) -> io::Result<D>,
    wanted: &Path,
    other: &Path,
) -> io::Result<Story> {
    let descriptor = get_fd(wanted)?;
    let next = File::open(other)?;
    Ok(Story {
        number: descriptor.as_raw_fd(),
        next_number: next.as_raw_fd(),
        content: read(&descriptor)?,
    })
}
// ANCHOR_END: story

/// Reads the first bytes of whatever file the number names by now.
fn read(descriptor: &impl AsRawFd) -> io::Result<String> {
    let number = descriptor.as_raw_fd();
    let mut buffer = [0; 64];
    // SAFETY: the kernel writes at most `len` bytes to the buffer, and checks
    // the number itself: to it, a stale one is as good as any.
    let count = unsafe {
        libc::pread(number, buffer.as_mut_ptr().cast(), buffer.len(), 0)
    };
    let count =
        usize::try_from(count).map_err(|_| io::Error::last_os_error())?;
    Ok(String::from_utf8_lossy(&buffer[..count]).into_owned())
}
