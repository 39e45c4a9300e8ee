//! What the new process does before it executes `unc-init`.
//!
//! It may run in the memory of a caller with many threads, or in a copy in
//! which locks of theirs are held for ever. So it takes no lock, allocates
//! nothing and does not panic: it makes system calls, over what the caller
//! has prepared.

use std::ffi::CStr;
use std::os::fd::{AsRawFd, BorrowedFd, RawFd};

use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use rustix::thread::LinkNameSpaceType;

use crate::fault::Fault;
use crate::ids::Writer;
use crate::plan::step::{Lane, Step};
use crate::protocol::{self, FIRST_FREE, GATE, ORDERS};
use crate::sys::clone::{self, Cloned};
use crate::sys::descriptors::{close_on_exec, place};
use crate::sys::exec::{self, Words};
use crate::sys::stack::Stack;

/// All that the first stage needs, made before the process is.
#[derive(Debug)]
pub(super) struct FirstStage<'a> {
    pub(super) steps: &'a [Step],
    /// The flags of the namespaces.
    pub(super) flags: u64,
    pub(super) shares_memory: bool,
    /// Descriptors, and the numbers that they get. The caller's numbers are
    /// above [`FIRST_FREE`].
    pub(super) placed: &'a [(RawFd, RawFd)],
    /// Where it reports, in the caller's numbers.
    pub(super) report: RawFd,
    pub(super) program: RawFd,
    pub(super) args: &'a Words<'a>,
    pub(super) env: &'a Words<'a>,
    pub(super) user_map: &'a CStr,
    pub(super) group_map: &'a CStr,
    /// `cgroup.procs` of the control group.
    pub(super) group: Option<RawFd>,
    /// The user and network namespace of the holder.
    pub(super) holder: Option<[BorrowedFd<'a>; 2]>,
    /// Where the number and descriptor of a nested process go.
    pub(super) nested: RawFd,
    /// The stack of a nested process.
    pub(super) stack: Option<Stack>,
    pub(super) fault: Fault,
}

