//! Starts a container: prepares all, makes the process, hears what became of
//! it.
//!
//! The caller may have any number of threads, which hold any locks. So all
//! that allocates is done before the process is made, and what comes after
//! is left to a program of one thread, `unc-init`.

pub mod child;
mod executable;
mod first_stage;
mod maps;
pub(crate) mod prepared;

use std::ffi::CString;
use std::io::Read;
use std::os::fd::{AsFd, AsRawFd, FromRawFd, OwnedFd, RawFd};

use rustix::io::Errno;
use rustix::process::Pid;

use crate::container::Container;
use crate::error::Error;
use crate::ids::{Maps, Writer};
use crate::namespaces;
use crate::plan::Plan;
use crate::plan::step::Step;
use crate::protocol::{self, FIRST_FREE, INIT, REPORT};
use crate::sys::clone::{self, Cloned};
use crate::sys::exec::Words;
use crate::sys::signals::Blocked;
use crate::sys::stack::Stack;
use child::Child;
use first_stage::FirstStage;
use prepared::{Given, Prepared, pipe};

impl Container {
    /// Returns what its start by this caller does, without doing it.
    ///
    /// # Errors
    ///
    /// If what is asked for is refused whatever the kernel says.
    pub fn plan(&self) -> Result<Plan, Error> {
        Plan::of(self, &maps::caller(&self.ids))
    }

    /// Starts it, and returns when its program has begun.
    ///
    /// # Errors
    ///
    /// The step that failed, with the kernel's answer and its usual cause.
    pub fn start(&self) -> Result<Child, Error> {
        let executable = self.executable.clone();
        start(&self.plan()?, Given { executable, ..Given::default() })
    }
}

/// Carries out a plan.
pub(crate) fn start(plan: &Plan, given: Given) -> Result<Child, Error> {
    let mut prepared = Prepared::new(plan, given)?;
    let cloned = clone(plan, &prepared)?;
    let child = cloned.map(|cloned| {
        let (lifeline, group) =
            (prepared.lifeline.take(), prepared.group.take());
        Child::new(cloned, has_init(plan), lifeline, group)
    });
    let followed = child
        .as_ref()
        .map_or(Ok(()), |child| follow(plan, child, &mut prepared));
    if let (Some(child), Err(_)) = (&child, &followed) {
        let _ = child.signal(libc::SIGKILL);
    }
    // Without the writers in this process, the other's end is heard.
    drop(prepared.handed_over);
    let heard = protocol::outcome(prepared.report, plan);
    match (heard, followed) {
        // What failed over there is why it failed here too.
        (Err(heard), Err(_)) if heard.errno().is_some() => Err(heard),
        (_, Err(error)) | (Err(error), Ok(())) => Err(error),
        (Ok(()), Ok(())) => child.ok_or_else(|| Error::refused("start")),
    }
}

