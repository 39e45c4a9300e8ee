//! The two ways to a root of one's own, as a child of the lab goes them.

use std::path::Path;

use rustix::mount::{UnmountFlags, mount_bind_recursive, unmount};
use rustix::process::{chdir, chroot, pivot_root};

use crate::trial::inside::{At, Tried};

/// Changes what `/` means for this process.
pub(super) fn by_chroot(root: &Path) -> Tried {
    chroot(root).at("chroot")?;
    chdir("/").at("chdir")
}

/// Makes `root` the root of the mount namespace, and takes the old one away.
/// Neither needs a folder to keep the old root in.
pub(super) fn by_pivot(root: &Path) -> Tried {
    mount_bind_recursive(root, root).at("mount")?;
    chdir(root).at("chdir")?;
    pivot_root(".", ".").at("pivot_root")?;
    unmount(".", UnmountFlags::DETACH).at("umount")?;
    chdir("/").at("chdir")
}
