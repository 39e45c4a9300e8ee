//! The reader's calls, made.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write;
use std::os::fd::{AsRawFd, OwnedFd};

use rustix::mount::{MountFlags, MountPropagationFlags, UnmountFlags};
use rustix::pipe::{PipeFlags, pipe_with};
use rustix::process::{self, WaitId, WaitIdOptions, WaitOptions, WaitStatus};
use rustix::thread::UnshareFlags;

use super::clone::{clone, flags};
use super::observer::Observer;
use crate::container::call::{
    Answer, Call, Errno, Fd, Namespace, Pid, Pipe, Status,
};
use crate::container::kernel::Kernel;
use crate::panics::caught;

/// A process of this machine.
#[derive(Debug)]
pub(super) struct Process {
    /// What the program does.
    observer: Observer,
    /// The pipes that it has made, or its parent: no other file can be named.
    files: RefCell<BTreeMap<i32, OwnedFd>>,
}

impl Process {
    pub(super) fn new(observer: Observer) -> Self {
        Self { observer, files: RefCell::default() }
    }

    fn pipe(&self) -> Result<Answer, rustix::io::Errno> {
        let (reader, writer) = pipe_with(PipeFlags::CLOEXEC)?;
        let pipe = Pipe {
            reader: Fd(reader.as_raw_fd()),
            writer: Fd(writer.as_raw_fd()),
        };
        let mut files = self.files.borrow_mut();
        files.insert(pipe.reader.0, reader);
        files.insert(pipe.writer.0, writer);
        Ok(Answer::Pipe(pipe))
    }

    fn read(&self, fd: Fd) -> Result<Answer, rustix::io::Errno> {
        let files = self.files.borrow();
        let file = files.get(&fd.0).ok_or(rustix::io::Errno::BADF)?;
        let read = || rustix::io::read(file, &mut [0; 1]);
        let count = rustix::io::retry_on_intr(read)?;
        Ok(Answer::Number(u32::try_from(count).unwrap_or_default()))
    }

    fn write(&self, fd: Fd) -> Result<Answer, rustix::io::Errno> {
        let files = self.files.borrow();
        let file = files.get(&fd.0).ok_or(rustix::io::Errno::BADF)?;
        rustix::io::write(file, b"1").map(|_| Answer::Done)
    }

    fn close(&self, fd: Fd) -> Result<Answer, rustix::io::Errno> {
        let closed = self.files.borrow_mut().remove(&fd.0);
        closed.map(|_| Answer::Done).ok_or(rustix::io::Errno::BADF)
    }

    fn answer(&self, call: &Call) -> Result<Answer, rustix::io::Errno> {
        Ok(match call {
            Call::User => Answer::Number(process::geteuid().as_raw()),
            Call::Group => Answer::Number(process::getegid().as_raw()),
            Call::Pipe => self.pipe()?,
            Call::Read(fd) => self.read(*fd)?,
            Call::Write(fd) => self.write(*fd)?,
            Call::Close(fd) => self.close(*fd)?,
            Call::Wait => {
                Answer::Ended(process::wait(WaitOptions::NOHANG)?.map(told))
            }
            Call::WaitFor(child) => wait_for(*child)?,
            Call::Sleep => {
                let ended = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
                process::waitid(WaitId::All, ended)?;
                Answer::Done
            }
            other => {
                change(other)?;
                Answer::Done
            }
        })
    }
}

fn wait_for(child: Pid) -> Result<Answer, rustix::io::Errno> {
    let child = process::Pid::from_raw(child.0);
    let child = child.ok_or(rustix::io::Errno::CHILD)?;
    let wait = || process::waitpid(Some(child), WaitOptions::empty());
    let ended = rustix::io::retry_on_intr(wait)?;
    Ok(Answer::Ended(ended.map(told)))
}

/// Makes a call that changes something of this process or its namespaces.
fn change(call: &Call) -> Result<(), rustix::io::Errno> {
    match call {
        Call::Unshare(kinds) => {
            let bits = flags(kinds).cast_unsigned();
            let flags = UnshareFlags::from_bits_retain(bits);
            // SAFETY: this process has one thread, and no other can miss a
            // descriptor.
            unsafe { rustix::thread::unshare_unsafe(flags) }
        }
        Call::WriteFile { path, text } => {
            if !path.starts_with("/proc/") {
                return Err(rustix::io::Errno::NOENT);
            }
            let file = File::options().write(true).open(path);
            let written = file.and_then(|mut it| it.write_all(text.as_bytes()));
            written.map_err(|error| {
                let errno = rustix::io::Errno::from_io_error(&error);
                errno.unwrap_or(rustix::io::Errno::IO)
            })
        }
        Call::SetHostname(name) => rustix::system::sethostname(name.as_bytes()),
        Call::MakePrivate(path) => {
            let all = MountPropagationFlags::REC;
            let private = MountPropagationFlags::PRIVATE;
            rustix::mount::mount_change(path, private | all)
        }
        Call::Bind { from, to } => {
            rustix::mount::mount_bind_recursive(from, to)
        }
        Call::MountProc(at) => {
            let safe =
                MountFlags::NOSUID | MountFlags::NODEV | MountFlags::NOEXEC;
            rustix::mount::mount("proc", at, "proc", safe, c"")
        }
        Call::PivotRoot { new, old } => process::pivot_root(new, old),
        Call::Unmount(path) => {
            rustix::mount::unmount(path, UnmountFlags::DETACH)
        }
        Call::EnterFolder(path) => process::chdir(path),
        _ => Err(rustix::io::Errno::NOSYS),
    }
}

impl Kernel for Process {
    fn call(&self, call: Call) -> Result<Answer, Errno> {
        if matches!(call, Call::Execute(_)) {
            self.observer.become_program();
        }
        self.answer(&call).map_err(|it| Errno(it.raw_os_error()))
    }

    fn new_process<F>(
        &self,
        namespaces: &[Namespace],
        child: F,
    ) -> Result<Pid, Errno>
    where
        F: FnOnce(&Self) -> u8 + Send + 'static,
    {
        let made = clone(flags(namespaces), || {
            caught(|| child(self)).unwrap_or_else(|panic| {
                self.observer.tell("panic", &panic.message);
                101
            })
        });
        made.map(|pid| Pid(pid.as_raw_pid()))
            .map_err(|it| Errno(it.raw_os_error()))
    }
}

/// Returns how a process ended, in the reader's words.
fn told((pid, status): (process::Pid, WaitStatus)) -> (Pid, Status) {
    let code = status.exit_status().map(Status::Exited);
    let killed = status.terminating_signal().map(Status::Killed);
    let status = code.or(killed).unwrap_or(Status::Exited(0));
    (Pid(pid.as_raw_pid()), status)
}
