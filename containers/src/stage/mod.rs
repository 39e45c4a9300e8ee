//! The part of `unc-init`: a program of one thread, which makes the root,
//! locks the doors and stays as PID 1, in ordinary code.

mod devices;
mod file_system;
mod init;
mod lock;
mod mounts;
mod program;
mod root;

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::os::fd::{FromRawFd, OwnedFd, RawFd};
use std::process;

use rustix::io::Errno;
use rustix::thread::ThreadNameSpaceType;

use crate::error::Error;
use crate::fault::Fault;
use crate::net::address::Address;
use crate::net::{holder, join};
use crate::plan::step::{Lane, Step};
use crate::protocol::{
    self, FIRST_FREE, GATE, INIT, LIFELINE, ORDERS, Orders, RECORD, REPORT,
    SOCKET, TARGET,
};
use crate::sys::descriptors::close_on_exec;
use crate::sys::signals;
use init::Init;
use root::Root;

/// Becomes the init of a container, or the holder of a network, and does not
/// return, if this process was started as one; does nothing else.
///
/// A program that starts containers calls it first of all in its `main`, as
/// the processes that it makes execute the same program again, by the names
/// `unc-init` and `unc-holder`.
pub fn become_init() {
    if holder::is_asked() {
        let done = holder::main();
        // Who started it has been told why.
        process::exit(done.map_or_else(|it| it.exit_code().into(), |()| 0));
    }
    let name = std::env::args_os().next();
    if name.is_some_and(|it| it.as_encoded_bytes() == INIT.to_bytes()) {
        process::exit(match Stage::take_over() {
            Ok(stage) => stage.run().into(),
            Err(error) => {
                eprintln!("unc-init is started by a container: {error}");
                error.exit_code().into()
            }
        });
    }
}

/// What the second stage holds while it carries out its orders.
struct Stage {
    orders: Orders,
    report: Option<OwnedFd>,
    gate: Option<OwnedFd>,
    lifeline: Option<OwnedFd>,
    socket: Option<OwnedFd>,
    record: Option<OwnedFd>,
    target: Option<OwnedFd>,
    root: Option<Root>,
}

/// What is left to do after a step.
enum Next {
    /// The next step.
    Step,
    /// Nothing: this is PID 1, and its program has ended.
    Exit(u8),
}

impl Stage {
    /// Takes what was handed over by number.
    fn take_over() -> Result<Self, Error> {
        let fail = |errno| Error::of("read the plan", errno);
        close_on_exec(ORDERS, FIRST_FREE - 1).map_err(fail)?;
        // Whoever calls a program by this name without orders is told so.
        let seals = rustix::fs::fcntl_get_seals(borrow(ORDERS));
        if !seals.map_err(fail)?.contains(rustix::fs::SealFlags::WRITE) {
            return Err(fail(Errno::PERM));
        }
        let mut text = Vec::new();
        // SAFETY: the protocol hands it over by this number, to us alone.
        let orders = unsafe { File::from_raw_fd(ORDERS) };
        (&orders)
            .read_to_end(&mut text)
            .map_err(|error| Error::io("read the plan", &error))?;
        let orders: Orders =
            serde_json::from_slice(&text).map_err(|error| {
                Error::refused("read the plan").because(error.to_string())
            })?;
        let take = |number: RawFd| {
            orders.open.contains(&number).then(|| {
                // SAFETY: the protocol hands it over by this number, to us
                // alone, and each is taken once.
                unsafe { OwnedFd::from_raw_fd(number) }
            })
        };
        let [report, gate, lifeline] = [REPORT, GATE, LIFELINE].map(take);
        let [socket, record, target] = [SOCKET, RECORD, TARGET].map(take);
        Ok(Self {
            orders,
            report,
            gate,
            lifeline,
            socket,
            record,
            target,
            root: None,
        })
    }

    /// Carries out all steps of this stage, and returns the exit code.
    fn run(mut self) -> u8 {
        // A caller that ignores the ends of its children hands that down.
        signals::expect_children();
        // What it is called in lists of processes.
        let _ = rustix::thread::set_name(INIT);
        let steps = std::mem::take(&mut self.orders.plan.steps);
        let fault = Fault::placed(self.orders.stop_at);
        for (index, step) in steps.iter().enumerate() {
            if step.lane() < Lane::Init {
                continue;
            }
            fault.point(index);
            match self.carry_out(step) {
                Ok(Next::Step) => {}
                Ok(Next::Exit(code)) => return code,
                Err(error) => {
                    if let Some(report) = &self.report {
                        protocol::report_error(report, &error);
                    }
                    return error.exit_code();
                }
            }
        }
        0
    }

