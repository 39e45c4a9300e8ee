//! The kernel as the reader's code sees it, and what the reader implements.

use super::call::{Answer, Call, Errno, Fd, Namespace, Pid, Pipe, Status};

/// What is to be started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The name of the host inside; none for whatever it is outside.
    pub hostname: Option<String>,
    /// The folder that becomes `/`, with the empty folders `proc` and `old` in
    /// it; none for the root of the host.
    pub root: Option<String>,
    /// Whether the first process inside stays, and starts the program.
    pub has_init: bool,
    /// The program.
    pub program: String,
}

/// What the reader writes.
pub trait Container: 'static {
    /// Starts the program in namespaces of its own, and returns the first
    /// process of them.
    ///
    /// # Errors
    ///
    /// When the kernel refuses something; then no process is left.
    fn start<K: Kernel>(kernel: &K, settings: &Settings) -> Result<Pid, Errno>;
}

/// The calls of the kernel that a process makes: each is one of Linux, with
/// the flags that a container needs.
///
/// # Errors
///
/// Each call may be refused by the kernel, which says why.
pub trait Kernel: Sized {
    /// Makes a call, and waits for the answer.
    ///
    /// # Errors
    ///
    /// When the kernel refuses it.
    fn call(&self, call: Call) -> Result<Answer, Errno>;

    /// `clone`: makes a process with a copy of this one's memory and open
    /// files, in new namespaces of these kinds, which calls `child` and ends
    /// with the code that it returns. Of several kinds the user namespace is
    /// made first, and owns the others.
    ///
    /// # Errors
    ///
    /// When the kernel refuses it.
    fn new_process<F>(
        &self,
        namespaces: &[Namespace],
        child: F,
    ) -> Result<Pid, Errno>
    where
        F: FnOnce(&Self) -> u8 + Send + 'static;

    /// `geteuid`: returns the number of this process's user, as its namespace
    /// has it.
    fn user(&self) -> u32 {
        number(self.call(Call::User))
    }

    /// `getegid`: returns the number of its group.
    fn group(&self) -> u32 {
        number(self.call(Call::Group))
    }

    /// `pipe2`: makes a pipe, whose ends no program gets.
    ///
    /// # Errors
    ///
    /// When the kernel refuses it.
    fn pipe(&self) -> Result<Pipe, Errno> {
        match self.call(Call::Pipe)? {
            Answer::Pipe(pipe) => Ok(pipe),
            other => wrong(other),
        }
    }

    /// `read`: waits for a byte, and returns 1; or 0 when no process has the
    /// other end open any more.
    ///
    /// # Errors
    ///
    /// When the kernel refuses it.
    fn read(&self, from: Fd) -> Result<u32, Errno> {
        self.call(Call::Read(from)).map(|answer| number(Ok(answer)))
    }

    /// `write`: puts a byte into a pipe.
    ///
    /// # Errors
    ///
    /// When the kernel refuses it.
    fn write(&self, to: Fd) -> Result<(), Errno> {
        self.call(Call::Write(to)).map(drop)
    }

    /// `close`: closes this process's end.
    ///
    /// # Errors
    ///
    /// When the kernel refuses it.
    fn close(&self, end: Fd) -> Result<(), Errno> {
        self.call(Call::Close(end)).map(drop)
    }

    /// `unshare`: moves this process into new namespaces.
    ///
    /// # Errors
    ///
    /// When the kernel refuses it.
    fn unshare(&self, namespaces: &[Namespace]) -> Result<(), Errno> {
        self.call(Call::Unshare(namespaces.to_vec())).map(drop)
    }

    /// `open`, `write` and `close`: writes a file of the kernel, such as
    /// `/proc/2/uid_map` or `/proc/self/uid_map`.
    ///
    /// # Errors
    ///
    /// When the kernel refuses it.
    fn write_file(&self, path: &str, text: &str) -> Result<(), Errno> {
        let (path, text) = (path.to_owned(), text.to_owned());
        self.call(Call::WriteFile { path, text }).map(drop)
    }

