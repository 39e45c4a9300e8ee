//! All that is needed before the new process is made.

use std::os::fd::{AsFd, AsRawFd, OwnedFd, RawFd};
use std::path::PathBuf;

use rustix::io::Errno;
use rustix::pipe::{PipeFlags, pipe_with};

use super::executable::Executable;
use crate::cgroup::{self, MadeGroup};
use crate::error::Error;
use crate::fault::Fault;
use crate::net::join::Attachment;
use crate::plan::Plan;
use crate::plan::step::Step;
use crate::protocol::{
    self, FAULTS, FIRST_FREE, GATE, LIFELINE, ORDERS, Orders, RECORD, REPORT,
    SOCKET, TARGET,
};

/// What a start is given besides its plan.
#[derive(Debug, Default)]
pub(crate) struct Given {
    /// The program that becomes init, if not the one that is running.
    pub(crate) executable: Option<PathBuf>,
    /// Where `unc start` connects.
    pub(crate) socket: Option<OwnedFd>,
    /// Where the exit code is written.
    pub(crate) record: Option<OwnedFd>,
    /// The init of the container to be joined.
    pub(crate) target: Option<OwnedFd>,
    /// The control group of that container.
    pub(crate) group: Option<PathBuf>,
    /// Standard input, output and error, if not the caller's.
    pub(crate) stdio: Option<[OwnedFd; 3]>,
}

/// The caller's side, ready to go.
#[derive(Debug)]
pub(super) struct Prepared {
    pub(super) fault: Fault,
    /// The program that becomes init.
    pub(super) program: OwnedFd,
    /// Each with the number that the new process finds it by.
    pub(super) handed_over: Vec<(OwnedFd, RawFd)>,
    pub(super) report: OwnedFd,
    pub(super) gate: OwnedFd,
    pub(super) lifeline: Option<OwnedFd>,
    pub(super) group: Option<MadeGroup>,
    pub(super) attachment: Option<Attachment>,
}

impl Prepared {
    pub(super) fn new(plan: &Plan, given: Given) -> Result<Self, Error> {
        let fault = Fault::from_environment();
        let mut program = None;
        let group = given.group.map(|it| cgroup::open(it, FIRST_FREE));
        let mut group = group.transpose()?;
        let mut attachment = None;
        let (report, to_report) = pipe()?;
        let (from_gate, gate) = pipe()?;
        let mut handed = vec![(to_report, REPORT), (from_gate, GATE)];
        let mut lifeline = None;
        if plan.steps.iter().any(watches_caller) {
            let (watched, kept) = pipe()?;
            handed.push((watched, LIFELINE));
            lifeline = Some(kept);
        }
        let others = [
            (given.socket, SOCKET),
            (given.record, RECORD),
            (given.target, TARGET),
        ];
        let others = others.into_iter().filter_map(|(fd, to)| Some((fd?, to)));
        handed.extend(others);
        handed.extend(given.stdio.into_iter().flatten().zip(0..));
        for (index, step) in plan.steps.iter().enumerate() {
            match step {
                Step::SealProgram { sealed } => {
                    fault.point(index);
                    let path = given.executable.as_deref();
                    let executable = Executable::of(path, *sealed)?;
                    program = Some(above(executable)?);
                }
                Step::SealPlan => {
                    fault.point(index);
                    let orders = seal(plan, &handed, fault)?;
                    handed.push((orders, ORDERS));
                }
                Step::MakeGroup(asked) => {
                    fault.point(index);
                    group = Some(cgroup::make(asked, FIRST_FREE)?);
                }
                Step::JoinHolder => {
                    let path = given.executable.as_deref();
                    let path = path.unwrap_or("/proc/self/exe".as_ref());
                    attachment = Some(Attachment::of_user(path)?);
                }
                _ => {}
            }
        }
        let Some(program) = program else {
            let error = Error::refused("start");
            return Err(error.because("the plan names no program for init"));
        };
        let handed = handed.into_iter();
        let handed_over = handed
            .map(|(fd, to)| Ok((above(&fd)?, to)))
            .collect::<Result<_, Error>>()?;
        Ok(Self {
            fault,
            program,
            handed_over,
            report,
            gate,
            lifeline,
            group,
            attachment,
        })
    }

    /// Returns which descriptor gets which number in the new process.
    pub(super) fn placed(&self) -> Vec<(RawFd, RawFd)> {
        let handed = self.handed_over.iter();
        let handed = handed.map(|(fd, to)| (fd.as_raw_fd(), *to));
        let faults = self.fault.pipes().into_iter();
        handed.chain(faults.flat_map(|it| it.into_iter().zip(FAULTS))).collect()
    }
}

/// Whoever waits for its start watches too, until the caller lets go; and
/// who is told of the caller's end looks whether that has come already.
fn watches_caller(step: &Step) -> bool {
    matches!(
        step,
        Step::Fork { watches_caller: true }
            | Step::AwaitStart
            | Step::DieWithThread
    )
}

/// Returns both ends, the one to read from first.
pub(super) fn pipe() -> Result<(OwnedFd, OwnedFd), Error> {
    pipe_with(PipeFlags::CLOEXEC).map_err(|errno| lacking("open a pipe", errno))
}

/// Returns the same with a number that the protocol gives to nothing: what
/// the first stage uses, it must not overwrite.
fn above(fd: impl AsFd) -> Result<OwnedFd, Error> {
    rustix::io::fcntl_dupfd_cloexec(fd, FIRST_FREE)
        .map_err(|errno| lacking("number descriptors", errno))
}

fn lacking(step: &'static str, errno: Errno) -> Error {
    let error = Error::of(step, errno);
    match errno {
        // The lowest number may be beyond the limit already.
        Errno::MFILE | Errno::INVAL => error.because(
            "a start needs some thirty descriptors; `ulimit -n` says how many \
             there may be",
        ),
        _ => error,
    }
}

fn seal(
    plan: &Plan,
    handed: &[(OwnedFd, RawFd)],
    fault: Fault,
) -> Result<OwnedFd, Error> {
    let mut open: Vec<RawFd> = handed.iter().map(|(_, to)| *to).collect();
    if fault.stop_at().is_some() {
        open.extend(FAULTS);
    }
    let orders = Orders { plan: plan.clone(), open, stop_at: fault.stop_at() };
    let fail = |error: std::io::Error| {
        let named = Error::io("seal the plan", &error);
        named.because(protocol::why_not_sealed(&error))
    };
    let text =
        serde_json::to_vec(&orders).map_err(|error| fail(error.into()))?;
    let fill = |file: &OwnedFd| {
        use std::io::{Seek, Write};
        let mut file = std::fs::File::from(file.try_clone()?);
        file.write_all(&text)?;
        // Both numbers share one position: whoever reads begins at the start.
        file.rewind()
    };
    protocol::sealed("unc-plan", fill, false).map_err(fail)
}
