//! What a container is asked for.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use containers::caps::Capability;
use containers::cgroup::Group;
use containers::container::Container;
use containers::error::Error;
use containers::ids::{IdMap, Wanted};
use containers::limits::Limit;
use containers::measures::Measure;
use containers::mounts::Mount;
use rustix::process::{Gid, Uid};

/// The options of a container, and its program.
#[derive(Args)]
pub(super) struct Asked {
    /// The directory that is the root
    #[arg(long, value_name = "DIRECTORY", default_value = ".")]
    rootfs: PathBuf,
    /// The host's name inside
    #[arg(long, value_name = "NAME", default_value = "unc")]
    hostname: OsString,
    /// Mount something: tmpfs:TARGET, bind:SOURCE:TARGET or ro:SOURCE:TARGET
    #[arg(long, value_name = "MOUNT")]
    mount: Vec<Mount>,
    /// Make the root read-only
    #[arg(long)]
    read_only: bool,
    /// What /proc shows
    #[arg(long, value_enum, default_value_t)]
    proc: Proc,
    /// Connect it with this user's other containers that are so
    #[arg(long)]
    net: bool,
    /// Run the program as PID 1 itself, without an init that reaps
    #[arg(long, overrides_with = "as_pid_1")]
    as_pid_1: bool,
    /// Keep a capability, which counts inside only
    #[arg(long, value_name = "CAPABILITY")]
    keep: Vec<Capability>,
    #[command(flatten)]
    limits: Limits,
    #[command(flatten)]
    ids: Ids,
    #[command(flatten)]
    program: Program,
}

/// The program, and what it is locked by.
#[derive(Args)]
pub(super) struct Program {
    /// Leave out a measure, to see what it is for
    #[arg(long, value_name = "MEASURE", value_enum)]
    without: Vec<Measure>,
    /// Set a variable of the environment, which is empty but for PATH, HOME,
    /// USER and TERM
    #[arg(long, value_name = "NAME=VALUE")]
    env: Vec<OsString>,
    /// The working directory, inside
    #[arg(long, value_name = "DIRECTORY", default_value = "/")]
    cwd: PathBuf,
    /// The program, and its arguments
    #[arg(required = true, trailing_var_arg = true, value_name = "PROGRAM")]
    program: Vec<OsString>,
}

#[derive(Args)]
struct Limits {
    /// Limit each process: NAME=SOFT[:HARD], as in nofile=64
    #[arg(long, value_name = "LIMIT")]
    limit: Vec<Limit>,
    /// A directory of control groups that is delegated to this user
    #[arg(long, value_name = "DIRECTORY")]
    cgroup: Option<PathBuf>,
    /// Limit how many processes there are in all
    #[arg(long, value_name = "NUMBER")]
    pids: Option<u64>,
    /// Limit the memory of all processes, in bytes
    #[arg(long, value_name = "BYTES")]
    memory: Option<u64>,
    /// Limit the time of all processes, in percent of one processor
    #[arg(long, value_name = "PERCENT")]
    cpu: Option<u32>,
}

#[derive(Args)]
struct Ids {
    /// Map the users that /etc/subuid and /etc/subgid lend, too
    #[arg(long, conflicts_with_all = ["map_users", "map_groups"])]
    map_lent: bool,
    /// Map users: INSIDE:OUTSIDE:COUNT
    #[arg(long, value_name = "MAP")]
    map_users: Vec<IdMap>,
    /// Map groups: INSIDE:OUTSIDE:COUNT; without it, as users
    #[arg(long, value_name = "MAP", requires = "map_users")]
    map_groups: Vec<IdMap>,
    /// Become another user before all else; only root can
    #[arg(long, value_name = "USER[:GROUP]")]
    drop_to: Option<String>,
}

/// Changes what is asked for.
type Switch = fn(Container) -> Container;

#[derive(Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Proc {
    /// The processes inside, and nothing of the machine
    #[default]
    Pids,
    /// All, with the telling files masked
    Whole,
}