    /// `sethostname`.
    ///
    /// # Errors
    ///
    /// When the kernel refuses it.
    fn set_hostname(&self, name: &str) -> Result<(), Errno> {
        self.call(Call::SetHostname(name.to_owned())).map(drop)
    }

    /// `mount` with `MS_REC | MS_PRIVATE`: nothing that is mounted at or below
    /// a mount spreads to another namespace any more, nor comes from there.
    ///
    /// # Errors
    ///
    /// When the kernel refuses it.
    fn make_private(&self, path: &str) -> Result<(), Errno> {
        self.call(Call::MakePrivate(path.to_owned())).map(drop)
    }

    /// `mount` with `MS_BIND | MS_REC`: shows a folder at another one too, or
    /// at itself; so it becomes a mount.
    ///
    /// # Errors
    ///
    /// When the kernel refuses it.
    fn bind(&self, from: &str, to: &str) -> Result<(), Errno> {
        let (from, to) = (from.to_owned(), to.to_owned());
        self.call(Call::Bind { from, to }).map(drop)
    }

    /// `mount` of type `proc`: shows the processes of this process's PID
    /// namespace. An ordinary user may do so only while another `/proc`, with
    /// nothing hidden in it, is in sight.
    ///
    /// # Errors
    ///
    /// When the kernel refuses it.
    fn mount_proc(&self, at: &str) -> Result<(), Errno> {
        self.call(Call::MountProc(at.to_owned())).map(drop)
    }

    /// `pivot_root`: makes the mount `new` the root of the namespace, and
    /// mounts the old root at the folder `old`, which is at or below `new`. If
    /// it is `new` itself, the old root is on top of the new one.
    ///
    /// # Errors
    ///
    /// When the kernel refuses it.
    fn pivot_root(&self, new: &str, old: &str) -> Result<(), Errno> {
        let (new, old) = (new.to_owned(), old.to_owned());
        self.call(Call::PivotRoot { new, old }).map(drop)
    }

    /// `umount2` with `MNT_DETACH`: takes away the topmost mount of a place,
    /// with all that is mounted below, also while it is in use.
    ///
    /// # Errors
    ///
    /// When the kernel refuses it.
    fn unmount(&self, path: &str) -> Result<(), Errno> {
        self.call(Call::Unmount(path.to_owned())).map(drop)
    }

    /// `chdir`: makes a folder the one that `.` means.
    ///
    /// # Errors
    ///
    /// When the kernel refuses it.
    fn enter_folder(&self, path: &str) -> Result<(), Errno> {
        self.call(Call::EnterFolder(path.to_owned())).map(drop)
    }

    /// `execve`: becomes the program. Returns only why not.
    fn execute(&self, program: &str) -> Errno {
        match self.call(Call::Execute(program.to_owned())) {
            Err(errno) => errno,
            Ok(other) => wrong(other),
        }
    }

    /// Sleeps until a child has ended, or many. It is not waited for by that.
    ///
    /// # Errors
    ///
    /// `CHILD` when there are no children.
    fn sleep(&self) -> Result<(), Errno> {
        self.call(Call::Sleep).map(drop)
    }

    /// `waitpid(-1)` with `WNOHANG`: returns a child that has ended, which is
    /// then gone; nothing if none has.
    ///
    /// # Errors
    ///
    /// `CHILD` when there are no children.
    fn wait(&self) -> Result<Option<(Pid, Status)>, Errno> {
        match self.call(Call::Wait)? {
            Answer::Ended(ended) => Ok(ended),
            other => wrong(other),
        }
    }

    /// `waitpid`: waits until this child has ended.
    ///
    /// # Errors
    ///
    /// `CHILD` when it is no child of this process.
    fn wait_for(&self, child: Pid) -> Result<Status, Errno> {
        match self.call(Call::WaitFor(child))? {
            Answer::Ended(Some((_, status))) => Ok(status),
            other => wrong(other),
        }
    }
}

fn number(answer: Result<Answer, Errno>) -> u32 {
    match answer {
        Ok(Answer::Number(number)) => number,
        other => wrong(other),
    }
}

/// A kernel of the judge answers what was asked.
fn wrong<T>(answer: impl std::fmt::Debug) -> T {
    panic!("the judge's kernel answers {answer:?}")
}
