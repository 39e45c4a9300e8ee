//! Steps inside the child: system calls on memory of its own, which a fork
//! of a process with many threads allows, and nothing else.
//!
//! Nothing here allocates, takes a lock or starts a thread. That `rustix`
//! calls the kernel itself, and keeps short paths on the stack, makes it
//! possible to say so.

use std::borrow::Cow;
use std::ffi::CStr;
use std::io::Write;

use rustix::fs::{Mode, OFlags, open};
use rustix::io::{Errno, read, write};
use rustix::pipe::{PipeFlags, pipe_with};
use rustix::process::{
    DumpableBehavior, Gid, Pid, Signal, Uid, WaitOptions, getegid, geteuid,
    kill_process, set_dumpable_behavior, waitpid,
};
use rustix::thread::{
    UnshareFlags, set_thread_groups, set_thread_res_gid, set_thread_res_uid,
    unshare_unsafe,
};

use super::child::{leave, raw_clone3};
use super::errno;

/// A step that the kernel refused, or did not refuse as it should.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Refusal {
    /// What was tried.
    pub(crate) step: &'static str,
    /// The answer; none for a step that was not refused.
    pub(crate) errno: Option<Errno>,
}

impl Refusal {
    /// Returns the name of the error.
    pub(crate) fn answer(&self) -> Cow<'static, str> {
        match self.errno {
            Some(errno) => errno::name(errno.raw_os_error()),
            None => "is not refused, as it should be".into(),
        }
    }
}

/// All steps were taken, or one was refused.
pub(crate) type Tried = Result<(), Refusal>;

/// Says which step an error is of.
pub(crate) trait At<T> {
    fn at(self, step: &'static str) -> Result<T, Refusal>;
}

impl<T> At<T> for Result<T, Errno> {
    fn at(self, step: &'static str) -> Result<T, Refusal> {
        self.map_err(|errno| Refusal { step, errno: Some(errno) })
    }
}

/// Takes `expected` for the right answer, and any other for a wrong one.
pub(crate) fn refused<T>(
    step: &'static str,
    expected: Errno,
    answer: Result<T, Errno>,
) -> Tried {
    match answer {
        Err(errno) if errno == expected => Ok(()),
        Err(errno) => Err(errno).at(step),
        // It should not have worked.
        Ok(_) => Err(Refusal { step, errno: None }),
    }
}

/// The user that owns nothing.
pub(crate) const NOBODY: u32 = 65_534;

/// Makes this process one of an unprivileged user; only root can.
pub(crate) fn become_nobody() -> Tried {
    let (uid, gid) = (Uid::from_raw(NOBODY), Gid::from_raw(NOBODY));
    set_thread_groups(&[]).at("setgroups")?;
    set_thread_res_gid(gid, gid, gid).at("setresgid")?;
    set_thread_res_uid(uid, uid, uid).at("setresuid")?;
    // A change of user makes /proc/self root's, its maps too.
    set_dumpable_behavior(DumpableBehavior::Dumpable).at("prctl")
}

/// Moves this process into new namespaces.
pub(crate) fn unshare(flags: UnshareFlags) -> Result<(), Errno> {
    // SAFETY: this process has one thread, and no other can miss a descriptor.
    unsafe { unshare_unsafe(flags) }
}

/// Moves this process into a new user namespace, as its root, and into other
/// new namespaces.
pub(crate) fn as_root_of_new(others: UnshareFlags) -> Tried {
    let (uid, gid) = (geteuid().as_raw(), getegid().as_raw());
    unshare(UnshareFlags::NEWUSER | others).at("unshare")?;
    write_file(c"/proc/self/setgroups", b"deny").at("setgroups")?;
    map(c"/proc/self/gid_map", gid, 1).at("gid_map")?;
    map(c"/proc/self/uid_map", uid, 1).at("uid_map")
}

/// Maps as many ids from 0 on to as many from `outside` on.
pub(crate) fn map(path: &CStr, outside: u32, count: u32) -> Result<(), Errno> {
    let mut line = [0; 40];
    let mut rest = line.as_mut_slice();
    if write!(rest, "0 {outside} {count}").is_err() {
        return Err(Errno::NAMETOOLONG);
    }
    let unused = rest.len();
    write_file(path, &line[..line.len() - unused])
}

/// Writes a file of the kernel, in one call.
pub(crate) fn write_file(path: &CStr, text: &[u8]) -> Result<(), Errno> {
    let file = open(path, OFlags::WRONLY | OFlags::CLOEXEC, Mode::empty())?;
    write(&file, text).map(drop)
}

/// Starts a child that calls `child` and then waits, and takes steps beside
/// it; then it is killed.
pub(crate) fn beside(
    child: impl FnOnce() -> Tried,
    steps: impl FnOnce(Pid) -> Tried,
) -> Tried {
    let (reader, writer) = pipe_with(PipeFlags::CLOEXEC).at("pipe")?;
    let pid = started(|| {
        if child().is_err() {
            return 1;
        }
        // It is ready.
        let _ = write(&writer, b"1");
        loop {
            // SAFETY: pause(2) waits for a signal.
            unsafe { libc::pause() };
        }
    })?;
    drop(writer);
    // One that has failed says nothing.
    let taken = match read(&reader, &mut [0]).at("read") {
        Ok(1) => steps(pid),
        other => other.and(Err(Errno::CHILD).at("the child")),
    };
    kill_process(pid, Signal::KILL).at("kill")?;
    waitpid(Some(pid), WaitOptions::empty()).at("waitpid")?;
    taken
}

/// Starts a child; returns in the parent.
fn started(child: impl FnOnce() -> u8) -> Result<Pid, Refusal> {
    let pid = match raw_clone3() {
        Ok(0) => leave(child),
        Ok(pid) => Pid::from_raw(pid).ok_or(Errno::SRCH),
        Err(error) => Err(Errno::from_io_error(&error).unwrap_or(Errno::AGAIN)),
    };
    pid.at("clone3")
}

/// Takes one more step in a child, such as the first process of a new PID
/// namespace, and waits for it.
pub(crate) fn in_child(
    step: &'static str,
    body: impl FnOnce() -> Result<(), Errno>,
) -> Tried {
    let pid = started(|| match body() {
        Ok(()) => 0,
        Err(errno) => errno.raw_os_error() as u8,
    })?;
    let waited = waitpid(Some(pid), WaitOptions::empty()).at("waitpid")?;
    let code = waited.and_then(|(_, status)| status.exit_status());
    match code {
        Some(0) => Ok(()),
        Some(code) => Err(Errno::from_raw_os_error(code)).at(step),
        None => Err(Errno::INTR).at(step),
    }
}
