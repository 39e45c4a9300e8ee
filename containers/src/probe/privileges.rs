//! Which privileges can be given up, and what filters system calls.

use rustix::io::Errno;
use rustix::thread::{
    CapabilitySet, CapabilitySets, UnshareFlags, no_new_privs,
    remove_capability_from_bounding_set, set_capabilities, set_no_new_privs,
};

use super::mount_api::answered;
use super::mounts::PLACE;
use super::row::Row;
use crate::trial::inside::{At, Tried, as_root_of_new, refused};

const CAPABILITIES: &str = "capabilities";
const SECCOMP: &str = "seccomp";

pub(super) const ROWS: &[Row] = &[
    Row::steps(CAPABILITIES, "no_new_privs", no_more),
    Row::steps(CAPABILITIES, "one dropped from the bounding set", bounded),
    Row::steps(CAPABILITIES, "without any, a mount is refused", none),
    Row::steps(SECCOMP, "a filter with no_new_privs", || {
        set_no_new_privs(true).at("no_new_privs")?;
        filter()
    }),
    Row::steps(SECCOMP, "a filter without", filter),
    Row::steps(
        SECCOMP,
        "a filter without, as root of a user namespace",
        || {
            as_root_of_new(UnshareFlags::empty())?;
            filter()
        },
    ),
];

fn no_more() -> Tried {
    set_no_new_privs(true).at("prctl")?;
    if no_new_privs().at("prctl")? {
        return Ok(());
    }
    Err(Errno::INVAL).at("prctl")
}

fn bounded() -> Tried {
    as_root_of_new(UnshareFlags::empty())?;
    remove_capability_from_bounding_set(CapabilitySet::SYS_ADMIN).at("prctl")
}

fn none() -> Tried {
    as_root_of_new(UnshareFlags::NEWNS)?;
    let none = CapabilitySet::empty();
    let sets =
        CapabilitySets { effective: none, permitted: none, inheritable: none };
    set_capabilities(None, sets).at("capset")?;
    let mounted = rustix::mount::mount_bind(c"/", PLACE);
    refused("mount", Errno::PERM, mounted)
}

/// What the filter answers, which no kernel does by itself.
const ANSWER: u32 = 77;

/// Filters one call, and makes it.
fn filter() -> Tried {
    let call = libc::SYS_getppid as u32;
    let step = |code: u32, jt, jf, k| libc::sock_filter {
        code: code as u16,
        jt,
        jf,
        k,
    };
    let load = libc::BPF_LD | libc::BPF_W | libc::BPF_ABS;
    let is_equal = libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K;
    let mut steps = [
        // The number is what `struct seccomp_data` begins with.
        step(load, 0, 0, 0),
        step(is_equal, 0, 1, call),
        step(libc::BPF_RET, 0, 0, libc::SECCOMP_RET_ERRNO | ANSWER),
        step(libc::BPF_RET, 0, 0, libc::SECCOMP_RET_ALLOW),
    ];
    let program = libc::sock_fprog {
        len: steps.len() as u16,
        filter: steps.as_mut_ptr(),
    };
    // SAFETY: the kernel reads a program of as many steps as it says.
    let answer = unsafe {
        libc::syscall(
            libc::SYS_seccomp,
            libc::SECCOMP_SET_MODE_FILTER,
            0,
            &raw const program,
        )
    };
    answered(answer).at("seccomp")?;
    // SAFETY: getppid(2) has no arguments.
    let answer = unsafe { libc::syscall(libc::SYS_getppid) };
    let expected = Errno::from_raw_os_error(ANSWER as i32);
    refused("getppid, filtered", expected, answered(answer))
}
