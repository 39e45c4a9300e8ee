//! Calls of the kernel, and what it answers.

use std::fmt;

/// The number of a process, as its caller knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pid(pub i32);

impl fmt::Display for Pid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The number of an open file. A new process has a copy of each of its
/// parent's, under the same number, and closes its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fd(pub i32);

/// The two ends of a pipe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pipe {
    /// Where bytes come out.
    pub reader: Fd,
    /// Where they are put in.
    pub writer: Fd,
}

/// A kind of namespace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Namespace {
    /// Users and groups, and who may do what.
    User,
    /// The numbers of processes.
    Pid,
    /// The tree of mounts.
    Mount,
    /// The name of the host.
    Uts,
}

/// Why the kernel refuses a call: its number, as Linux has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Errno(pub i32);

impl Errno {
    /// The caller may not.
    pub const PERM: Self = Self(1);
    /// There is no such file.
    pub const NOENT: Self = Self(2);
    /// A signal came between.
    pub const INTR: Self = Self(4);
    /// That number is of no open file.
    pub const BADF: Self = Self(9);
    /// There is no such child.
    pub const CHILD: Self = Self(10);
    /// It is in use.
    pub const BUSY: Self = Self(16);
    /// What is asked for makes no sense here.
    pub const INVAL: Self = Self(22);
    /// Nobody reads from the pipe.
    pub const PIPE: Self = Self(32);
    /// It was given up.
    pub const CANCELED: Self = Self(125);
}

impl fmt::Display for Errno {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = [
            (Self::PERM, "EPERM"),
            (Self::NOENT, "ENOENT"),
            (Self::INTR, "EINTR"),
            (Self::BADF, "EBADF"),
            (Self::CHILD, "ECHILD"),
            (Self::BUSY, "EBUSY"),
            (Self::INVAL, "EINVAL"),
            (Self::PIPE, "EPIPE"),
            (Self::CANCELED, "ECANCELED"),
        ];
        match names.iter().find(|(errno, _)| errno == self) {
            Some((_, name)) => f.write_str(name),
            None => write!(f, "errno {}", self.0),
        }
    }
}

/// How a process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// By itself, with this code.
    Exited(i32),
    /// By this signal.
    Killed(i32),
}

impl Status {
    /// Returns the code, if it ended by itself.
    pub fn exit_status(self) -> Option<i32> {
        match self {
            Self::Exited(code) => Some(code),
            Self::Killed(_) => None,
        }
    }

    /// Returns the signal, if one has ended it.
    pub fn terminating_signal(self) -> Option<i32> {
        match self {
            Self::Exited(_) => None,
            Self::Killed(signal) => Some(signal),
        }
    }
}

/// One call of the kernel. What each does is said in
/// [`Kernel`](super::kernel::Kernel).
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is a method of the trait")]
pub enum Call {
    User,
    Group,
    Pipe,
    Read(Fd),
    Write(Fd),
    Close(Fd),
    NewProcess(Vec<Namespace>),
    Unshare(Vec<Namespace>),
    WriteFile { path: String, text: String },
    SetHostname(String),
    MakePrivate(String),
    Bind { from: String, to: String },
    MountProc(String),
    PivotRoot { new: String, old: String },
    Unmount(String),
    EnterFolder(String),
    Execute(String),
    Sleep,
    Wait,
    WaitFor(Pid),
    Exit(u8),
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User => write!(f, "user"),
            Self::Group => write!(f, "group"),
            Self::Pipe => write!(f, "pipe"),
            Self::Read(fd) => write!(f, "read {}", fd.0),
            Self::Write(fd) => write!(f, "write {}", fd.0),
            Self::Close(fd) => write!(f, "close {}", fd.0),
            Self::NewProcess(kinds) => write!(f, "new_process {kinds:?}"),
            Self::Unshare(kinds) => write!(f, "unshare {kinds:?}"),
            Self::WriteFile { path, text } => {
                write!(f, "{path} = \"{}\"", text.trim_end())
            }
            Self::SetHostname(name) => write!(f, "set_hostname {name}"),
            Self::MakePrivate(path) => write!(f, "make_private {path}"),
            Self::Bind { from, to } => write!(f, "bind {from} {to}"),
            Self::MountProc(at) => write!(f, "mount_proc {at}"),
            Self::PivotRoot { new, old } => write!(f, "pivot_root {new} {old}"),
            Self::Unmount(path) => write!(f, "unmount {path}"),
            Self::EnterFolder(path) => write!(f, "enter_folder {path}"),
            Self::Execute(program) => write!(f, "execute {program}"),
            Self::Sleep => write!(f, "sleep"),
            Self::Wait => write!(f, "wait"),
            Self::WaitFor(child) => write!(f, "wait_for {child}"),
            Self::Exit(code) => write!(f, "ends with code {code}"),
        }
    }
}

/// What the kernel answers to a call that it does not refuse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It is done.
    Done,
    /// A number: of a user, a group, or of bytes.
    Number(u32),
    /// A pipe.
    Pipe(Pipe),
    /// A new process.
    Process(Pid),
    /// A child that has ended, if there is one.
    Ended(Option<(Pid, Status)>),
}
