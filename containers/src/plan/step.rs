//! One step of a start: who does it, and how it is named.

use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::caps::Capability;
use crate::cgroup::Group;
use crate::ids::{Maps, Writer};
use crate::limits::Limit;
use crate::mounts::Mount;
use crate::namespaces::Namespace;

/// Who carries out a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lane {
    /// The caller, which may have threads.
    Caller,
    /// The new process, before it executes anything: it may share the
    /// caller's memory, so it makes system calls and nothing else.
    Clone,
    /// The new process as `unc-init`, a program of one thread.
    Init,
    /// The process that becomes the program.
    Program,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Step {
    /// Opens the program that becomes `unc-init`; what the caller could
    /// change is copied into a sealed file.
    SealProgram {
        /// Whether it is, or is taken as it is.
        sealed: bool,
    },
    /// Writes the rest of the plan into a sealed file.
    SealPlan,
    /// Makes a control group with these limits.
    MakeGroup(Group),
    /// Enters the namespaces of the user's network holder.
    JoinHolder,
    /// Makes the new process.
    Clone {
        /// Its own namespaces.
        namespaces: Vec<Namespace>,
        /// Whether it shares the caller's memory until it executes.
        shares_memory: bool,
    },
    /// Moves itself into the control group.
    EnterGroup,
    /// Writes who is who, or waits for who writes it.
    MapIds(Maps),
    /// Marks all descriptors but the protocol's to close.
    CloseDescriptors,
    /// Executes the sealed program as `unc-init`.
    BecomeInit,
    /// Enters the namespaces of a container that runs.
    JoinContainer(Vec<Namespace>),
    /// Keeps mounts from spreading to the host.
    PrivateMounts,
    /// Allows no user namespace inside.
    ForbidUserNamespaces,
    /// Makes the root a mount.
    AttachRoot {
        /// Where it is on the host.
        #[serde(with = "crate::os_path")]
        path: PathBuf,
        /// Whether it cannot be changed.
        read_only: bool,
        /// Whether it is mounted without devices and set-user-ID.
        plain: bool,
    },
    /// Mounts something inside.
    Mount {
        /// What and where.
        mount: Mount,
        /// Whether no symbolic link may be on the way to the target.
        strict: bool,
    },
    /// Hides a file behind an empty one, or makes it read-only.
    Mask {
        /// The path inside.
        #[serde(with = "crate::os_path")]
        path: PathBuf,
        /// Hidden, or else read-only.
        hidden: bool,
    },
    /// Makes the root the only file system there is.
    Pivot,
    /// Sets the host's name.
    Hostname(OsString),
    /// Sets up the interfaces.
    Network {
        /// Whether an interface to the other containers is waited for.
        attached: bool,
    },
    /// Forbids that programs gain privileges.
    NoNewPrivileges,
    /// Gives up all capabilities but these.
    DropCapabilities(Vec<Capability>),
    /// Refuses system calls.
    Filter {
        /// The capabilities whose system calls are not refused.
        keep: Vec<Capability>,
        /// Whether user namespaces may be made.
        nesting: bool,
    },
    /// Hides the memory of init from the program.
    HideInit,
    /// Waits for `unc start`.
    AwaitStart,
    /// Makes the process that becomes the program, and stays as PID 1.
    Fork {
        /// Ends when the caller ends.
        watches_caller: bool,
    },
    /// Dies with the thread that started it.
    DieWithThread,
    /// Begins a session without a terminal.
    NewSession,
    /// Sets a limit.
    SetLimit(Limit),
    /// Enters the working directory.
    Enter(#[serde(with = "crate::os_path")] PathBuf),
    /// Executes the program.
    Execute {
        /// Its name, looked for in `PATH` unless it has a `/`.
        program: OsString,
        /// Its arguments.
        args: Vec<OsString>,
        /// Its environment.
        env: Vec<(OsString, OsString)>,
        /// Whether all other descriptors are closed.
        closes: bool,
    },
}

impl Step {
    /// Returns who carries it out.
    pub fn lane(&self) -> Lane {
        match self {
            Self::SealProgram { .. } | Self::SealPlan | Self::MakeGroup(_) => {
                Lane::Caller
            }
            Self::Clone { .. } => Lane::Caller,
            Self::JoinHolder
            | Self::EnterGroup
            | Self::MapIds(_)
            | Self::CloseDescriptors
            | Self::BecomeInit => Lane::Clone,
            Self::DieWithThread
            | Self::NewSession
            | Self::SetLimit(_)
            | Self::Enter(_)
            | Self::Execute { .. } => Lane::Program,
            _ => Lane::Init,
        }
    }

    /// Returns its name, as errors and explanations give it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::SealProgram { .. } => "seal the init program",
            Self::SealPlan => "seal the plan",
            Self::MakeGroup(_) => "make a control group",
            Self::JoinHolder => "join the network holder",
            Self::Clone { .. } => "clone",
            Self::EnterGroup => "enter the control group",
            Self::MapIds(_) => "map users and groups",
            Self::CloseDescriptors => "close descriptors",
            Self::BecomeInit => "execute unc-init",
            Self::JoinContainer(_) => "join the container",
            Self::PrivateMounts => "make mounts private",
            Self::ForbidUserNamespaces => "forbid user namespaces",
            Self::AttachRoot { .. } => "attach the root",
            Self::Mount { .. } => "mount",
            Self::Mask { hidden: true, .. } => "mask",
            Self::Mask { hidden: false, .. } => "make read-only",
            Self::Pivot => "pivot the root",
            Self::Hostname(_) => "set the hostname",
            Self::Network { .. } => "set up the network",
            Self::NoNewPrivileges => "forbid new privileges",
            Self::DropCapabilities(_) => "drop capabilities",
            Self::Filter { .. } => "filter system calls",
            Self::HideInit => "hide init",
            Self::AwaitStart => "wait for the start",
            Self::Fork { .. } => "fork the program",
            Self::DieWithThread => "die with the caller",
            Self::NewSession => "begin a session",
            Self::SetLimit(_) => "set a limit",
            Self::Enter(_) => "enter the working directory",
            Self::Execute { .. } => "execute",
        }
    }

    /// Returns what it is about, in a few words; empty where the name says
    /// all.
    pub fn detail(&self) -> String {
        match self {
            Self::SealProgram { sealed: false } => "not sealed".into(),
            Self::MakeGroup(group) => group.to_string(),
            Self::Clone { namespaces, shares_memory } => {
                let memory =
                    if *shares_memory { "memory shared" } else { "copied" };
                format!("{}; {memory}", list(namespaces))
            }
            Self::MapIds(maps) => {
                let by = match maps.writer {
                    Writer::Itself => "by itself",
                    Writer::Helpers => "by newuidmap and newgidmap",
                    Writer::Caller => "by the caller",
                };
                let (users, groups) = (list(&maps.users), list(&maps.groups));
                format!("users {users}, groups {groups}, {by}")
            }
            Self::JoinContainer(namespaces) => list(namespaces),
            Self::AttachRoot { path, read_only, plain } => {
                let mut text = path.display().to_string();
                for (is, word) in
                    [(*plain, ", nosuid, nodev"), (*read_only, ", read-only")]
                {
                    text.push_str(if is { word } else { "" });
                }
                text
            }
            Self::Mount { mount, strict } => {
                let links = if *strict { "" } else { "; follows links" };
                format!("{}: {}{links}", mount.target.display(), mount.what)
            }
            Self::Mask { path, .. } | Self::Enter(path) => {
                path.display().to_string()
            }
            Self::Hostname(name) => name.display().to_string(),
            Self::Network { attached: true } => "lo, eth0".into(),
            Self::Network { attached: false } => "lo".into(),
            Self::DropCapabilities(keep) if !keep.is_empty() => {
                format!("all but {}", list(keep))
            }
            Self::DropCapabilities(_) => "all".into(),
            Self::Filter { nesting: true, .. } => "nesting allowed".into(),
            Self::Fork { watches_caller: true } => {
                "PID 1 reaps, forwards, ends with the caller".into()
            }
            Self::Fork { watches_caller: false } => {
                "PID 1 reaps, forwards".into()
            }
            Self::SetLimit(limit) => limit.to_string(),
            Self::Execute { program, args, .. } => {
                let args = args.iter().map(|arg| format!(" {}", arg.display()));
                format!("{}{}", program.display(), args.collect::<String>())
            }
            _ => String::new(),
        }
    }
}

fn list<T: fmt::Display>(items: &[T]) -> String {
    let items: Vec<String> = items.iter().map(T::to_string).collect();
    items.join(" ")
}

impl fmt::Display for Lane {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Caller => "caller",
            Self::Clone => "clone",
            Self::Init => "init",
            Self::Program => "program",
        })
    }
}
