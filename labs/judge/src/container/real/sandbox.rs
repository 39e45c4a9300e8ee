//! The host that is thrown away.

use std::fs;
use std::io::Read;
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::mount::{MountFlags, MountPropagationFlags};
use rustix::pipe::{PipeFlags, pipe_with};
use rustix::process::{
    Pid, Signal, WaitOptions, getegid, geteuid, kill_process,
    set_parent_process_death_signal, waitpid,
};
use rustix::thread::{CapabilitySet, CapabilitySets, set_capabilities};

use super::clone::{clone, flags};
use super::facts::WHO;
use super::observer::{KINDS, Observer, hostname, namespace, read};
use super::process::Process;
use crate::container::call::{Namespace, Status};
use crate::container::kernel::{Container, Kernel};
use crate::container::stage::Stage;
use crate::panics::caught;

/// Who starts the container there: an ordinary user.
const USER: u32 = 1000;

/// The name of that host.
const HOST: &str = "lab-host";

const ALL: [Namespace; 4] =
    [Namespace::User, Namespace::Pid, Namespace::Mount, Namespace::Uts];

/// Has the reader's code start a container there, and returns what was told
/// within `limit`; or why this machine permits no such host.
pub(super) fn run<C: Container>(
    stage: Stage,
    limit: Duration,
) -> Result<String, String> {
    let refused = |step: &str, errno: Errno| {
        format!("this machine permits no namespaces: {step}: {errno}")
    };
    let pipe = || pipe_with(PipeFlags::CLOEXEC);
    let (told, report) = pipe().map_err(|it| refused("pipe", it))?;
    let (gate, opener) = pipe().map_err(|it| refused("pipe", it))?;
    let observer = Observer { stage, report };
    let folder = std::env::current_dir().unwrap_or_default();
    let first = clone(flags(&ALL), || {
        if is_readable(&gate, limit) {
            be_first::<C>(&observer, &folder);
        }
        0
    });
    let first = first.map_err(|it| refused("clone", it))?;
    let host = Host(first);
    drop(observer);
    map(first).map_err(|(file, error)| {
        format!("this machine permits no namespaces: {file}: {error}")
    })?;
    rustix::io::write(&opener, b"1").map_err(|it| refused("write", it))?;
    let text = read_until(told, Instant::now() + limit);
    drop(host);
    Ok(text)
}

/// The first process of the host: with it, all end.
struct Host(Pid);

impl Drop for Host {
    fn drop(&mut self) {
        // It may have ended by itself; and nobody else waits for it.
        let _ = kill_process(self.0, Signal::KILL);
        let _ = waitpid(Some(self.0), WaitOptions::empty());
    }
}

fn map(first: Pid) -> Result<(), (&'static str, std::io::Error)> {
    let (uid, gid) = (geteuid().as_raw(), getegid().as_raw());
    let files = [
        ("setgroups", "deny".to_owned()),
        ("gid_map", format!("{USER} {gid} 1")),
        ("uid_map", format!("{USER} {uid} 1")),
    ];
    for (file, text) in files {
        let path = format!("/proc/{}/{file}", first.as_raw_pid());
        fs::write(path, text).map_err(|error| (file, error))?;
    }
    Ok(())
}

/// Waits until something can be read, or the other end is closed.
fn is_readable(file: impl AsFd, limit: Duration) -> bool {
    let limit = Timespec::try_from(limit).unwrap_or_default();
    let mut watched = [PollFd::new(&file, PollFlags::IN)];
    let ready = || poll(&mut watched, Some(&limit));
    rustix::io::retry_on_intr(ready).is_ok_and(|ready| ready > 0)
}

