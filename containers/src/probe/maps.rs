//! Which ids a user namespace may have.

use std::ffi::CStr;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use rustix::io::Errno;
use rustix::process::{getegid, geteuid};
use rustix::thread::UnshareFlags;

use super::row::{Answer, Row, Who};
use crate::trial::child::fork;
use crate::trial::inside::{
    At, NOBODY, Tried, as_root_of_new, become_nobody, beside, map, unshare,
    write_file,
};

const GROUP: &str = "id maps";

pub(super) const ROWS: &[Row] = &[
    Row::steps(GROUP, "setgroups denied, then one id each", || {
        as_root_of_new(UnshareFlags::empty())
    }),
    Row::steps(GROUP, "a map of groups before setgroups is denied", eager),
    Row::steps(GROUP, "a map of two users", || users(0, 2)),
    Row::steps(GROUP, "a map to another's id", || users(1, 1)),
    Row::steps(GROUP, "a second map", second),
    Row::steps(GROUP, "setgroups allowed again", allowed_again),
    Row::steps(GROUP, "a range that a process outside writes", from_outside),
    Row::reading(GROUP, "a range from newuidmap", range),
];

fn bare() -> Tried {
    unshare(UnshareFlags::NEWUSER).at("unshare")
}

fn eager() -> Tried {
    let gid = getegid().as_raw();
    bare()?;
    map(c"/proc/self/gid_map", gid, 1).at("gid_map")
}

/// Maps as many users, of which the first is `next` after the own.
fn users(next: u32, count: u32) -> Tried {
    // Of nobody's id, the one before is the other's.
    let uid = geteuid().as_raw();
    let other = if uid == NOBODY { uid - next } else { uid + next };
    bare()?;
    map(c"/proc/self/uid_map", other, count).at("uid_map")
}

fn second() -> Tried {
    let uid = geteuid().as_raw();
    as_root_of_new(UnshareFlags::empty())?;
    map(c"/proc/self/uid_map", uid, 1).at("uid_map, again")
}

fn allowed_again() -> Tried {
    bare()?;
    write_file(c"/proc/self/setgroups", b"deny").at("setgroups=deny")?;
    write_file(c"/proc/self/setgroups", b"allow").at("setgroups=allow")
}

/// Writes the map of a child, as newuidmap does for those who may not.
fn from_outside() -> Tried {
    beside(bare, |child| {
        let mut path = [0; 40];
        let mut rest = path.as_mut_slice();
        let pid = child.as_raw_pid();
        let written = write!(rest, "/proc/{pid}/uid_map\0");
        match CStr::from_bytes_until_nul(&path) {
            Ok(path) if written.is_ok() => {
                write_file(path, b"0 100000 65536").at("uid_map")
            }
            _ => Err(Errno::NAMETOOLONG).at("uid_map"),
        }
    })
}

/// A range of ids that the administrator has lent to a user.
#[derive(Debug, PartialEq, Eq)]
struct Lent {
    first: u32,
    count: u32,
}

/// Asks newuidmap, which is setuid root and reads /etc/subuid.
pub(super) fn range(who: Who) -> Answer {
    const STEP: &str = "newuidmap";
    let uid = match who {
        Who::Caller => geteuid().as_raw(),
        Who::Nobody => NOBODY,
    };
    let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let name = name_of(&users, uid).unwrap_or_default();
    let subuid = fs::read_to_string("/etc/subuid").unwrap_or_default();
    let Some(lent) = lent_to(&subuid, name, uid) else {
        let name = if name.is_empty() { uid.to_string() } else { name.into() };
        return Answer::no(STEP, format!("/etc/subuid lends {name} nothing"));
    };
    let Some(program) = find(STEP) else {
        return Answer::no(STEP, "it is not installed (package uidmap)");
    };
    map_range(who, uid, &lent, &program)
        .unwrap_or_else(|error| Answer::no(STEP, error.to_string()))
}

