//! Mounts inside the root, and masks.

use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;

use rustix::io::Errno;

use super::devices;
use super::file_system::{self, NODEV, NOEXEC, NOSUID, RDONLY};
use super::root::{Root, copy_of, put, set_flags};
use crate::error::Error;
use crate::mounts::{Mount, What};

/// Carries out one mount.
pub(super) fn mount(
    root: &Root,
    mount: &Mount,
    strict: bool,
) -> Result<(), Error> {
    let target = &mount.target;
    let fail = |errno| Error::of("mount", errno).at(target);
    let place = root.open(target, strict).map_err(|errno| {
        let cause = match errno {
            Errno::NOENT => "the root has no such directory to mount at",
            Errno::LOOP => "a symbolic link of the root is on the way",
            Errno::XDEV => "the way leads out of the root",
            Errno::NOSYS => "Linux 5.6 has openat2",
            _ => "the root has nothing there to mount at",
        };
        fail(errno).because(cause)
    })?;
    let made = match &mount.what {
        What::Proc { only_processes } => proc(*only_processes),
        What::Scratch => {
            file_system::new("tmpfs", &[("mode", "1777")], NOSUID | NODEV)
        }
        What::Devices => return devices::mount(place.as_fd(), target),
        What::Bind { from, read_only } => {
            return bind(from, *read_only, &place, target);
        }
    };
    let made = made.map_err(|errno| {
        fail(errno).because(
            "the host's own /proc is masked, as it is in a container, or \
             the kernel lacks the file system",
        )
    })?;
    put(made.as_fd(), place.as_fd()).map_err(|errno| match errno {
        Errno::NOTDIR | Errno::INVAL => fail(errno)
            .because("it is mounted at a directory, and this is none"),
        _ => fail(errno),
    })
}

fn proc(only_processes: bool) -> Result<OwnedFd, Errno> {
    let flags = NOSUID | NODEV | NOEXEC;
    if only_processes {
        let options = [("subset", "pid"), ("hidepid", "ptraceable")];
        return file_system::new("proc", &options, flags);
    }
    file_system::new("proc", &[], flags)
}

fn bind(
    from: &Path,
    read_only: bool,
    place: &OwnedFd,
    target: &Path,
) -> Result<(), Error> {
    let opened = std::fs::File::from(
        rustix::fs::open(
            from,
            rustix::fs::OFlags::PATH | rustix::fs::OFlags::CLOEXEC,
            rustix::fs::Mode::empty(),
        )
        .map_err(|errno| {
            Error::of("mount", errno)
                .at(from)
                .because("the host has nothing there, or hides it")
        })?,
    );
    let fail = |errno| {
        Error::of("mount", errno)
            .at(target)
            .because("one is a directory, and the other a file")
    };
    let tree = copy_of(opened.as_fd(), c"", true).map_err(fail)?;
    let mut flags = NOSUID | NODEV;
    flags.set(RDONLY, read_only);
    set_flags(tree.as_fd(), flags).map_err(fail)?;
    put(tree.as_fd(), place.as_fd()).map_err(fail)
}

/// Hides a path, or makes it read-only. One that is not there needs nothing.
pub(super) fn mask(
    root: &Root,
    path: &Path,
    hidden: bool,
) -> Result<(), Error> {
    let step = if hidden { "mask" } else { "make read-only" };
    let fail = |errno| Error::of(step, errno).at(path);
    let place = match root.open(path, true) {
        Err(Errno::NOENT) => return Ok(()),
        other => other.map_err(fail)?,
    };
    if hidden {
        // Opened and looked at here, so that nothing else takes its place.
        let null = devices::of_host("null", 1, 3)?;
        return put(null.as_fd(), place.as_fd()).map_err(fail);
    }
    let tree = copy_of(place.as_fd(), c"", true).map_err(fail)?;
    set_flags(tree.as_fd(), RDONLY | NOSUID | NODEV | NOEXEC).map_err(fail)?;
    put(tree.as_fd(), place.as_fd()).map_err(fail)
}
