//! What is done to start a container, in which order, computed from what is
//! asked for. Nothing here touches the system.

pub mod step;

use std::fmt;
use std::path::{Component, Path};

use serde::{Deserialize, Serialize};
use support::visible::visible;

use crate::caps::Capability;
use crate::container::Container;
use crate::error::Error;
use crate::ids::{self, Caller, Writer};
use crate::measures::Measure;
use crate::mounts::{Mount, What};
use crate::namespaces::Namespace;
use step::Step;

/// Files of a whole `/proc` that tell of the machine, or hold secrets.
const TELLING: [&str; 9] = [
    "/proc/kcore",
    "/proc/keys",
    "/proc/kmsg",
    "/proc/kallsyms",
    "/proc/key-users",
    "/proc/latency_stats",
    "/proc/sched_debug",
    "/proc/timer_list",
    "/proc/interrupts",
];

/// Files of a whole `/proc` by which the machine is set.
const SETTING: [&str; 4] = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys"];

/// The steps of a start.
///
/// ```
/// use containers::container::Container;
/// use containers::ids::Caller;
/// use containers::plan::Plan;
///
/// let caller = Caller {
///     user: 1000,
///     group: 1000,
///     zero_is_root: true,
///     lent_users: vec![],
///     lent_groups: vec![],
/// };
/// let plan = Plan::of(&Container::new("/srv/root", "true"), &caller)?;
/// assert!(plan.to_string().contains("pivot the root"));
/// # Ok::<(), containers::error::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The steps, in order.
    pub steps: Vec<Step>,
}

impl Plan {
    /// Returns what starts a container for a caller.
    ///
    /// # Errors
    ///
    /// If what is asked for is refused whatever the kernel says: see
    /// [`ids::decide`]; or makes no sense.
    pub fn of(container: &Container, caller: &Caller) -> Result<Self, Error> {
        check(container)?;
        let maps = ids::decide(&container.ids, caller)?;
        if container.network && maps.writer != Writer::Itself {
            return Err(Error::refused("join the network holder").because(
                "the holder's namespace has one user, the caller: root, and \
                 maps of more, have no network",
            ));
        }
        let has = |measure| container.measures.has(measure);
        let mut steps = vec![
            Step::SealProgram { sealed: has(Measure::SealedInit) },
            Step::SealPlan,
        ];
        steps.extend(container.group.clone().map(Step::MakeGroup));
        if container.network {
            steps.push(Step::JoinHolder);
        }
        steps.push(Step::Clone {
            namespaces: Namespace::ALL.to_vec(),
            shares_memory: maps.writer == Writer::Itself,
        });
        if container.group.is_some() {
            steps.push(Step::EnterGroup);
        }
        steps.push(Step::MapIds(maps));
        if has(Measure::Descriptors) {
            steps.push(Step::CloseDescriptors);
        }
        steps.push(Step::BecomeInit);
        root(container, &mut steps);
        steps.push(Step::Hostname(container.hostname.clone()));
        steps.push(Step::Network { attached: container.network });
        lock(container, &mut steps);
        let watches_caller = true;
        if container.as_pid_1 {
            if container.dies_with_thread {
                steps.push(Step::DieWithThread);
            }
        } else {
            steps.push(Step::Fork { watches_caller });
        }
        program(container, &mut steps);
        Ok(Self { steps })
    }

    /// Returns what runs another program in a container that was started.
    ///
    /// # Errors
    ///
    /// As [`of`](Self::of).
    pub fn inside(container: &Container) -> Result<Self, Error> {
        check(container)?;
        let has = |measure| container.measures.has(measure);
        let mut steps = vec![
            Step::SealProgram { sealed: has(Measure::SealedInit) },
            Step::SealPlan,
            Step::Clone { namespaces: Vec::new(), shares_memory: true },
        ];
        if has(Measure::Descriptors) {
            steps.push(Step::CloseDescriptors);
        }
        steps.push(Step::BecomeInit);
        steps.push(Step::JoinContainer(Namespace::ALL.to_vec()));
        lock(container, &mut steps);
        steps.push(Step::Fork { watches_caller: true });
        program(container, &mut steps);
        Ok(Self { steps })
    }

    /// Changes it into what `unc create` does: it waits for the start, and
    /// does not end with the caller.
    #[must_use]
    pub fn waiting(mut self) -> Self {
        let fork = self
            .steps
            .iter()
            .position(|step| matches!(step, Step::Fork { .. }));
        if let Some(at) = fork {
            self.steps[at] = Step::Fork { watches_caller: false };
            self.steps.insert(at, Step::AwaitStart);
        }
        self
    }

    /// Changes it into what joins the control group of a container, too.
    #[must_use]
    pub fn in_its_group(mut self) -> Self {
        let is_clone = |step: &Step| matches!(step, Step::Clone { .. });
        if let Some(at) = self.steps.iter().position(is_clone) {
            self.steps.insert(at + 1, Step::EnterGroup);
        }
        self
    }
}

