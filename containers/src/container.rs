//! What container is asked for.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use crate::caps::Capability;
use crate::cgroup::Group;
use crate::ids::Wanted;
use crate::limits::Limit;
use crate::measures::{Measure, Measures};
use crate::mounts::Mount;

/// Where a program is looked for, if nothing else is said.
const SEARCH: &str =
    "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// A container to be started: a root, a program, and what differs from the
/// defaults. It is built as [`std::process::Command`] is.
///
/// ```no_run
/// use containers::container::Container;
///
/// let mut child = Container::new("rootfs", "sh")
///     .args(["-c", "echo I am $$"])
///     .start()?;
/// assert_eq!(child.wait()?, 0);
/// # Ok::<(), containers::error::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Container {
    pub(crate) rootfs: PathBuf,
    pub(crate) program: OsString,
    pub(crate) args: Vec<OsString>,
    pub(crate) env: Vec<(OsString, OsString)>,
    pub(crate) cwd: PathBuf,
    pub(crate) hostname: OsString,
    pub(crate) mounts: Vec<Mount>,
    pub(crate) limits: Vec<Limit>,
    pub(crate) keep: Vec<Capability>,
    pub(crate) measures: Measures,
    pub(crate) ids: Wanted,
    pub(crate) network: bool,
    pub(crate) read_only: bool,
    pub(crate) whole_proc: bool,
    pub(crate) as_pid_1: bool,
    pub(crate) dies_with_thread: bool,
    pub(crate) group: Option<Group>,
    pub(crate) executable: Option<PathBuf>,
}

impl Container {
    /// Returns a container whose root is the directory `rootfs` and which
    /// runs `program`; it is looked for inside, by the `PATH` inside.
    pub fn new(rootfs: impl Into<PathBuf>, program: impl AsRef<OsStr>) -> Self {
        Self {
            rootfs: rootfs.into(),
            program: program.as_ref().to_owned(),
            args: Vec::new(),
            env: [("PATH", SEARCH), ("HOME", "/"), ("USER", "root")]
                .map(|(name, value)| (name.into(), value.into()))
                .to_vec(),
            cwd: "/".into(),
            hostname: "unc".into(),
            mounts: Vec::new(),
            limits: Vec::new(),
            keep: Vec::new(),
            measures: Measures::default(),
            ids: Wanted::Single,
            network: false,
            read_only: false,
            whole_proc: false,
            as_pid_1: false,
            dies_with_thread: false,
            group: None,
            executable: None,
        }
    }

    /// Adds arguments of the program.
    #[must_use]
    pub fn args<A: AsRef<OsStr>>(
        mut self,
        args: impl IntoIterator<Item = A>,
    ) -> Self {
        let args = args.into_iter().map(|arg| arg.as_ref().to_owned());
        self.args.extend(args);
        self
    }

    /// Sets a variable of the program's environment, which begins with
    /// `PATH`, `HOME` and `USER` only: nothing is inherited.
    #[must_use]
    pub fn env(
        mut self,
        name: impl AsRef<OsStr>,
        value: impl AsRef<OsStr>,
    ) -> Self {
        let name = name.as_ref();
        self.env.retain(|(it, _)| it != name);
        self.env.push((name.to_owned(), value.as_ref().to_owned()));
        self
    }

    /// Sets the working directory, inside; without it, the root.
    #[must_use]
    pub fn cwd(mut self, cwd: impl Into<PathBuf>) -> Self {
        self.cwd = cwd.into();
        self
    }

    /// Sets the host's name inside; without it, `unc`.
    #[must_use]
    pub fn hostname(mut self, hostname: impl AsRef<OsStr>) -> Self {
        self.hostname = hostname.as_ref().to_owned();
        self
    }

    /// Adds a mount, after those of `/proc` and `/dev`.
    #[must_use]
    pub fn mount(mut self, mount: Mount) -> Self {
        self.mounts.push(mount);
        self
    }

    /// Adds a limit of each process.
    #[must_use]
    pub fn limit(mut self, limit: Limit) -> Self {
        self.limits.push(limit);
        self
    }

    /// Sets the limits of all processes together, where a cgroup is delegated.
    #[must_use]
    pub fn group(mut self, group: Group) -> Self {
        self.group = Some(group);
        self
    }

    /// Keeps a capability, which counts inside only.
    #[must_use]
    pub fn keep(mut self, capability: Capability) -> Self {
        if !self.keep.contains(&capability) {
            self.keep.push(capability);
        }
        self
    }

    /// Leaves out what keeps the program from the host, to see what it is for.
    #[must_use]
    pub fn without(mut self, measure: Measure) -> Self {
        self.measures = self.measures.without(measure);
        self
    }

    /// Sets who is who inside; without it, root inside is the caller.
    #[must_use]
    pub fn ids(mut self, ids: Wanted) -> Self {
        self.ids = ids;
        self
    }

    /// Connects it with the other containers of this user that are so, and
    /// keeps the capability of raw sockets, as `ping` needs one.
    #[must_use]
    pub fn network(mut self) -> Self {
        self.network = true;
        self
    }

    /// Makes the root read-only.
    #[must_use]
    pub fn read_only(mut self) -> Self {
        self.read_only = true;
        self
    }

    /// Mounts all of `/proc`, with the telling files masked, instead of only
    /// the processes.
    #[must_use]
    pub fn whole_proc(mut self) -> Self {
        self.whole_proc = true;
        self
    }

    /// Runs the program as PID 1 itself, without an init above it: it has to
    /// reap, and a signal that it does not handle is lost.
    ///
    /// No init watches the caller then, so the container outlives a caller
    /// that is killed.
    #[must_use]
    pub fn as_pid_1(mut self) -> Self {
        self.as_pid_1 = true;
        self
    }

    /// With [`as_pid_1`](Self::as_pid_1): kills the program when the *thread*
    /// that starts it ends. For programs of one thread only.
    #[must_use]
    pub fn dies_with_thread(mut self) -> Self {
        self.dies_with_thread = true;
        self
    }

    /// Sets which program becomes the init: one that calls
    /// [`become_init`](crate::stage::become_init) first of all. Without it,
    /// the program that is running.
    #[must_use]
    pub fn executable(mut self, path: impl Into<PathBuf>) -> Self {
        self.executable = Some(path.into());
        self
    }

    /// Returns the directory that is the root.
    pub fn rootfs(&self) -> &Path {
        &self.rootfs
    }
}
