//! The last steps, in the process that becomes the program.

use std::ffi::{OsStr, OsString};
use std::os::fd::{OwnedFd, RawFd};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::io::Errno;
use rustix::process::{Gid, Rlimit, Signal, Uid};

use crate::error::{Error, Kind};
use crate::limits::Limit;
use crate::protocol::ORDERS;
use crate::sys::descriptors::close_on_exec;
use crate::sys::signals;

/// Asks for a signal at the end of the thread that has started this, and
/// looks whether it has ended before: then no signal comes any more.
pub(super) fn die_with_thread(lifeline: Option<OwnedFd>) -> Result<(), Error> {
    let fail = |errno| Error::of("die with the caller", errno);
    let kill = Some(Signal::KILL);
    rustix::process::set_parent_process_death_signal(kill).map_err(fail)?;
    let Some(lifeline) = lifeline else { return Ok(()) };
    let mut watched = [PollFd::new(&lifeline, PollFlags::empty())];
    let now = Timespec { tv_sec: 0, tv_nsec: 0 };
    match rustix::event::poll(&mut watched, Some(&now)).map_err(fail)? {
        0 => Ok(()),
        _ => Err(fail(Errno::CANCELED)),
    }
}

/// Becomes the root of the user namespace that was joined: until then, this
/// is who called, and that may be root of the host.
pub(super) fn become_root_inside() -> Result<(), Errno> {
    let (user, group) = (Uid::ROOT, Gid::ROOT);
    match rustix::thread::set_thread_groups(&[]) {
        // Who has mapped one group only could not give up the others either.
        Ok(()) | Err(Errno::PERM) => {}
        Err(errno) => return Err(errno),
    }
    rustix::thread::set_thread_res_gid(group, group, group)?;
    rustix::thread::set_thread_res_uid(user, user, user)
}

pub(super) fn limit(limit: &Limit) -> Result<(), Error> {
    let error = |errno| {
        Error::of("set a limit", errno).at(limit.to_string()).because(
            "only root of the host raises a hard limit; `ulimit -Ha` shows \
             them",
        )
    };
    let resource = limit.resource().ok_or_else(|| error(Errno::INVAL))?;
    let new =
        Rlimit { current: Some(limit.soft()), maximum: Some(limit.hard()) };
    rustix::process::setrlimit(resource, new).map_err(error)
}

pub(super) fn enter(path: &Path) -> Result<(), Error> {
    rustix::process::chdir(path).map_err(|errno| {
        Error::of("enter the working directory", errno)
            .at(path)
            .because("it is a path inside the container")
    })
}

/// Becomes the program. Returns only why not.
pub(super) fn execute(
    program: &OsStr,
    args: &[OsString],
    env: &[(OsString, OsString)],
    closes: bool,
) -> Error {
    if closes && let Err(errno) = close_on_exec(ORDERS, RawFd::MAX) {
        return Error::of("close descriptors", errno);
    }
    signals::reset_ignored();
    signals::unblock_all();
    let error = Command::new(program)
        .args(args)
        .env_clear()
        .envs(env.iter().map(|(name, value)| (name, value)))
        .exec();
    let named = Error::io("execute", &error).at(program);
    match named.errno() {
        Some(Errno::NOENT) => named.kind(Kind::NotFound).because(
            "neither the root nor its PATH has it, or the interpreter that \
             it names is missing",
        ),
        Some(Errno::NOTDIR) => named.kind(Kind::NotFound),
        Some(Errno::ACCESS | Errno::NOEXEC | Errno::ISDIR) => named
            .kind(Kind::NotExecutable)
            .because("it is there, and is no program for this user"),
        _ => named.kind(Kind::NotExecutable),
    }
}