/// Refuses what no system call could be given.
fn check(container: &Container) -> Result<(), Error> {
    let refuse = |step: &'static str, cause: &'static str| {
        Err(Error::refused(step).because(cause))
    };
    if container.program.is_empty() {
        return refuse("execute", "there is no program");
    }
    if container.hostname.is_empty() || container.hostname.len() > 64 {
        return refuse("set the hostname", "it has 1 to 64 bytes");
    }
    let hostname = container.hostname.as_encoded_bytes();
    if hostname.iter().any(u8::is_ascii_control) {
        return refuse("set the hostname", "it has a control character");
    }
    if container.mounts.iter().any(|mount| is_root(&mount.target)) {
        return refuse("mount", "at / is the root itself, and not a mount");
    }
    if container.dies_with_thread && !container.as_pid_1 {
        return refuse("die with the caller", "init watches the caller");
    }
    let has_nul = |text: &std::ffi::OsStr| text.as_encoded_bytes().contains(&0);
    let env = container.env.iter();
    let texts = env.flat_map(|(name, value)| [name, value]);
    let mut texts = texts
        .chain(&container.args)
        .chain([&container.program, &container.hostname]);
    if texts.any(|text| has_nul(text)) {
        return refuse("execute", "a word has a zero byte");
    }
    Ok(())
}

/// Returns whether a path inside is the root, whose parent is itself.
fn is_root(path: &Path) -> bool {
    let deeper = |depth: usize, part| match part {
        Component::Normal(_) => depth + 1,
        Component::ParentDir => depth.saturating_sub(1),
        _ => depth,
    };
    path.components().fold(0, deeper) == 0
}

/// Makes the root: nothing of the host is left in sight.
fn root(container: &Container, steps: &mut Vec<Step>) {
    let has = |measure| container.measures.has(measure);
    steps.push(Step::PrivateMounts);
    if has(Measure::Nesting) {
        steps.push(Step::ForbidUserNamespaces);
    }
    steps.push(Step::AttachRoot {
        path: container.rootfs.clone(),
        read_only: container.read_only,
        plain: has(Measure::RootFlags),
    });
    let whole = container.whole_proc || !has(Measure::Proc);
    let proc = What::Proc { only_processes: !whole };
    let fixed = [
        Mount { target: "/proc".into(), what: proc },
        Mount { target: "/dev".into(), what: What::Devices },
    ];
    let strict = has(Measure::Targets);
    for mount in fixed.iter().chain(&container.mounts) {
        steps.push(Step::Mount { mount: mount.clone(), strict });
    }
    if whole && has(Measure::Proc) {
        let mask =
            |hidden| move |path: &str| Step::Mask { path: path.into(), hidden };
        steps.extend(TELLING.into_iter().map(mask(true)));
        steps.extend(SETTING.into_iter().map(mask(false)));
    }
    steps.push(Step::Pivot);
}

/// Locks the doors, the filter last: it would refuse what comes before it.
fn lock(container: &Container, steps: &mut Vec<Step>) {
    let has = |measure| container.measures.has(measure);
    let mut keep = container.keep.clone();
    // As on the host, where ping is given it: it reaches this network only.
    if container.network && !keep.contains(&Capability::NET_RAW) {
        keep.push(Capability::NET_RAW);
    }
    if has(Measure::SealedInit) {
        steps.push(Step::HideInit);
    }
    if has(Measure::NoNewPrivileges) {
        steps.push(Step::NoNewPrivileges);
    }
    // Without no_new_privs, a filter takes a capability.
    let filter =
        Step::Filter { keep: keep.clone(), nesting: !has(Measure::Nesting) };
    let early = !has(Measure::NoNewPrivileges);
    if has(Measure::Seccomp) && early {
        steps.push(filter.clone());
    }
    if has(Measure::Capabilities) {
        steps.push(Step::DropCapabilities(keep));
    }
    if has(Measure::Seccomp) && !early {
        steps.push(filter);
    }
}

fn program(container: &Container, steps: &mut Vec<Step>) {
    if container.measures.has(Measure::Session) {
        steps.push(Step::NewSession);
    }
    steps.extend(container.limits.iter().cloned().map(Step::SetLimit));
    steps.push(Step::Enter(container.cwd.clone()));
    steps.push(Step::Execute {
        program: container.program.clone(),
        args: container.args.clone(),
        env: container.env.clone(),
        closes: container.measures.has(Measure::Descriptors),
    });
}

/// One line a step: its number, who does it, what.
impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, step) in (1..).zip(&self.steps) {
            let line = format!(
                "{number:2}  {:<7}  {:<27}  {}",
                step.lane(),
                step.name(),
                visible(&step.detail())
            );
            writeln!(f, "{}", line.trim_end())?;
        }
        Ok(())
    }
}
