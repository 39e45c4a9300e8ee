//! Containers that have a name: created, started, stopped, listed, removed.
//!
//! Each is a directory in that of the user. There is no service: PID 1 of
//! each container waits for its start, and writes down how it ended.

pub mod entry;
mod name;

use std::fs;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::{Errno, retry_on_intr};
use support::visible::visible;

use crate::cgroup;
use crate::container::Container;
use crate::error::Error;
use crate::net::directory::{self, Directory, short_path};
use crate::plan::Plan;
use crate::protocol;
use crate::start::child::Child;
use crate::start::prepared::Given;
use crate::start::start as start_plan;
use crate::sys::signals;
use entry::{CODE, Facts, LOG, SOCKET, Status, new_file};
use name::{Doomed, Taken};

/// The containers of this user.
#[derive(Clone, Debug)]
pub struct Containers {
    folder: PathBuf,
}

/// A container in a list.
#[derive(Clone, Debug)]
pub struct Listed {
    /// Its name.
    pub name: String,
    /// What is written down of it.
    pub facts: Facts,
    /// How it is.
    pub status: Status,
}

/// A container that lasts as long as this value, and then its name is free.
#[derive(Debug)]
pub struct Passing {
    /// The container.
    pub child: Child,
    _folder: Taken,
}

impl Containers {
    /// Opens those of this user.
    ///
    /// # Errors
    ///
    /// If the directory cannot be made, or is somebody else's.
    pub fn of_user() -> Result<Self, Error> {
        let of_user = directory::of_user();
        Directory::open(&of_user)?;
        let folder = of_user.join("containers");
        Directory::open(&folder)?;
        Ok(Self { folder })
    }

    /// Makes a container that waits for its start.
    ///
    /// # Errors
    ///
    /// If one of that name exists, or it cannot be made; then nothing is left.
    pub fn create(
        &self,
        name: &str,
        container: &Container,
    ) -> Result<(), Error> {
        if container.as_pid_1 {
            return Err(Error::refused("create").because(
                "the init waits for the start: it cannot be left out",
            ));
        }
        let plan = container.plan()?.waiting();
        let taken = name::take(&self.folder, name)?;
        let file =
            |error: io::Error| Error::io("create", &error).at(&taken.folder);
        let socket = bind(&taken.folder).map_err(file)?;
        let code = new_file(&taken.folder.join(CODE)).map_err(file)?;
        let given = Given {
            executable: container.executable.clone(),
            socket: Some(socket.into()),
            record: Some(code.into()),
            stdio: Some(stdio(&taken.folder).map_err(file)?),
            ..Given::default()
        };
        let child = start_plan(&plan, given)?;
        facts(&child, container, false)?.write(&taken.folder)?;
        child.leave();
        taken.leave();
        Ok(())
    }