/// Makes the new process. Returns nothing if the failure has been reported.
fn clone(plan: &Plan, prepared: &Prepared) -> Result<Option<Cloned>, Error> {
    let found = plan.steps.iter().enumerate().find_map(|(at, step)| {
        let Step::Clone { namespaces, shares_memory } = step else {
            return None;
        };
        Some((at, step, namespaces, *shares_memory && clone::CAN_SHARE))
    });
    let Some((at, step, namespaces, shares_memory)) = found else {
        let error = Error::refused("start");
        return Err(error.because("the plan makes no process"));
    };
    let fail = |errno| protocol::failed(step, errno);
    let [users, groups] = map_texts(plan, prepared).map(c_string);
    let placed = prepared.placed();
    let report = placed.iter().find(|(_, to)| *to == REPORT);
    let (from_between, to_caller) = pipe()?;
    let stack =
        |shares: bool| shares.then(Stack::new).transpose().map_err(fail);
    let mut stage = FirstStage {
        steps: &plan.steps,
        flags: namespaces::flags(namespaces).bits().into(),
        shares_memory,
        placed: &placed,
        report: report.map_or(-1, |(from, _)| *from),
        program: prepared.program.as_raw_fd(),
        args: &Words::new(&[INIT]),
        env: &Words::new(&[]),
        user_map: &users,
        group_map: &groups,
        group: prepared.group.as_ref().map(|it| it.procs()),
        holder: prepared.attachment.as_ref().map(|it| [it.user(), it.net()]),
        nested: to_caller.as_raw_fd(),
        stack: stack(shares_memory)?,
        fault: prepared.fault,
    };
    let group = stage.group.unwrap_or(FIRST_FREE);
    assert!(stage.program >= FIRST_FREE && group >= FIRST_FREE);
    assert!(placed.iter().all(|(from, _)| *from >= FIRST_FREE));
    prepared.fault.point(at);
    // A handler of the caller's must not run in the new process.
    let blocked = Blocked::all();
    if prepared.attachment.is_none() {
        return stage.clone(false).map(Some).map_err(fail);
    }
    let between = stage.clone_between(stack(clone::CAN_SHARE)?);
    drop(blocked);
    Child::new(between.map_err(fail)?, false, None, None).wait()?;
    drop(to_caller);
    Ok(read_nested(from_between))
}

/// Returns the process that was made in between, unless that has failed.
fn read_nested(from: OwnedFd) -> Option<Cloned> {
    let mut numbers = [0; 8];
    std::fs::File::from(from).read_exact(&mut numbers).ok()?;
    let [a, b, c, d, e, f, g, h] = numbers;
    let pid = Pid::from_raw(i32::from_ne_bytes([a, b, c, d]))?;
    let pidfd = RawFd::from_ne_bytes([e, f, g, h]);
    // SAFETY: who was in between has opened it in the table of descriptors
    // that both shared, and has left it to us.
    let pidfd = unsafe { OwnedFd::from_raw_fd(pidfd) };
    Some(Cloned { pid, pidfd })
}

/// Does what the new process waits for.
fn follow(
    plan: &Plan,
    child: &Child,
    prepared: &mut Prepared,
) -> Result<(), Error> {
    if let Some(maps) = maps_of(plan)
        && maps.writer != Writer::Itself
    {
        maps::write(maps, child.pid())?;
        tell(prepared, b"m")?;
    }
    let Some(attachment) = &mut prepared.attachment else { return Ok(()) };
    let path = format!("/proc/{}/ns/net", child.pid().as_raw_pid());
    let netns = std::fs::File::open(&path)
        .map_err(|error| Error::io("set up the network", &error).at(path))?;
    let address = attachment.plug(netns.as_fd(), child.as_fd())?;
    let mut text = serde_json::to_vec(&address).unwrap_or_default();
    text.push(b'\n');
    tell(prepared, &text)
}

fn tell(prepared: &Prepared, what: &[u8]) -> Result<(), Error> {
    match rustix::io::write(&prepared.gate, what) {
        // It has ended, and has said why.
        Ok(_) | Err(Errno::PIPE) => Ok(()),
        Err(errno) => Err(Error::of("tell the new process", errno)),
    }
}

fn has_init(plan: &Plan) -> bool {
    plan.steps.iter().any(|step| matches!(step, Step::Fork { .. }))
}

fn maps_of(plan: &Plan) -> Option<&Maps> {
    plan.steps.iter().find_map(|step| match step {
        Step::MapIds(maps) => Some(maps),
        _ => None,
    })
}

/// Returns what the new process writes into its maps.
fn map_texts(plan: &Plan, prepared: &Prepared) -> [String; 2] {
    match maps_of(plan) {
        Some(maps) if prepared.attachment.is_none() => {
            [maps::text(&maps.users), maps::text(&maps.groups)]
        }
        // In the holder's namespace the caller is root already.
        _ => ["0 0 1\n"; 2].map(str::to_owned),
    }
}

fn c_string(text: String) -> CString {
    CString::new(text).expect("digits, spaces and line ends")
}
