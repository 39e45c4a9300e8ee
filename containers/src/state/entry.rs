//! What is known of a container that has a name, and how it is found again.

use std::fs;
use std::io::{self, Write};
use std::os::fd::OwnedFd;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use rustix::io::Errno;
use rustix::process::{Pid, PidfdFlags};
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::limits::Limit;

/// The files in the directory of a container.
pub(super) const FACTS: &str = "facts.json";
pub(super) const SOCKET: &str = "start.socket";
pub(super) const CODE: &str = "code";
pub(super) const LOG: &str = "log";

/// What is written down of a container.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// The first process, on the host.
    pub pid: i32,
    /// When that began, in the kernel's ticks: no later process of the same
    /// number is taken for it.
    pub began: u64,
    /// The root.
    #[serde(with = "crate::os_path")]
    pub rootfs: PathBuf,
    /// The program and its arguments, as they are shown.
    pub command: String,
    /// Whether it is connected with others.
    pub network: bool,
    /// The limits of each process, also of those who join.
    #[serde(default)]
    pub limits: Vec<Limit>,
    /// The directory of its control group.
    #[serde(default, with = "crate::os_path::optional")]
    pub group: Option<PathBuf>,
    /// Whether it lasts only as long as the command that runs it.
    pub passing: bool,
}

/// How a container is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// It waits for its start.
    Created,
    /// Its program runs.
    Running,
    /// Its program has ended, with this code if it was not killed with init.
    Ended(Option<u8>),
}

impl Facts {
    /// Reads what is written down in a container's directory.
    pub(super) fn read(folder: &Path) -> Option<Self> {
        let text = fs::read_to_string(folder.join(FACTS)).ok()?;
        serde_json::from_str(&text).ok()
    }

    /// Writes it down, all or nothing.
    pub(super) fn write(&self, folder: &Path) -> Result<(), Error> {
        let step = "write down the container";
        let fail = |error: &std::io::Error| {
            Error::io(step, error).at(folder).because("the disk is full")
        };
        let text = serde_json::to_vec(self)
            .map_err(|error| Error::refused(step).because(error.to_string()))?;
        let part = folder.join("facts.part");
        new_file(&part)
            .and_then(|mut file| file.write_all(&text))
            .and_then(|()| fs::rename(&part, folder.join(FACTS)))
            .map_err(|error| fail(&error))
    }

    /// Returns a descriptor of the first process, unless it has ended.
    pub(super) fn process(&self) -> Result<Option<OwnedFd>, Error> {
        let Some(pid) = Pid::from_raw(self.pid) else { return Ok(None) };
        match rustix::process::pidfd_open(pid, PidfdFlags::empty()) {
            // Compared when the number can no longer pass to another.
            Ok(pidfd) if began(pid) == Some(self.began) => Ok(Some(pidfd)),
            Ok(_) | Err(Errno::SRCH) => Ok(None),
            Err(errno) => Err(Error::of("find the container", errno)),
        }
    }

    pub(super) fn status(&self, folder: &Path) -> Result<Status, Error> {
        let has_ended = self.process()?.is_none();
        // Init writes it, so it is true whatever has become of who asked.
        let record = fs::read_to_string(folder.join(CODE)).unwrap_or_default();
        Ok(match record.lines().last() {
            last if has_ended => {
                Status::Ended(last.and_then(|it| it.parse().ok()))
            }
            Some(_) => Status::Running,
            None if self.passing => Status::Running,
            None => Status::Created,
        })
    }
}

/// Makes a file that its owner reads and writes, whatever the umask says.
pub(super) fn new_file(path: &Path) -> io::Result<fs::File> {
    let file = fs::File::create_new(path)?;
    file.set_permissions(fs::Permissions::from_mode(0o600))?;
    Ok(file)
}

/// Returns when a process began; nothing if it has ended, or only waits to be
/// reaped.
pub(super) fn began(pid: Pid) -> Option<u64> {
    let path = format!("/proc/{}/stat", pid.as_raw_pid());
    parse_began(&fs::read_to_string(path).ok()?)
}

/// The name of the program, in brackets, may hold anything.
fn parse_began(stat: &str) -> Option<u64> {
    let (_, after) = stat.rsplit_once(") ")?;
    let mut fields = after.split(' ');
    let state = fields.next()?;
    let began = fields.nth(18)?.parse().ok()?;
    (!["Z", "X"].contains(&state)).then_some(began)
}

impl std::fmt::Display for Status {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = match self {
            Self::Created => "created".into(),
            Self::Running => "running".into(),
            Self::Ended(Some(code)) => format!("ended {code}"),
            Self::Ended(None) => "killed".into(),
        };
        f.pad(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_brackets_and_spaces_hides_nothing() {
        let tail = "1 ".repeat(18);
        let stat = |state| format!("7 (a) b) (c) {state} {tail}4711 0\n");
        assert_eq!(parse_began(&stat("S")), Some(4711));
        assert_eq!(parse_began(&stat("Z")), None);
        assert_eq!(parse_began("7 (a"), None);
    }

    #[test]
    fn this_process_has_begun() {
        assert!(began(rustix::process::getpid()).is_some());
    }
}
