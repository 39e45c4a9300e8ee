//! Locks the doors, one by one.

use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use rustix::process::DumpableBehavior;
use rustix::thread::{CapabilitySet, CapabilitySets};

use crate::caps::Capability;
use crate::error::Error;
use crate::seccomp;
use crate::sys::filter;

/// The file says how many user namespaces there may be below the reader's.
pub(super) fn forbid_user_namespaces() -> Result<(), Error> {
    let path = "/proc/sys/user/max_user_namespaces";
    let flags = OFlags::WRONLY | OFlags::CLOEXEC;
    let written = rustix::fs::open(path, flags, Mode::empty())
        .and_then(|file| rustix::io::write(&file, b"0"));
    match written {
        Ok(_) => Ok(()),
        Err(errno) => {
            Err(Error::of("forbid user namespaces", errno).at(path).because(
                "/proc is read-only here, as in a container; \
                 `--without nesting` leaves it out",
            ))
        }
    }
}

/// Lets nobody look into this process's memory, or its descriptors.
pub(super) fn hide() -> Result<(), Error> {
    let not = DumpableBehavior::NotDumpable;
    rustix::process::set_dumpable_behavior(not)
        .map_err(|errno| Error::of("hide init", errno))
}

/// Gives up all but `keep`, for ever.
pub(super) fn drop_capabilities(keep: &[Capability]) -> Result<(), Error> {
    let fail = |errno| Error::of("drop capabilities", errno);
    let kept = keep.iter().map(|it| it.set());
    let kept = kept.fold(CapabilitySet::empty(), |all, it| all | it);
    rustix::thread::clear_ambient_capability_set().map_err(fail)?;
    for number in 0..64 {
        let one = CapabilitySet::from_bits_retain(1 << number);
        if kept.contains(one) {
            continue;
        }
        // What root gains when it executes a program is bounded by this set.
        match rustix::thread::remove_capability_from_bounding_set(one) {
            Ok(()) => {}
            // The kernel has no more.
            Err(Errno::INVAL) => break,
            Err(errno) => return Err(fail(errno)),
        }
    }
    let sets = CapabilitySets {
        effective: kept,
        permitted: kept,
        inheritable: CapabilitySet::empty(),
    };
    rustix::thread::set_capabilities(None, sets).map_err(fail)
}

/// Hands the filter to the kernel.
pub(super) fn filter(keep: &[Capability], nesting: bool) -> Result<(), Error> {
    let step = "filter system calls";
    let Some(program) = seccomp::program(keep, nesting) else {
        return Err(Error::refused(step).because(
            "there is no list for this machine; `--without seccomp` leaves \
             the filter out",
        ));
    };
    filter::install(&program).map_err(|errno| {
        Error::of(step, errno)
            .because("the kernel has no filters, or one around forbids them")
    })
}