// ANCHOR: first-stage
/// Runs in the new process.
pub(super) extern "C" fn run(stage: *mut libc::c_void) -> ! {
    // SAFETY: `start` hands over its `FirstStage`, alone until this process
    // has executed or exited, or a copy of it.
    let stage = unsafe { &mut *stage.cast::<FirstStage<'_>>() };
    for (index, step) in stage.steps.iter().enumerate() {
        let is_first = matches!(step, Step::Clone { .. });
        if is_first || step.lane() == Lane::Clone {
            stage.fault.point(index);
            if let Err(errno) = stage.carry_out(step) {
                protocol::report_step(stage.report, index, errno);
                exit();
            }
        }
    }
    exit();
}
// ANCHOR_END: first-stage

/// Runs in a process between the caller and the new one: only from inside
/// the holder's namespaces can the new one nest in them.
pub(super) extern "C" fn run_between(stage: *mut libc::c_void) -> ! {
    // SAFETY: as in `run`.
    let stage = unsafe { &mut *stage.cast::<FirstStage<'_>>() };
    let join_step = stage.place_of(|step| *step == Step::JoinHolder);
    let clone_step = stage.place_of(|step| matches!(step, Step::Clone { .. }));
    stage.fault.point(join_step);
    if let Err(errno) = stage.join_holder() {
        protocol::report_step(stage.report, join_step, errno);
        exit();
    }
    match stage.clone(true) {
        Ok(Cloned { pid, pidfd }) => {
            let [a, b, c, d] = pid.as_raw_pid().to_ne_bytes();
            let [e, f, g, h] = pidfd.as_raw_fd().to_ne_bytes();
            // It is the caller's: the table of descriptors is shared.
            std::mem::forget(pidfd);
            // SAFETY: the number is that of a pipe, which the caller keeps.
            let nested = unsafe { BorrowedFd::borrow_raw(stage.nested) };
            let _ = rustix::io::write(nested, &[a, b, c, d, e, f, g, h]);
        }
        Err(errno) => protocol::report_step(stage.report, clone_step, errno),
    }
    exit();
}

impl FirstStage<'_> {
    /// Makes the new process, from the caller or from between.
    pub(super) fn clone(&mut self, is_sibling: bool) -> Result<Cloned, Errno> {
        let arg = (&raw mut *self).cast();
        let (flags, shares) = (self.flags, self.shares_memory);
        match &mut self.stack {
            // SAFETY: `run` keeps what both forms ask of it.
            Some(stack) if shares => unsafe {
                clone::shared(flags, is_sibling, stack, run, arg)
            },
            // SAFETY: as above.
            _ => unsafe { clone::copied(flags, is_sibling, run, arg) },
        }
    }

    /// Makes the process in between, which shares the table of descriptors:
    /// what it opens is the caller's.
    pub(super) fn clone_between(
        &mut self,
        stack: Option<Stack>,
    ) -> Result<Cloned, Errno> {
        let arg = (&raw mut *self).cast();
        let flags = libc::CLONE_FILES as u64;
        match stack {
            // SAFETY: `run_between` keeps what both forms ask of it, and this
            // thread waits, so the stack outlives it.
            Some(mut stack) => unsafe {
                clone::shared(flags, false, &mut stack, run_between, arg)
            },
            // SAFETY: as above.
            None => unsafe { clone::copied(flags, false, run_between, arg) },
        }
    }

    fn carry_out(&self, step: &Step) -> Result<(), Errno> {
        match step {
            // The first thing that it does when it is there.
            Step::Clone { .. } => self.place(),
            Step::EnterGroup => self.enter_group(),
            // ANCHOR: maps
            Step::MapIds(maps) => match maps.writer {
                Writer::Itself => {
                    write_to(c"/proc/self/setgroups", c"deny")?;
                    write_to(c"/proc/self/uid_map", self.user_map)?;
                    write_to(c"/proc/self/gid_map", self.group_map)
                }
                Writer::Helpers | Writer::Caller => become_root_when_mapped(),
            },
            // ANCHOR_END: maps
            Step::CloseDescriptors => close_on_exec(FIRST_FREE, RawFd::MAX),
            Step::BecomeInit => {
                Err(exec::execute(self.program, self.args, self.env))
            }
            _ => Ok(()),
        }
    }

    /// Gives each descriptor the number that the next stage looks for.
    fn place(&self) -> Result<(), Errno> {
        close_on_exec(ORDERS, FIRST_FREE - 1)?;
        for &(from, to) in self.placed {
            // SAFETY: this table is a copy, and nobody here owns `to`.
            unsafe { place(from, to) }?;
        }
        Ok(())
    }

    fn place_of(&self, is_it: impl Fn(&Step) -> bool) -> usize {
        self.steps.iter().position(is_it).unwrap_or(0)
    }

    fn enter_group(&self) -> Result<(), Errno> {
        let Some(group) = self.group else { return Ok(()) };
        // SAFETY: the caller keeps it open.
        let group = unsafe { BorrowedFd::borrow_raw(group) };
        rustix::io::write(group, b"0").map(drop)
    }

    // ANCHOR: join
    fn join_holder(&self) -> Result<(), Errno> {
        let Some([user, net]) = self.holder else { return Ok(()) };
        let join = rustix::thread::move_into_link_name_space;
        join(user, Some(LinkNameSpaceType::User))?;
        join(net, Some(LinkNameSpaceType::Network))
    }
    // ANCHOR_END: join
}

fn write_to(file: &CStr, text: &CStr) -> Result<(), Errno> {
    let flags = OFlags::WRONLY | OFlags::CLOEXEC;
    let file = rustix::fs::open(file, flags, Mode::empty())?;
    rustix::io::write(&file, text.to_bytes()).map(drop)
}

/// Waits until the maps are written, and becomes the root that they name.
fn become_root_when_mapped() -> Result<(), Errno> {
    // SAFETY: it was placed there by the first step.
    let gate = unsafe { BorrowedFd::borrow_raw(GATE) };
    if rustix::io::read(gate, &mut [0; 1])? == 0 {
        // The caller has ended, or could not write them: it knows.
        return Err(Errno::CANCELED);
    }
    let (user, group) = (rustix::fs::Uid::ROOT, rustix::fs::Gid::ROOT);
    rustix::thread::set_thread_groups(&[])?;
    rustix::thread::set_thread_res_gid(group, group, group)?;
    rustix::thread::set_thread_res_uid(user, user, user)
}

fn exit() -> ! {
    // SAFETY: it ends this process at once and runs nothing of the caller's.
    unsafe { libc::_exit(125) }
}
