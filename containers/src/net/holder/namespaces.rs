//! The two namespaces, made and named.

use std::fs::{self, File};
use std::os::fd::OwnedFd;

use rustix::io::Errno;
use rustix::process::{getegid, geteuid};
use rustix::thread::{UnshareFlags, unshare_unsafe};

use crate::error::Error;

/// Descriptors of the holder's namespaces.
#[derive(Debug)]
pub(super) struct Namespaces {
    pub(super) user: OwnedFd,
    pub(super) net: OwnedFd,
}

/// Moves this process into a user and a network namespace of its own.
pub(super) fn make() -> Result<Namespaces, Error> {
    let (user, group) = (geteuid().as_raw(), getegid().as_raw());
    let flags = UnshareFlags::NEWUSER | UnshareFlags::NEWNET;
    // SAFETY: descriptors stay shared: FILES is not among the flags.
    let unshared = unsafe { unshare_unsafe(flags) };
    unshared.map_err(|errno| {
        let error = Error::of("make a user and a network namespace", errno);
        match usual_cause(errno) {
            Some(cause) => error.because(cause),
            None => error,
        }
    })?;
    // Without this, no map of groups may be written (user_namespaces(7)).
    write("/proc/self/setgroups", "deny")?;
    write("/proc/self/uid_map", &format!("0 {user} 1"))?;
    write("/proc/self/gid_map", &format!("0 {group} 1"))?;
    Ok(Namespaces {
        user: open("/proc/self/ns/user")?,
        net: open("/proc/self/ns/net")?,
    })
}

fn usual_cause(errno: Errno) -> Option<&'static str> {
    match errno {
        Errno::PERM => Some(
            "user namespaces are switched off for this user: see the sysctls \
             kernel.unprivileged_userns_clone and \
             kernel.apparmor_restrict_unprivileged_userns",
        ),
        Errno::NOSPC | Errno::USERS => Some(
            "there are as many as the sysctls user.max_user_namespaces and \
             user.max_net_namespaces allow",
        ),
        Errno::INVAL => Some("the process has threads"),
        _ => None,
    }
}

fn write(path: &str, text: &str) -> Result<(), Error> {
    fs::write(path, text)
        .map_err(|error| Error::io("write the map", &error).at(path))
}

fn open(path: &str) -> Result<OwnedFd, Error> {
    File::open(path)
        .map(OwnedFd::from)
        .map_err(|error| Error::io("open the namespace", &error).at(path))
}
