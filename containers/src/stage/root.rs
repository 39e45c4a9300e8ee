//! The root: a mount of its own, and at last the only one in sight.

use std::ffi::CStr;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, Mode, OFlags, ResolveFlags};
use rustix::io::Errno;
use rustix::mount::{
    MountAttrFlags, MountPropagationFlags, MoveMountFlags, OpenTreeFlags,
    UnmountFlags,
};

use crate::error::Error;
use crate::sys::mount_attributes;
use crate::sys::path::undisturbed;

const NOTHING: &CStr = c"";

/// The root of the container, mounted and not yet entered.
#[derive(Debug)]
pub(super) struct Root {
    tree: OwnedFd,
    path: PathBuf,
}

/// Keeps what is mounted here from spreading to the host, and back.
pub(super) fn make_private() -> Result<(), Error> {
    mount_attributes::set(
        CWD,
        c"/",
        true,
        MountAttrFlags::empty(),
        MountPropagationFlags::PRIVATE,
    )
    .map_err(|errno| {
        Error::of("make mounts private", errno)
            .because("Linux 5.12 has mount_setattr")
    })
}

impl Root {
    /// Mounts the directory on itself, with the flags of a container.
    pub(super) fn attach(
        path: &Path,
        read_only: bool,
        plain: bool,
    ) -> Result<Self, Error> {
        let fail = |errno| Error::of("attach the root", errno).at(path);
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let under = rustix::fs::open(path, flags, Mode::empty());
        let under = under.map_err(|errno| match errno {
            Errno::NOENT => fail(errno)
                .because("there is none; `unc rootfs DIRECTORY` makes one"),
            Errno::ACCESS => fail(errno).because(
                "each directory on the way has to be open to this user",
            ),
            _ => fail(errno),
        })?;
        let gone = |errno| match errno {
            Errno::NOENT => fail(errno).because("it has been deleted"),
            _ => fail(errno),
        };
        let tree = copy_of(under.as_fd(), NOTHING, true).map_err(gone)?;
        let mut flags = MountAttrFlags::empty();
        flags.set(MountAttrFlags::MOUNT_ATTR_RDONLY, read_only);
        let safe = MountAttrFlags::MOUNT_ATTR_NOSUID
            | MountAttrFlags::MOUNT_ATTR_NODEV;
        flags.set(safe, plain);
        set_flags(tree.as_fd(), flags).map_err(fail)?;
        put(tree.as_fd(), under.as_fd()).map_err(gone)?;
        Ok(Self { tree, path: path.to_owned() })
    }

    /// Opens a place to mount at. No symbolic link leads out of the root:
    /// with `strict`, none may be on the way at all.
    pub(super) fn open(
        &self,
        target: &Path,
        strict: bool,
    ) -> Result<OwnedFd, Errno> {
        let flags = OFlags::PATH | OFlags::CLOEXEC;
        if !strict {
            // What the posts' program did: the path as the host reads it.
            let target = target.strip_prefix("/").unwrap_or(target);
            return rustix::fs::open(
                self.path.join(target),
                flags,
                Mode::empty(),
            );
        }
        undisturbed(|| self.walk(target, flags))
    }

    fn walk(&self, target: &Path, flags: OFlags) -> Result<OwnedFd, Errno> {
        // ANCHOR: openat2
        rustix::fs::openat2(
            &self.tree,
            target,
            // Not `NOFOLLOW`: with that, a link at the end is what is opened.
            flags,
            Mode::empty(),
            ResolveFlags::IN_ROOT
                | ResolveFlags::NO_SYMLINKS
                | ResolveFlags::NO_MAGICLINKS,
        )
        // ANCHOR_END: openat2
    }

    // ANCHOR: pivot
    /// Makes it the root of this process, and lets go of all else.
    pub(super) fn pivot(&self) -> Result<(), Error> {
        let fail = |errno| Error::of("pivot the root", errno);
        rustix::process::fchdir(&self.tree).map_err(fail)?;
        // The old root ends up on top of the new one, so that no directory
        // has to be made for it, and several starts do not meet.
        rustix::process::pivot_root(c".", c".").map_err(fail)?;
        rustix::mount::unmount(c".", UnmountFlags::DETACH).map_err(fail)?;
        rustix::process::chdir(c"/").map_err(fail)
    }
    // ANCHOR_END: pivot
}

/// Returns a mount that shows what `folder/path` shows, not attached yet.
pub(super) fn copy_of(
    folder: BorrowedFd<'_>,
    path: &CStr,
    is_recursive: bool,
) -> Result<OwnedFd, Errno> {
    let mut flags = OpenTreeFlags::OPEN_TREE_CLONE
        | OpenTreeFlags::OPEN_TREE_CLOEXEC
        | OpenTreeFlags::AT_EMPTY_PATH
        | OpenTreeFlags::AT_SYMLINK_NOFOLLOW;
    flags.set(OpenTreeFlags::AT_RECURSIVE, is_recursive);
    rustix::mount::open_tree(folder, path, flags)
}

/// Sets flags of a mount that is not attached yet, and of those below it.
pub(super) fn set_flags(
    tree: BorrowedFd<'_>,
    flags: MountAttrFlags,
) -> Result<(), Errno> {
    let private = MountPropagationFlags::PRIVATE;
    mount_attributes::set(tree, NOTHING, true, flags, private)
}

/// Attaches a mount at a place that was opened before.
pub(super) fn put(
    mount: BorrowedFd<'_>,
    place: BorrowedFd<'_>,
) -> Result<(), Errno> {
    let flags = MoveMountFlags::MOVE_MOUNT_F_EMPTY_PATH
        | MoveMountFlags::MOVE_MOUNT_T_EMPTY_PATH;
    rustix::mount::move_mount(mount, NOTHING, place, NOTHING, flags)
}