impl Asked {
    /// Becomes the user who was asked for.
    pub(super) fn drop_root(&self) -> Result<(), Error> {
        let Some(text) = &self.ids.drop_to else { return Ok(()) };
        let step = "drop to another user";
        let (user, group) = text.split_once(':').unwrap_or((text, text));
        let (Ok(user), Ok(group)) = (user.parse(), group.parse()) else {
            return Err(Error::refused(step)
                .at(text)
                .because("it is written as numbers: USER[:GROUP]"));
        };
        if user == 0 || group == 0 {
            return Err(Error::refused(step).at(text).because("that is root"));
        }
        // -1 says to the kernel that nothing changes.
        if user == u32::MAX || group == u32::MAX {
            return Err(Error::refused(step)
                .at(text)
                .because("nobody has the number 4294967295"));
        }
        become_user(user, group).map_err(|errno| {
            Error::of(step, errno).at(text).because("only root can")
        })
    }

    /// Returns the container.
    pub(super) fn container(&self) -> Result<Container, Error> {
        let mut container = self.program.container(&self.rootfs)?;
        container = container.hostname(&self.hostname).ids(self.ids.wanted());
        for mount in &self.mount {
            container = container.mount(mount.clone());
        }
        for limit in &self.limits.limit {
            container = container.limit(limit.clone());
        }
        for capability in &self.keep {
            container = container.keep(*capability);
        }
        let switches: [(bool, Switch); 4] = [
            (self.read_only, Container::read_only),
            (self.proc == Proc::Whole, Container::whole_proc),
            (self.net, Container::network),
            // This program has one thread, which waits for the end.
            (self.as_pid_1, |it| it.as_pid_1().dies_with_thread()),
        ];
        for (is_on, switch) in switches {
            if is_on {
                container = switch(container);
            }
        }
        Ok(match self.limits.group() {
            Some(group) => container.group(group),
            None => container,
        })
    }
}

impl Program {
    /// Returns a container of this program, all else by default.
    pub(super) fn container(
        &self,
        rootfs: impl Into<PathBuf>,
    ) -> Result<Container, Error> {
        let (program, args) = match &self.program[..] {
            [program, args @ ..] => (program, args),
            [] => return Err(Error::refused("execute")),
        };
        let mut container = Container::new(rootfs, program).args(args);
        container = container.cwd(&self.cwd);
        // Programs inside talk to the terminal that is outside.
        if let Some(term) = std::env::var_os("TERM") {
            container = container.env("TERM", term);
        }
        for pair in &self.env {
            let bytes = pair.as_bytes();
            let at = bytes.iter().position(|it| *it == b'=');
            let Some(at @ 1..) = at else {
                return Err(Error::refused("set a variable")
                    .at(pair)
                    .because("it is written NAME=VALUE"));
            };
            let [name, value] = [&bytes[..at], &bytes[at + 1..]];
            container = container
                .env(OsStr::from_bytes(name), OsStr::from_bytes(value));
        }
        for measure in &self.without {
            container = container.without(*measure);
        }
        Ok(container)
    }
}

impl Limits {
    fn group(&self) -> Option<Group> {
        let Self { pids, memory, cpu, .. } = *self;
        let group = Group { parent: self.cgroup.clone(), pids, memory, cpu };
        (group != Group::default()).then_some(group)
    }
}

impl Ids {
    fn wanted(&self) -> Wanted {
        let Self { map_users, map_groups, .. } = self;
        if self.map_lent {
            return Wanted::Lent;
        }
        if map_users.is_empty() {
            return Wanted::Single;
        }
        let groups = if map_groups.is_empty() { map_users } else { map_groups };
        Wanted::Given { users: map_users.clone(), groups: groups.clone() }
    }
}

fn become_user(user: u32, group: u32) -> rustix::io::Result<()> {
    use rustix::process::DumpableBehavior;
    use rustix::thread::{
        set_thread_groups, set_thread_res_gid, set_thread_res_uid,
    };
    let (user, group) = (Uid::from_raw(user), Gid::from_raw(group));
    set_thread_groups(&[])?;
    set_thread_res_gid(group, group, group)?;
    set_thread_res_uid(user, user, user)?;
    // It holds nothing of root's: its own files in /proc are its own again.
    rustix::process::set_dumpable_behavior(DumpableBehavior::Dumpable)
}
