//! `mount_setattr`: changes the flags of a mount, and of those below it.

use std::ffi::CStr;
use std::os::fd::{AsRawFd, BorrowedFd};

use rustix::io::Errno;
use rustix::mount::{MountAttrFlags, MountPropagationFlags};

use super::result;

/// What the kernel reads: `struct mount_attr`.
#[repr(C)]
struct Attributes {
    set: u64,
    clear: u64,
    propagation: u64,
    userns_fd: u64,
}

/// Sets flags, and how events spread, of the mount at a path below `folder`
/// (the one that `folder` is itself, if the path is empty).
pub(crate) fn set(
    folder: BorrowedFd<'_>,
    path: &CStr,
    is_recursive: bool,
    flags: MountAttrFlags,
    propagation: MountPropagationFlags,
) -> Result<(), Errno> {
    let attributes = Attributes {
        set: flags.bits().into(),
        clear: 0,
        propagation: propagation.bits().into(),
        userns_fd: 0,
    };
    let recursive = if is_recursive { libc::AT_RECURSIVE } else { 0 };
    // SAFETY: the path ends with a zero byte, and `attributes` has the size
    // that is given.
    let returned = unsafe {
        libc::syscall(
            libc::SYS_mount_setattr,
            folder.as_raw_fd(),
            path.as_ptr(),
            libc::AT_EMPTY_PATH | recursive,
            &raw const attributes,
            size_of::<Attributes>(),
        )
    };
    result(returned).map(drop)
}
