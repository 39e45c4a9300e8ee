//! Capabilities, by name.

use std::fmt;
use std::str::FromStr;

use rustix::thread::CapabilitySet;
use serde::{Deserialize, Serialize};

use crate::error::Error;

/// The names of all capabilities; the place of each is its number.
const NAMES: [&str; 41] = [
    "chown",
    "dac_override",
    "dac_read_search",
    "fowner",
    "fsetid",
    "kill",
    "setgid",
    "setuid",
    "setpcap",
    "linux_immutable",
    "net_bind_service",
    "net_broadcast",
    "net_admin",
    "net_raw",
    "ipc_lock",
    "ipc_owner",
    "sys_module",
    "sys_rawio",
    "sys_chroot",
    "sys_ptrace",
    "sys_pacct",
    "sys_admin",
    "sys_boot",
    "sys_nice",
    "sys_resource",
    "sys_time",
    "sys_tty_config",
    "mknod",
    "lease",
    "audit_write",
    "audit_control",
    "setfcap",
    "mac_override",
    "mac_admin",
    "syslog",
    "wake_alarm",
    "block_suspend",
    "audit_read",
    "perfmon",
    "bpf",
    "checkpoint_restore",
];

/// One capability.
///
/// ```
/// use containers::caps::Capability;
///
/// let capability: Capability = "CAP_NET_RAW".parse().unwrap();
/// assert_eq!(capability.to_string(), "net_raw");
/// assert_eq!(capability.number(), 13);
/// assert!("root".parse::<Capability>().is_err());
/// ```
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize,
)]
pub struct Capability(u8);

impl Capability {
    /// Raw sockets, as `ping` has.
    pub const NET_RAW: Self = Self(13);
    /// Mounts, and much else.
    pub const SYS_ADMIN: Self = Self(21);

    /// Returns all that this version of the crate knows.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..).zip(NAMES).map(|(number, _)| Self(number))
    }

    /// Returns its number, which is a bit of the kernel's sets.
    pub fn number(self) -> u8 {
        self.0
    }

    pub(crate) fn set(self) -> CapabilitySet {
        CapabilitySet::from_bits_retain(1 << self.0)
    }
}

impl FromStr for Capability {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        let small = name.to_ascii_lowercase();
        let bare = small.strip_prefix("cap_").unwrap_or(&small);
        Self::all().find(|it| it.to_string() == bare).ok_or_else(|| {
            Error::refused("keep a capability").at(name).because(
                "there is none of that name; capabilities(7) lists them",
            )
        })
    }
}

impl fmt::Display for Capability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(NAMES.get(usize::from(self.0)).unwrap_or(&"unknown"))
    }
}
