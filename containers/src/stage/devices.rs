//! A /dev of its own. Nobody but root of the host makes a device, so those
//! of the host that can do no harm are mounted one by one.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, FileType, Mode, OFlags, fstat, major, minor};
use rustix::io::Errno;

use super::file_system::{self, NOEXEC, NOSUID};
use super::root::{copy_of, put, set_flags};
use crate::error::Error;

/// Each device with its numbers.
const DEVICES: [(&str, u32, u32); 6] = [
    ("null", 1, 3),
    ("zero", 1, 5),
    ("full", 1, 7),
    ("random", 1, 8),
    ("urandom", 1, 9),
    ("tty", 5, 0),
];

const LINKS: [(&str, &str); 5] = [
    ("/proc/self/fd", "fd"),
    ("/proc/self/fd/0", "stdin"),
    ("/proc/self/fd/1", "stdout"),
    ("/proc/self/fd/2", "stderr"),
    ("pts/ptmx", "ptmx"),
];

/// Mounts it at a place that was opened before.
pub(super) fn mount(place: BorrowedFd<'_>, target: &Path) -> Result<(), Error> {
    let fail = |errno| Error::of("mount", errno).at(target);
    let options = [("mode", "755"), ("size", "64k")];
    let dev =
        file_system::new("tmpfs", &options, NOSUID | NOEXEC).map_err(fail)?;
    put(dev.as_fd(), place).map_err(fail)?;
    for (name, major, minor) in DEVICES {
        let device = of_host(name, major, minor)?;
        let place = file(&dev, name).map_err(fail)?;
        put(device.as_fd(), place.as_fd()).map_err(fail)?;
    }
    for (to, name) in LINKS {
        rustix::fs::symlinkat(to, &dev, name).map_err(fail)?;
    }
    let terminals = [("ptmxmode", "666"), ("mode", "620")];
    folder(&dev, "pts", "devpts", &terminals).map_err(fail)?;
    folder(&dev, "shm", "tmpfs", &[("mode", "1777")]).map_err(fail)
}

// ANCHOR: of-host
/// Returns a device of the host, not attached yet. It is opened first and
/// looked at then, so what was looked at is what is mounted.
pub(super) fn of_host(
    name: &str,
    its_major: u32,
    its_minor: u32,
) -> Result<OwnedFd, Error> {
    let path = PathBuf::from("/dev").join(name);
    let fail = |errno| Error::of("mount", errno).at(&path);
    let flags = OFlags::PATH | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let device = rustix::fs::openat(CWD, &path, flags, Mode::empty());
    let device = device.map_err(fail)?;
    let found = fstat(&device).map_err(fail)?;
    let is_device =
        FileType::from_raw_mode(found.st_mode) == FileType::CharacterDevice;
    let numbers = (major(found.st_rdev), minor(found.st_rdev));
    if !is_device || numbers != (its_major, its_minor) {
        let cause = "it is not the device of that name; is this /dev real?";
        return Err(fail(Errno::NODEV).because(cause));
    }
    let tree = copy_of(device.as_fd(), c"", false).map_err(fail)?;
    set_flags(tree.as_fd(), NOSUID | NOEXEC).map_err(fail)?;
    Ok(tree)
}
// ANCHOR_END: of-host

/// Makes an empty file to mount at.
fn file(dev: &OwnedFd, name: &str) -> Result<OwnedFd, Errno> {
    let flags = OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC;
    let mode = Mode::RUSR | Mode::RGRP | Mode::ROTH;
    rustix::fs::openat(dev, name, flags | OFlags::RDONLY, mode)
}

/// Makes a directory with a file system of its own.
fn folder(
    dev: &OwnedFd,
    name: &str,
    kind: &str,
    options: &[(&str, &str)],
) -> Result<(), Errno> {
    rustix::fs::mkdirat(dev, name, Mode::from_raw_mode(0o755))?;
    let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let place = rustix::fs::openat(dev, name, flags, Mode::empty())?;
    let made = file_system::new(kind, options, NOSUID | NOEXEC)?;
    put(made.as_fd(), place.as_fd())
}