/// Runs `program` on a child that waits in a user namespace of its own.
fn map_range(
    who: Who,
    uid: u32,
    lent: &Lent,
    program: &Path,
) -> std::io::Result<Answer> {
    let (gate, opened) =
        rustix::pipe::pipe_with(rustix::pipe::PipeFlags::CLOEXEC)?;
    let child = || {
        let ready = match who {
            Who::Caller => Ok(()),
            Who::Nobody => become_nobody(),
        };
        if ready.and_then(|()| bare()).is_err() {
            return 1;
        }
        // It is there, and waits to be killed.
        let _ = rustix::io::write(&opened, b"1");
        loop {
            // SAFETY: pause(2) waits for a signal.
            unsafe { libc::pause() };
        }
    };
    // SAFETY: the child makes system calls only.
    let child = unsafe { fork(child) }?;
    let mut polled =
        [rustix::event::PollFd::new(&gate, rustix::event::PollFlags::IN)];
    let limit = rustix::event::Timespec { tv_sec: 20, tv_nsec: 0 };
    rustix::event::poll(&mut polled, Some(&limit))?;
    if child.has_ended(Duration::ZERO)? {
        return Ok(Answer::no("unshare", "there is no user namespace"));
    }
    let mut command = Command::new(program);
    command.arg(child.pid().to_string());
    command.args(["0".into(), uid.to_string(), "1".into(), "1".into()]);
    command.args([lent.first.to_string(), lent.count.to_string()]);
    if who == Who::Nobody {
        use std::os::unix::process::CommandExt;
        command.uid(NOBODY).gid(NOBODY);
    }
    let output = command.output()?;
    let errors = String::from_utf8_lossy(&output.stderr);
    if output.status.success() {
        return Ok(Answer::Yes);
    }
    Ok(Answer::no("newuidmap", errors.trim()))
}

/// Returns the name of a user, as a line of /etc/passwd has it.
fn name_of(passwd: &str, uid: u32) -> Option<&str> {
    passwd.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)?.parse() == Ok(uid)).then_some(name)
    })
}

/// Returns the first range that /etc/subuid lends a user.
fn lent_to(subuid: &str, name: &str, uid: u32) -> Option<Lent> {
    subuid.lines().find_map(|line| {
        let mut fields = line.split(':');
        let owner = fields.next().filter(|owner| !owner.is_empty())?;
        let is_owner = owner == name || owner.parse() == Ok(uid);
        let first = fields.next()?.trim().parse().ok()?;
        let count = fields.next()?.trim().parse().ok()?;
        (is_owner && count > 0).then_some(Lent { first, count })
    })
}

/// Returns where a program is, of the folders that the PATH names.
fn find(name: &str) -> Option<std::path::PathBuf> {
    let path = std::env::var_os("PATH")?;
    let found = std::env::split_paths(&path).map(|it| it.join(name));
    found.filter(|it| it.is_absolute()).find(|it| it.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_lent_to_a_name_or_a_number() {
        let subuid =
            "# none\n:7:7\nann:100000:65536\n1001:200000:10\nbob:x:1\n";
        let lent = |first, count| Some(Lent { first, count });
        assert_eq!(lent_to(subuid, "ann", 5), lent(100_000, 65_536));
        assert_eq!(lent_to(subuid, "", 1_001), lent(200_000, 10));
        assert_eq!(lent_to(subuid, "bob", 7), None);
        assert_eq!(lent_to(subuid, "", 5), None);
        assert_eq!(lent_to("ann:1:0\n", "ann", 5), None);
    }

    #[test]
    fn a_user_is_found_by_number() {
        let passwd = "root:x:0:0::/:/bin/sh\nnobody:x:65534:65534:n:/:/no\n";
        assert_eq!(name_of(passwd, 65_534), Some("nobody"));
        assert_eq!(name_of(passwd, 1), None);
    }
}