    fn carry_out(&mut self, step: &Step) -> Result<Next, Error> {
        let fail = |errno| Error::of(step.name(), errno);
        match step {
            Step::JoinContainer(_) => self.join_container(step)?,
            Step::PrivateMounts => root::make_private()?,
            Step::ForbidUserNamespaces => lock::forbid_user_namespaces()?,
            Step::AttachRoot { path, read_only, plain } => {
                self.root = Some(Root::attach(path, *read_only, *plain)?);
            }
            Step::Mount { mount, strict } => {
                mounts::mount(self.root()?, mount, *strict)?;
            }
            Step::Mask { path, hidden } => {
                mounts::mask(self.root()?, path, *hidden)?;
            }
            Step::Pivot => self.root()?.pivot()?,
            Step::Hostname(name) => {
                rustix::system::sethostname(name.as_encoded_bytes())
                    .map_err(fail)?;
            }
            Step::Network { attached } => {
                let address =
                    if *attached { Some(self.address()?) } else { None };
                join::configure(address)?;
            }
            Step::HideInit => lock::hide()?,
            Step::NoNewPrivileges => {
                rustix::thread::set_no_new_privs(true).map_err(fail)?;
            }
            Step::DropCapabilities(keep) => lock::drop_capabilities(keep)?,
            Step::Filter { keep, nesting } => lock::filter(keep, *nesting)?,
            Step::AwaitStart => self.await_start()?,
            Step::Fork { .. } => return self.fork(),
            Step::DieWithThread => {
                program::die_with_thread(self.lifeline.take())?;
            }
            Step::NewSession => {
                rustix::process::setsid().map_err(fail)?;
            }
            Step::SetLimit(limit) => program::limit(limit)?,
            Step::Enter(path) => program::enter(path)?,
            Step::Execute { program, args, env, closes } => {
                if let Some(report) = &self.report {
                    protocol::report_about_to(report).map_err(fail)?;
                }
                return Err(program::execute(program, args, env, *closes));
            }
            // Done before this program was.
            _ => {}
        }
        Ok(Next::Step)
    }

    fn root(&self) -> Result<&Root, Error> {
        self.root.as_ref().ok_or_else(|| {
            Error::refused("start").because("the plan attaches no root")
        })
    }

    fn join_container(&self, step: &Step) -> Result<(), Error> {
        let Some(target) = &self.target else {
            let error = Error::refused(step.name());
            return Err(error.because("no container was handed over"));
        };
        let Step::JoinContainer(namespaces) = step else { return Ok(()) };
        let flags = crate::namespaces::flags(namespaces).bits();
        let types = ThreadNameSpaceType::from_bits_retain(flags);
        rustix::thread::move_into_thread_name_spaces(
            std::os::fd::AsFd::as_fd(target),
            types,
        )
        .map_err(|errno| {
            Error::of(step.name(), errno)
                .because("it has ended, or belongs to somebody else")
        })?;
        program::become_root_inside()
            .map_err(|errno| Error::of(step.name(), errno))
    }

    /// Waits for the caller to tell the address.
    fn address(&mut self) -> Result<Address, Error> {
        let fail = || Error::refused("set up the network");
        let gate = self.gate.take().ok_or_else(fail)?;
        let mut line = String::new();
        BufReader::new(File::from(gate))
            .read_line(&mut line)
            .map_err(|error| Error::io("set up the network", &error))?;
        serde_json::from_str(&line).map_err(|_| {
            fail().because("the caller ended before it told the address")
        })
    }

    /// Waits until `unc start` connects, which then hears what becomes of it.
    fn await_start(&mut self) -> Result<(), Error> {
        let fail = |errno| Error::of("wait for the start", errno);
        if let Some(report) = self.report.take() {
            protocol::report_about_to(report).map_err(fail)?;
        }
        let Some(socket) = self.socket.take() else { return Ok(()) };
        let flags = rustix::net::SocketFlags::CLOEXEC;
        let lifeline = self.lifeline.take();
        let mut init = Init::new(lifeline, None).map_err(fail)?;
        init.until_readable(&socket).map_err(fail)?;
        self.report =
            Some(rustix::net::accept_with(&socket, flags).map_err(fail)?);
        match &self.record {
            Some(record) => init::note_the_start(record).map_err(fail),
            None => Ok(()),
        }
    }

    /// Makes the process of the program; this one stays as init.
    fn fork(&mut self) -> Result<Next, Error> {
        let fail = |errno| Error::of("fork the program", errno);
        let record = self.record.take();
        let init = Init::new(self.lifeline.take(), record).map_err(fail)?;
        let forked = init::fork().map_err(|errno| match errno {
            Errno::AGAIN => fail(errno).because(
                "there are as many processes as there may be (ulimit -u, or \
                 `--pids`)",
            ),
            _ => fail(errno),
        });
        match forked? {
            None => Ok(Next::Step),
            Some(program) => {
                self.report = None;
                self.gate = None;
                Ok(Next::Exit(init.serve(program)))
            }
        }
    }
}

/// Returns a descriptor that the protocol hands over.
fn borrow(number: RawFd) -> std::os::fd::BorrowedFd<'static> {
    // SAFETY: it is only asked for its seals; a number that is none fails.
    unsafe { std::os::fd::BorrowedFd::borrow_raw(number) }
}
