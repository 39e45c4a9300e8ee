//! Limits of all processes of a container together: a control group of
//! version 2, in a directory that is delegated to the user.

use std::fmt;
use std::fs::{self, File};
use std::io;
use std::os::fd::{AsRawFd, OwnedFd, RawFd};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::process::{Pid, test_kill_process};
use serde::{Deserialize, Serialize};

use crate::error::Error;

const STEP: &str = "make a control group";

/// Limits of a container as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// The delegated directory; without it, the one that the caller's own
    /// group is in.
    #[serde(with = "crate::os_path::optional")]
    pub parent: Option<PathBuf>,
    /// Most processes and threads.
    pub pids: Option<u64>,
    /// Most memory, in bytes.
    pub memory: Option<u64>,
    /// Most time of processors, in percent of one.
    pub cpu: Option<u32>,
}

/// The control group of one container.
#[derive(Debug)]
pub(crate) struct MadeGroup {
    path: PathBuf,
    procs: OwnedFd,
    stays: bool,
}

impl MadeGroup {
    /// Returns the open `cgroup.procs`.
    pub(crate) fn procs(&self) -> RawFd {
        self.procs.as_raw_fd()
    }

    /// Returns its directory.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Leaves the directory to those in it.
    pub(crate) fn leave(mut self) {
        self.stays = true;
    }
}

impl Drop for MadeGroup {
    fn drop(&mut self) {
        if !self.stays {
            let _ = fs::remove_dir(&self.path);
        }
    }
}

/// Makes a control group with these limits. The descriptor that it holds has
/// the number `lowest` or one above: the new process finds other things at
/// the low ones.
pub(crate) fn make(group: &Group, lowest: RawFd) -> Result<MadeGroup, Error> {
    /// Tells the groups of one process apart.
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let parent = match &group.parent {
        Some(parent) => parent.clone(),
        None => own_parent()?,
    };
    sweep(&parent);
    let path = loop {
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = parent.join(format!("unc-{}-{number}", process::id()));
        match fs::create_dir(&path) {
            Ok(()) => break path,
            // A process that had our number was killed here.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => {
                return Err(Error::io(STEP, &error).at(path).because(
                    "no directory of control groups is delegated to this \
                     user; `systemd-run --user --scope -p Delegate=yes` gives \
                     one",
                ));
            }
        }
    };
    let mut made = open(path, lowest).inspect_err(|error| {
        let _ = error.path().and_then(Path::parent).map(fs::remove_dir);
    })?;
    // From here on it is removed if anything fails.
    made.stays = false;
    for (file, text) in settings(group) {
        set(&made.path.join(file), &text)?;
    }
    Ok(made)
}

/// Opens the control group of a container that runs; it stays.
pub(crate) fn open(path: PathBuf, lowest: RawFd) -> Result<MadeGroup, Error> {
    let procs = path.join("cgroup.procs");
    let opened = File::options()
        .write(true)
        .open(&procs)
        .and_then(|file| Ok(rustix::io::fcntl_dupfd_cloexec(&file, lowest)?));
    match opened {
        Ok(procs) => Ok(MadeGroup { path, procs, stays: true }),
        Err(error) => Err(Error::io(STEP, &error).at(procs)),
    }
}

/// Removes the control group of a container that has ended. Those who joined
/// it may still be ending: they have a second.
pub(crate) fn remove(path: &Path) -> Result<(), Error> {
    let mut removed = fs::remove_dir(path);
    if removed.as_ref().is_err_and(is_busy) && is_empty_soon(path) {
        removed = fs::remove_dir(path);
    }
    match removed {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(Error::io("remove the control group", &error).at(path))
        }
        _ => Ok(()),
    }
}

fn is_busy(error: &io::Error) -> bool {
    Errno::from_io_error(error) == Some(Errno::BUSY)
}

/// The kernel tells of each change of the file as of urgent data.
fn is_empty_soon(path: &Path) -> bool {
    let limit = Timespec { tv_sec: 1, tv_nsec: 0 };
    let Ok(events) = File::open(path.join("cgroup.events")) else {
        return false;
    };
    loop {
        let mut text = [0; 256];
        let read = rustix::io::pread(&events, &mut text, 0).unwrap_or(0);
        let is_empty = |line: &[u8]| line == b"populated 0";
        if text[..read].split(|it| *it == b'\n').any(is_empty) {
            return true;
        }
        let mut watched = [PollFd::new(&events, PollFlags::PRI)];
        if poll(&mut watched, Some(&limit)) == Ok(0) {
            return false;
        }
    }
}

