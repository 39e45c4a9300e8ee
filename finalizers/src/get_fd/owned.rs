//! An owned descriptor: who gets the number gets the duty to close it.

use std::io;
use std::os::fd::OwnedFd;
use std::path::Path;

use super::{Story, tell};
use crate::file::File;

// ANCHOR: owned
/// Opens the file and returns its descriptor, still open, with its ownership.
///
/// # Errors
///
/// As [`File::open`].
pub fn get_fd(path: &Path) -> io::Result<OwnedFd> {
    let file = File::open(path)?;
    Ok(OwnedFd::from(file))
}
// ANCHOR_END: owned

/// Asks for `wanted`, opens `other`, reads: the content is that of `wanted`.
///
/// # Errors
///
/// When a file cannot be opened or read.
pub fn story(wanted: &Path, other: &Path) -> io::Result<Story> {
    tell(get_fd, wanted, other)
}
