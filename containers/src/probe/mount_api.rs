//! The mount API that works on descriptors (Linux 5.2 and later), and paths
//! that no symlink leads elsewhere (openat2, Linux 5.6).

use std::mem::size_of;

use rustix::fd::{AsRawFd, OwnedFd};
use rustix::fs::{
    CWD, Mode, OFlags, ResolveFlags, mkdir, open, openat2, readlinkat_raw,
    symlink,
};
use rustix::io::Errno;
use rustix::mount::{
    FsMountFlags, FsOpenFlags, MountAttrFlags, MoveMountFlags, OpenTreeFlags,
    fsconfig_create, fsconfig_set_string, fsmount, fsopen, move_mount,
    open_tree,
};
use rustix::thread::UnshareFlags;

use super::mounts::{PLACE, tmpfs};
use super::row::Row;
use crate::sys::path::undisturbed;
use crate::trial::inside::{At, Tried, as_root_of_new, in_child, refused};

const API: &str = "mount api";
const PATHS: &str = "openat2";

pub(super) const ROWS: &[Row] = &[
    Row::steps(API, "open_tree, a copy", || copy_of_root().map(drop)),
    Row::steps(API, "mount_setattr: nosuid, nodev, private", attributes),
    Row::steps(API, "fsopen proc, hidepid and subset=pid", proc_of_pids),
    Row::steps(API, "move_mount to a descriptor", moved),
    Row::steps(PATHS, "NO_SYMLINKS refuses a symlink", no_symlinks),
    Row::steps(PATHS, "BENEATH refuses to leave", beneath),
    Row::steps(PATHS, "IN_ROOT stays in the root", in_root),
];

fn copy_of_root() -> Result<OwnedFd, crate::trial::inside::Refusal> {
    as_root_of_new(UnshareFlags::NEWNS)?;
    let flags = OpenTreeFlags::OPEN_TREE_CLONE
        | OpenTreeFlags::OPEN_TREE_CLOEXEC
        | OpenTreeFlags::AT_RECURSIVE;
    open_tree(CWD, c"/", flags).at("open_tree")
}

/// `struct mount_attr` of `linux/mount.h`.
#[repr(C)]
struct Attributes {
    set: u64,
    clear: u64,
    propagation: u64,
    user_namespace: u64,
}

fn attributes() -> Tried {
    let tree = copy_of_root()?;
    let attributes = Attributes {
        set: u64::from(
            (MountAttrFlags::MOUNT_ATTR_NOSUID
                | MountAttrFlags::MOUNT_ATTR_NODEV)
                .bits(),
        ),
        clear: 0,
        propagation: u64::from(
            rustix::mount::MountPropagationFlags::PRIVATE.bits(),
        ),
        user_namespace: 0,
    };
    // SAFETY: the kernel reads a path that ends, and as many bytes of a
    // structure as it has.
    let answer = unsafe {
        libc::syscall(
            libc::SYS_mount_setattr,
            tree.as_raw_fd(),
            c"".as_ptr(),
            libc::AT_EMPTY_PATH | libc::AT_RECURSIVE,
            &raw const attributes,
            size_of::<Attributes>(),
        )
    };
    answered(answer).at("mount_setattr")
}

/// Returns what the C library says of a call just made.
pub(super) fn answered(answer: libc::c_long) -> Result<(), Errno> {
    match answer {
        -1 => {
            let error = std::io::Error::last_os_error();
            Err(Errno::from_io_error(&error).unwrap_or(Errno::IO))
        }
        _ => Ok(()),
    }
}

fn proc_of_pids() -> Tried {
    as_root_of_new(UnshareFlags::NEWNS | UnshareFlags::NEWPID)?;
    in_child("fsopen", || {
        let options = fsopen(c"proc", FsOpenFlags::FSOPEN_CLOEXEC)?;
        fsconfig_set_string(&options, c"hidepid", c"ptraceable")?;
        fsconfig_set_string(&options, c"subset", c"pid")?;
        fsconfig_create(&options)?;
        let flags = FsMountFlags::FSMOUNT_CLOEXEC;
        let attributes = MountAttrFlags::MOUNT_ATTR_NOSUID;
        let proc = fsmount(&options, flags, attributes)?;
        let flags = MoveMountFlags::MOVE_MOUNT_F_EMPTY_PATH;
        move_mount(&proc, c"", CWD, PLACE, flags)?;
        // Of what is not of processes, nothing is there.
        match open(c"/tmp/cpuinfo", OFlags::PATH, Mode::empty()) {
            Err(Errno::NOENT) => Ok(()),
            Err(errno) => Err(errno),
            Ok(_) => Err(Errno::EXIST),
        }
    })
}

fn moved() -> Tried {
    let tree = copy_of_root()?;
    let flags = OFlags::PATH | OFlags::CLOEXEC;
    let place = open(PLACE, flags, Mode::empty()).at("open")?;
    let flags = MoveMountFlags::MOVE_MOUNT_F_EMPTY_PATH
        | MoveMountFlags::MOVE_MOUNT_T_EMPTY_PATH;
    move_mount(&tree, c"", &place, c"", flags).at("move_mount")
}

/// Opens a folder with a folder and a symlink to `/` in it.
fn folder() -> Result<OwnedFd, crate::trial::inside::Refusal> {
    tmpfs()?;
    mkdir(c"/tmp/in", Mode::RWXU).at("mkdir")?;
    symlink(c"/", c"/tmp/link").at("symlink")?;
    let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
    open(PLACE, flags, Mode::empty()).at("open")
}

fn resolve(path: &std::ffi::CStr, how: ResolveFlags) -> (Tried, Found) {
    let folder = match folder() {
        Ok(folder) => folder,
        Err(refusal) => return (Err(refusal), Err(Errno::IO)),
    };
    let flags = OFlags::PATH | OFlags::CLOEXEC;
    let open = || openat2(&folder, path, flags, Mode::empty(), how);
    (Ok(()), undisturbed(open))
}

type Found = Result<OwnedFd, Errno>;

fn no_symlinks() -> Tried {
    let (ready, found) = resolve(c"link", ResolveFlags::NO_SYMLINKS);
    ready?;
    refused("openat2", Errno::LOOP, found)
}

fn beneath() -> Tried {
    let (ready, found) = resolve(c"../..", ResolveFlags::BENEATH);
    ready?;
    refused("openat2", Errno::XDEV, found)
}

/// `..` and a symlink to `/` end at the folder itself.
fn in_root() -> Tried {
    let way = c"../../link/../in";
    let (ready, found) = resolve(way, ResolveFlags::IN_ROOT);
    ready?;
    let found = found.at("openat2")?;
    let mut link = [0; 32];
    let mut rest = link.as_mut_slice();
    let fd = found.as_raw_fd();
    let written = std::io::Write::write_fmt(
        &mut rest,
        format_args!("/proc/self/fd/{fd}\0"),
    );
    let path = std::ffi::CStr::from_bytes_until_nul(&link);
    let (Ok(()), Ok(path)) = (written, path) else {
        return Err(Errno::NAMETOOLONG).at("readlink");
    };
    let mut name = [std::mem::MaybeUninit::uninit(); 64];
    let (name, _) = readlinkat_raw(CWD, path, &mut name).at("readlink")?;
    match &*name {
        b"/tmp/in" => Ok(()),
        _ => Err(Errno::XDEV).at("readlink"),
    }
}