/// Removes what commands have left that were killed before they could; one
/// that is in use is kept by the kernel.
fn sweep(parent: &Path) {
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
        let maker = entry.file_name().to_str().and_then(maker_of);
        if maker.is_some_and(|it| test_kill_process(it) == Err(Errno::SRCH)) {
            let _ = fs::remove_dir(entry.path());
        }
    }
}

/// Returns the process that a group's name tells of.
fn maker_of(name: &str) -> Option<Pid> {
    let (pid, number) = name.strip_prefix("unc-")?.split_once('-')?;
    number.parse::<u32>().ok()?;
    Pid::from_raw(pid.parse().ok().filter(|it| *it > 0)?)
}

/// Returns what is written where.
fn settings(group: &Group) -> Vec<(&'static str, String)> {
    let pids = group.pids.map(|it| ("pids.max", it.to_string()));
    let memory = group.memory.map(|it| ("memory.max", it.to_string()));
    let cpu = group.cpu.map(|percent| {
        ("cpu.max", format!("{} 100000", u64::from(percent) * 1000))
    });
    [pids, memory, cpu].into_iter().flatten().collect()
}

fn set(path: &Path, text: &str) -> Result<(), Error> {
    let file = File::options().write(true).open(path);
    file.and_then(|mut file| io::Write::write_all(&mut file, text.as_bytes()))
        .map_err(|error| {
            Error::io(STEP, &error).at(path).because(
            "the controller is not delegated: cgroup.subtree_control of the \
             directory above has to name it",
        )
        })
}

/// Returns the directory in which this process's own group is.
fn own_parent() -> Result<PathBuf, Error> {
    let read = |path: &str| {
        fs::read_to_string(path)
            .map_err(|error| Error::io(STEP, &error).at(path))
    };
    let mounts = read("/proc/self/mountinfo")?;
    let groups = read("/proc/self/cgroup")?;
    parent_of(&mounts, &groups).ok_or_else(|| {
        Error::refused(STEP)
            .because("control groups of version 2 are not mounted here")
    })
}

fn parent_of(mounts: &str, groups: &str) -> Option<PathBuf> {
    let mounted = mounts.lines().find_map(|line| {
        let (before, after) = line.split_once(" - ")?;
        after.starts_with("cgroup2 ").then(|| before.split(' ').nth(4))?
    })?;
    let own = groups.lines().find_map(|line| line.strip_prefix("0::/"))?;
    let path = Path::new(mounted).join(own);
    let parent = if own.is_empty() { &path } else { path.parent()? };
    Some(parent.to_owned())
}

impl fmt::Display for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let settings = settings(self);
        let texts =
            settings.iter().map(|(file, text)| format!("{file}={text}"));
        f.write_str(&texts.collect::<Vec<_>>().join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_written_as_the_kernel_reads_them() {
        let group = Group {
            parent: None,
            pids: Some(20),
            memory: Some(1 << 20),
            cpu: Some(50),
        };
        assert_eq!(
            group.to_string(),
            "pids.max=20, memory.max=1048576, cpu.max=50000 100000"
        );
    }

    #[test]
    fn a_group_tells_who_made_it() {
        let pid = |name: &str| maker_of(name).map(Pid::as_raw_pid);
        assert_eq!(pid("unc-12-0"), Some(12));
        for name in ["unc-12", "unc-0-1", "unc--1-0", "unc-1-x", "x-1-0"] {
            assert_eq!(pid(name), None, "{name}");
        }
    }

    #[test]
    fn the_group_beside_ones_own_is_found() {
        let mounts = "30 24 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n";
        let groups = "1:pids:/x\n0::/user.slice/a.scope\n";
        let path = parent_of(mounts, groups).expect("it is mounted");
        assert_eq!(path, Path::new("/sys/fs/cgroup/user.slice"));
        let root = parent_of(mounts, "0::/\n").expect("it is mounted");
        assert_eq!(root, Path::new("/sys/fs/cgroup/"));
        assert_eq!(parent_of("", groups), None);
    }
}