    /// Starts the program of a container that waits for it.
    ///
    /// # Errors
    ///
    /// If there is no such container, it has been started, or its program
    /// cannot be executed.
    pub fn start(&self, name: &str) -> Result<(), Error> {
        let (folder, facts) = self.find(name)?;
        let error = |what: &'static str| {
            Error::refused("start the container").at(name).because(what)
        };
        match facts.status(&folder)? {
            Status::Created => {}
            Status::Running => return Err(error("it is running")),
            Status::Ended(_) => return Err(error("it has ended")),
        }
        // Of two that connect, one is heard, and the other cut off.
        let beaten = |error: Error| {
            error
                .at(name)
                .because("somebody else has started it, or it has ended")
        };
        let stream = connect(&folder)
            .map_err(|io| beaten(Error::io("start the container", &io)))?;
        let none = Plan { steps: Vec::new() };
        protocol::outcome(OwnedFd::from(stream), &none).map_err(|error| {
            let is_beaten = error.errno() == Some(Errno::CONNRESET);
            if is_beaten { beaten(error) } else { error }
        })
    }

    /// Asks the program to end, and ends it if it has not after `patience`.
    ///
    /// # Errors
    ///
    /// If there is no such container. One that has ended is no error.
    pub fn stop(&self, name: &str, patience: Duration) -> Result<(), Error> {
        let (_, facts) = self.find(name)?;
        let fail = |errno| Error::of("stop the container", errno).at(name);
        let Some(process) = facts.process()? else { return Ok(()) };
        for (signal, patience) in
            [(libc::SIGTERM, Some(patience)), (libc::SIGKILL, None)]
        {
            match signals::send(process.as_fd(), signal) {
                Ok(()) => {}
                Err(Errno::SRCH) => return Ok(()),
                Err(errno) => return Err(fail(errno)),
            }
            if ends_within(&process, patience).map_err(fail)? {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Runs another program in a container that runs.
    ///
    /// # Errors
    ///
    /// If there is none of that name, or it does not run; or as
    /// [`Container::start`].
    pub fn exec(
        &self,
        name: &str,
        container: &Container,
    ) -> Result<Child, Error> {
        let (folder, facts) = self.find(name)?;
        let is_running = facts.status(&folder)? == Status::Running;
        let Some(target) = facts.process()?.filter(|_| is_running) else {
            return Err(Error::refused("join the container")
                .at(name)
                .because("it is not running"));
        };
        let given = Given {
            executable: container.executable.clone(),
            target: Some(target),
            group: facts.group.clone(),
            ..Given::default()
        };
        let mut container = container.clone();
        container.network |= facts.network;
        // Those asked for come last, and so they hold.
        container.limits.splice(0..0, facts.limits);
        let mut plan = Plan::inside(&container)?;
        if facts.group.is_some() {
            plan = plan.in_its_group();
        }
        start_plan(&plan, given)
    }

    /// Runs a container that has a name while it runs.
    ///
    /// # Errors
    ///
    /// If one of that name exists; or as [`Container::start`].
    pub fn run(
        &self,
        name: &str,
        container: &Container,
    ) -> Result<Passing, Error> {
        let taken = name::take(&self.folder, name)?;
        let child = container.start()?;
        facts(&child, container, true)?.write(&taken.folder)?;
        Ok(Passing { child, _folder: taken })
    }

    /// Returns what a container that was created has printed until now.
    ///
    /// # Errors
    ///
    /// If there is none of that name, or it was run and prints to whoever
    /// runs it.
    pub fn log(&self, name: &str) -> Result<Vec<u8>, Error> {
        let (folder, _) = self.find(name)?;
        fs::read(folder.join(LOG)).map_err(|error| {
            Error::io("read the log", &error)
                .at(name)
                .because("only what was created has one")
        })
    }

    /// Removes a container that has ended; with `force`, ends it before.
    ///
    /// # Errors
    ///
    /// If there is none of that name, or it has not ended.
    pub fn remove(&self, name: &str, force: bool) -> Result<(), Error> {
        name::check(name)?;
        let doomed = Doomed::open(&self.folder.join(name));
        let (folder, facts) = self.find(name)?;
        let has_ended = facts.process()?.is_none();
        if !has_ended && !force {
            return Err(Error::refused("remove the container")
                .at(name)
                .because("it has not ended; `unc stop` ends it"));
        }
        self.stop(name, Duration::ZERO)?;
        facts.group.as_deref().map_or(Ok(()), cgroup::remove)?;
        doomed.and_then(|it| it.remove(facts.passing)).map_err(|error| {
            Error::io("remove the container", &error).at(folder)
        })
    }

    /// Returns all containers, by name.
    ///
    /// # Errors
    ///
    /// If the directory cannot be read.
    pub fn list(&self) -> Result<Vec<Listed>, Error> {
        let fail = |error: io::Error| {
            Error::io("list containers", &error).at(&self.folder)
        };
        let mut listed = Vec::new();
        for entry in fs::read_dir(&self.folder).map_err(fail)? {
            let entry = entry.map_err(fail)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let folder = entry.path();
            if !folder.is_dir() || name::sweep(&folder) {
                continue;
            }
            if let Some(facts) = Facts::read(&folder) {
                let status = facts.status(&folder)?;
                listed.push(Listed { name, facts, status });
            }
        }
        listed.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(listed)
    }

    fn find(&self, name: &str) -> Result<(PathBuf, Facts), Error> {
        name::check(name)?;
        let folder = self.folder.join(name);
        match Facts::read(&folder) {
            Some(facts) => Ok((folder, facts)),
            None => Err(Error::refused("find the container")
                .at(name)
                .because("there is none of that name; `unc list` lists them")),
        }
    }
}

fn facts(
    child: &Child,
    container: &Container,
    passing: bool,
) -> Result<Facts, Error> {
    let began = entry::began(child.pid()).ok_or_else(|| {
        Error::refused("write down the container").because("it has ended")
    });
    let mut command = container.program.display().to_string();
    for arg in &container.args {
        command.push(' ');
        command.push_str(&arg.to_string_lossy());
    }
    let rootfs = &container.rootfs;
    Ok(Facts {
        pid: child.pid().as_raw_pid(),
        // A program may end before it is written down.
        began: if passing { began.unwrap_or(0) } else { began? },
        rootfs: fs::canonicalize(rootfs).unwrap_or_else(|_| rootfs.clone()),
        command: visible(&command).into_owned(),
        network: container.network,
        limits: container.limits.clone(),
        group: child.group().map(Path::to_owned),
        passing,
    })
}

/// Whoever makes a container does not wait for it: nothing comes from there,
/// and what is printed is kept.
fn stdio(folder: &Path) -> io::Result<[OwnedFd; 3]> {
    let log = new_file(&folder.join(LOG))?;
    let null = fs::File::open("/dev/null")?;
    Ok([null.into(), log.try_clone()?.into(), log.into()])
}

fn bind(folder: &Path) -> io::Result<UnixListener> {
    let open = fs::File::open(folder)?;
    let listener = UnixListener::bind(short_path(&open, SOCKET))?;
    // As of the other files: whatever the umask says.
    let own = fs::Permissions::from_mode(0o600);
    fs::set_permissions(folder.join(SOCKET), own)?;
    Ok(listener)
}

fn connect(folder: &Path) -> io::Result<UnixStream> {
    UnixStream::connect(short_path(&fs::File::open(folder)?, SOCKET))
}

/// Returns whether a process ends in time; without a limit it does.
fn ends_within(
    process: &OwnedFd,
    patience: Option<Duration>,
) -> Result<bool, Errno> {
    let limit = patience.and_then(|it| Timespec::try_from(it).ok());
    let mut watched = [PollFd::new(process, PollFlags::IN)];
    let ready = retry_on_intr(|| poll(&mut watched, limit.as_ref()))?;
    Ok(ready > 0)
}
