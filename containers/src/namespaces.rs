//! The kinds of namespaces, and their flags.

use std::fmt;

use rustix::thread::UnshareFlags;
use serde::{Deserialize, Serialize};

/// One kind of namespace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Namespace {
    /// Users, groups and capabilities.
    User,
    /// Numbers of processes.
    Pid,
    /// The name of the host.
    Uts,
    /// Queues and memory of System V, and queues of POSIX.
    Ipc,
    /// The tree of mounts.
    Mount,
    /// Interfaces, addresses, routes, sockets.
    Net,
    /// The tree of control groups.
    Cgroup,
}

impl Namespace {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 7] = [
        Self::User,
        Self::Pid,
        Self::Uts,
        Self::Ipc,
        Self::Mount,
        Self::Net,
        Self::Cgroup,
    ];

    /// Returns the flag that makes a new one.
    pub fn flag(self) -> UnshareFlags {
        match self {
            Self::User => UnshareFlags::NEWUSER,
            Self::Pid => UnshareFlags::NEWPID,
            Self::Uts => UnshareFlags::NEWUTS,
            Self::Ipc => UnshareFlags::NEWIPC,
            Self::Mount => UnshareFlags::NEWNS,
            Self::Net => UnshareFlags::NEWNET,
            Self::Cgroup => UnshareFlags::NEWCGROUP,
        }
    }

    /// Returns its name in `/proc/PID/ns`.
    pub fn file(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Pid => "pid",
            Self::Uts => "uts",
            Self::Ipc => "ipc",
            Self::Mount => "mnt",
            Self::Net => "net",
            Self::Cgroup => "cgroup",
        }
    }
}

/// Returns the flags of several.
pub fn flags(namespaces: &[Namespace]) -> UnshareFlags {
    namespaces.iter().map(|it| it.flag()).collect()
}

impl fmt::Display for Namespace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.file())
    }
}