/// Reads what is told until all who could tell have ended, or it is late.
fn read_until(told: OwnedFd, late: Instant) -> String {
    let mut bytes = Vec::new();
    let mut file = fs::File::from(told);
    let mut buffer = [0; 4096];
    while is_readable(&file, late.saturating_duration_since(Instant::now())) {
        match file.read(&mut buffer) {
            Ok(count @ 1..) => bytes.extend_from_slice(&buffer[..count]),
            _ => break,
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Makes the host what it is, and starts its user's process.
fn be_first<C: Container>(observer: &Observer, folder: &Path) {
    let told = |(step, errno): (&str, Errno)| {
        let why =
            format!("this machine permits no namespaces: {step}: {errno}");
        observer.tell("absent", &why);
    };
    let root = match furnish(folder) {
        Ok(root) => root,
        Err(refused) => return told(refused),
    };
    let user = clone(0, || {
        match give_up_all() {
            Ok(()) => be_user::<C>(observer, &root),
            Err(refused) => told(refused),
        }
        0
    });
    match user {
        Ok(user) => drop(waitpid(Some(user), WaitOptions::empty())),
        Err(errno) => told(("fork", errno)),
    }
}

/// Makes what the host has; returns the folder of the container.
fn furnish(folder: &Path) -> Result<PathBuf, (&'static str, Errno)> {
    // If the judge is killed, this ends too, and all with it.
    set_parent_process_death_signal(Some(Signal::KILL))
        .map_err(|it| ("prctl", it))?;
    rustix::system::sethostname(HOST.as_bytes())
        .map_err(|it| ("sethostname", it))?;
    // Nothing comes from outside; and here it is as on most machines.
    for how in [MountPropagationFlags::PRIVATE, MountPropagationFlags::SHARED] {
        rustix::mount::mount_change("/", how | MountPropagationFlags::REC)
            .map_err(|it| ("change the mounts", it))?;
    }
    let safe = MountFlags::NOSUID | MountFlags::NODEV | MountFlags::NOEXEC;
    for (kind, at) in [("proc", Path::new("/proc")), ("tmpfs", folder)] {
        rustix::mount::mount(kind, at, kind, safe, c"")
            .map_err(|it| ("mount", it))?;
    }
    let root = folder.join("root");
    let made = ["proc", "old"].map(|it| fs::create_dir_all(root.join(it)));
    let made = made.into_iter().chain([fs::write(root.join("who"), WHO)]);
    let made: std::io::Result<()> = made.collect();
    let errno = |it: std::io::Error| Errno::from_io_error(&it);
    made.map_err(|it| ("mkdir", errno(it).unwrap_or(Errno::IO)))?;
    Ok(root)
}

/// Becomes a user without rights who may make namespaces.
fn give_up_all() -> Result<(), (&'static str, Errno)> {
    let none = CapabilitySet::empty();
    let sets =
        CapabilitySets { effective: none, permitted: none, inheritable: none };
    set_capabilities(None, sets).map_err(|it| ("capset", it))?;
    let nested = clone(flags(&ALL), || 0).map_err(|it| ("clone", it))?;
    let waited = waitpid(Some(nested), WaitOptions::empty());
    waited.map(drop).map_err(|it| ("waitpid", it))
}

/// Starts the container, waits for it, and looks at what is left.
fn be_user<C: Container>(observer: &Observer, root: &Path) {
    for kind in KINDS {
        observer.tell(&format!("outside-{kind}"), &namespace(kind));
    }
    let mounts = read("/proc/self/mountinfo");
    let own = observer.report.try_clone();
    let Ok(report) = own else { return };
    let process = Process::new(Observer { stage: observer.stage, report });
    let settings = observer.stage.settings(&root.display().to_string());
    let status = caught(|| {
        let child = C::start(&process, &settings)?;
        process.wait_for(child)
    });
    match status {
        Ok(Ok(Status::Exited(code))) => {
            observer.tell("status", &format!("code {code}"));
        }
        Ok(Ok(Status::Killed(signal))) => {
            observer.tell("status", &format!("signal {signal}"));
        }
        Ok(Err(errno)) => observer.tell("refused", &errno.to_string()),
        Err(panic) => observer.tell("panic", &panic.message),
    }
    let same = |is: bool| if is { "as before" } else { "changed" };
    observer.tell("host-name", same(hostname() == HOST));
    let is_same = mounts == read("/proc/self/mountinfo");
    observer.tell("host-mounts", same(is_same));
    let is_alone = process.wait().is_err();
    let left = if is_alone { "nothing" } else { "a child" };
    observer.tell("left", left);
}
