//! Which namespaces there are, with a user namespace and without.

use rustix::io::Errno;
use rustix::system::sethostname;
use rustix::thread::UnshareFlags;

use super::row::Row;
use crate::trial::inside::{
    At, Tried, as_root_of_new, refused, unshare, write_file,
};

const GROUP: &str = "namespaces";

/// All but the user namespace that a container has.
pub(super) const OTHERS: UnshareFlags = UnshareFlags::NEWPID
    .union(UnshareFlags::NEWNS)
    .union(UnshareFlags::NEWUTS)
    .union(UnshareFlags::NEWIPC)
    .union(UnshareFlags::NEWNET)
    .union(UnshareFlags::NEWCGROUP);

pub(super) const ROWS: &[Row] = &[
    Row::steps(GROUP, "user", user),
    Row::steps(GROUP, "user and pid", || as_root_of_new(UnshareFlags::NEWPID)),
    Row::steps(GROUP, "user and mount", || as_root_of_new(UnshareFlags::NEWNS)),
    Row::steps(GROUP, "user and uts, a name for the host", named),
    Row::steps(GROUP, "user and ipc", || as_root_of_new(UnshareFlags::NEWIPC)),
    Row::steps(GROUP, "user and net", || as_root_of_new(UnshareFlags::NEWNET)),
    Row::steps(GROUP, "user and cgroup", || {
        as_root_of_new(UnshareFlags::NEWCGROUP)
    }),
    Row::steps(GROUP, "user and time", || {
        as_root_of_new(UnshareFlags::NEWTIME)
    }),
    Row::steps(GROUP, "all seven of a container", all),
    Row::steps(GROUP, "a user namespace in a user namespace", nested),
    Row::steps(GROUP, "... none once its limit is 0", limited),
    Row::steps(GROUP, "pid without user", || alone(UnshareFlags::NEWPID)),
    Row::steps(GROUP, "mount without user", || alone(UnshareFlags::NEWNS)),
    Row::steps(GROUP, "uts without user", || alone(UnshareFlags::NEWUTS)),
    Row::steps(GROUP, "ipc without user", || alone(UnshareFlags::NEWIPC)),
    Row::steps(GROUP, "net without user", || alone(UnshareFlags::NEWNET)),
    Row::steps(GROUP, "cgroup without user", || alone(UnshareFlags::NEWCGROUP)),
    Row::steps(GROUP, "a name for the host, without uts", unnamed),
];

pub(super) fn user() -> Tried {
    as_root_of_new(UnshareFlags::empty())
}

pub(super) fn all() -> Tried {
    as_root_of_new(OTHERS)
}

fn alone(flags: UnshareFlags) -> Tried {
    unshare(flags).at("unshare")
}

fn named() -> Tried {
    as_root_of_new(UnshareFlags::NEWUTS)?;
    sethostname(b"unc").at("sethostname")
}

fn unnamed() -> Tried {
    user()?;
    sethostname(b"unc").at("sethostname")
}

fn nested() -> Tried {
    user()?;
    unshare(UnshareFlags::NEWUSER).at("unshare, nested")
}

/// How a container keeps its programs from making namespaces of their own.
fn limited() -> Tried {
    user()?;
    let limit = c"/proc/sys/user/max_user_namespaces";
    write_file(limit, b"0").at("max_user_namespaces")?;
    let nested = unshare(UnshareFlags::NEWUSER);
    refused("unshare, nested", Errno::NOSPC, nested)
}
