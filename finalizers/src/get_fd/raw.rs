//! The number alone: it compiles, and reads the wrong file.

use std::io;
use std::os::fd::{AsRawFd, RawFd};
use std::path::Path;

use super::{Story, tell};
use crate::file::File;

// ANCHOR: raw
/// Opens the file and returns its number; the file is closed on return.
///
/// # Errors
///
/// As [`File::open`].
pub fn get_fd(path: &Path) -> io::Result<RawFd> {
    let file = File::open(path)?;
    Ok(file.as_raw_fd())
}
// ANCHOR_END: raw

/// Asks for `wanted`, opens `other`, reads: the content is that of `other`.
///
/// # Errors
///
/// When a file cannot be opened or read.
pub fn story(wanted: &Path, other: &Path) -> io::Result<Story> {
    tell(get_fd, wanted, other)
}
