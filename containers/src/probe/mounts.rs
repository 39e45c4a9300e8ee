//! Which file systems can be mounted, with their namespace and without it.

use std::ffi::CStr;

use rustix::fs::{Mode, OFlags, mkdir, open};
use rustix::io::Errno;
use rustix::mount::{
    MountFlags, UnmountFlags, mount, mount_bind, mount_bind_recursive,
    mount_remount, unmount,
};
use rustix::process::{chdir, pivot_root};
use rustix::thread::UnshareFlags;

use super::row::Row;
use crate::trial::inside::{At, Tried, as_root_of_new, in_child, write_file};

const GROUP: &str = "mounts";

/// A folder that every machine has; what is mounted here, no other process
/// sees.
pub(super) const PLACE: &CStr = c"/tmp";

const NS: UnshareFlags = UnshareFlags::NEWNS;

pub(super) const ROWS: &[Row] = &[
    Row::steps(GROUP, "tmpfs", tmpfs),
    Row::steps(GROUP, "a bind mount, with what is below it", bind),
    Row::steps(GROUP, "... without, which would show what it hides", bare_bind),
    Row::steps(GROUP, "... made read-only", read_only),
    Row::steps(GROUP, "overlay", overlay),
    Row::steps(GROUP, "devpts of its own", || {
        new(NS, c"devpts", c"newinstance,ptmxmode=0666")
    }),
    Row::steps(GROUP, "proc, with a pid namespace", proc_of_its_own),
    Row::steps(GROUP, "proc, without", || new(NS, c"proc", c"")),
    Row::steps(GROUP, "sysfs, with a net namespace", || {
        new(NS | UnshareFlags::NEWNET, c"sysfs", c"")
    }),
    Row::steps(GROUP, "sysfs, without", || new(NS, c"sysfs", c"")),
    Row::steps(GROUP, "mqueue, with an ipc namespace", || {
        new(NS | UnshareFlags::NEWIPC, c"mqueue", c"")
    }),
    Row::steps(GROUP, "mqueue, without", || new(NS, c"mqueue", c"")),
    Row::steps(GROUP, "cgroup2, with a cgroup namespace", || {
        new(NS | UnshareFlags::NEWCGROUP, c"cgroup2", c"")
    }),
    Row::steps(GROUP, "cgroup2, without", || new(NS, c"cgroup2", c"")),
    Row::steps(GROUP, "devtmpfs", || new(NS, c"devtmpfs", c"")),
    Row::steps(GROUP, "a device file (mknod)", device),
    Row::steps(GROUP, "a device of the host, by a bind mount", host_device),
    Row::steps(GROUP, "unmounting what was there before", inherited),
    Row::steps(GROUP, "pivot_root(\".\", \".\")", pivot),
];

/// Mounts a file system at [`PLACE`], in new namespaces.
fn new(others: UnshareFlags, kind: &'static CStr, data: &CStr) -> Tried {
    as_root_of_new(others)?;
    mount_at_place(kind, data).at("mount")
}

fn mount_at_place(kind: &CStr, data: &CStr) -> Result<(), Errno> {
    let flags = MountFlags::NOSUID | MountFlags::NODEV | MountFlags::NOEXEC;
    mount(kind, PLACE, kind, flags, data)
}

pub(super) fn tmpfs() -> Tried {
    new(NS, c"tmpfs", c"size=1m")
}

fn bind() -> Tried {
    as_root_of_new(NS)?;
    mount_bind_recursive(c"/", PLACE).at("mount")
}

fn bare_bind() -> Tried {
    as_root_of_new(NS)?;
    mount_bind(c"/", PLACE).at("mount")
}

fn read_only() -> Tried {
    tmpfs()?;
    mount_bind(PLACE, PLACE).at("mount, bind")?;
    // What was set before must be set again: it is locked.
    let flags = MountFlags::BIND
        | MountFlags::RDONLY
        | MountFlags::NOSUID
        | MountFlags::NODEV
        | MountFlags::NOEXEC;
    mount_remount(PLACE, flags, c"").at("mount, remount")
}

fn overlay() -> Tried {
    tmpfs()?;
    for folder in [c"/tmp/low", c"/tmp/up", c"/tmp/work", c"/tmp/all"] {
        mkdir(folder, Mode::RWXU).at("mkdir")?;
    }
    let data = c"lowerdir=/tmp/low,upperdir=/tmp/up,workdir=/tmp/work";
    let flags = MountFlags::NOSUID;
    mount(c"overlay", c"/tmp/all", c"overlay", flags, data).at("mount")
}

/// Only a process of the new pid namespace can mount its /proc.
fn proc_of_its_own() -> Tried {
    as_root_of_new(NS | UnshareFlags::NEWPID)?;
    in_child("mount", || mount_at_place(c"proc", c""))
}

fn device() -> Tried {
    tmpfs()?;
    let (kind, mode) = (rustix::fs::FileType::CharacterDevice, Mode::RUSR);
    let null = rustix::fs::makedev(1, 3);
    let here = rustix::fs::CWD;
    rustix::fs::mknodat(here, c"/tmp/null", kind, mode, null).at("mknod")
}

/// Without `nodev`, which would make the device useless.
fn host_device() -> Tried {
    as_root_of_new(NS)?;
    let flags = MountFlags::NOSUID | MountFlags::NOEXEC;
    mount(c"tmpfs", PLACE, c"tmpfs", flags, c"size=1m").at("mount")?;
    let flags = OFlags::CREATE | OFlags::WRONLY | OFlags::CLOEXEC;
    open(c"/tmp/null", flags, Mode::RUSR).at("open")?;
    mount_bind(c"/dev/null", c"/tmp/null").at("mount, bind")?;
    write_file(c"/tmp/null", b"nothing").at("write")
}

fn inherited() -> Tried {
    as_root_of_new(NS)?;
    unmount(c"/proc", UnmountFlags::DETACH).at("umount")
}

pub(super) fn pivot() -> Tried {
    tmpfs()?;
    chdir(PLACE).at("chdir")?;
    pivot_root(c".", c".").at("pivot_root")?;
    unmount(c".", UnmountFlags::DETACH).at("umount")
}
