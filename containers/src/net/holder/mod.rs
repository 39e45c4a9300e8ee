//! The process that owns bridge and addresses.
//!
//! - `namespaces`: the two namespaces, made and named.
//! - `serve`: what it does until nobody needs it.
//! - `plug`: a container's links and address.
//! - `sweeper`: links of containers that have ended.

mod namespaces;
mod plug;
mod serve;
mod sweeper;

use std::env;
use std::ffi::OsString;
use std::fs::File;
use std::io::Write;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use rustix::fs::Mode;
use rustix::io::Errno;
use rustix::process::{geteuid, setsid, umask};
use rustix::stdio::{dup2_stdin, dup2_stdout, stdin, stdout};
use rustix::thread::set_no_new_privs;

use crate::error::Error;
use crate::net::directory::{Directory, Lock};
use crate::net::holder::serve::Holder;
use crate::net::start::{HOLDER, LEAVE, SERVE};
use crate::real_root;

/// Returns whether this process was started to be the holder.
///
/// ```
/// assert!(!containers::net::holder::is_asked());
/// ```
pub fn is_asked() -> bool {
    env::args_os().next().is_some_and(|name| name == HOLDER)
}

/// Is the holder, until nobody needs it any more.
///
/// For the `main` of a program, when [`is_asked`] says so, before it starts
/// a thread or opens a descriptor. The standard input is the lock of the
/// directory, the standard output tells once how the start went.
///
/// # Errors
///
/// When the start failed; the process that asked for it knows why by then.
pub fn main() -> Result<(), Error> {
    match Arguments::read(env::args_os().skip(1)) {
        Some(arguments) if arguments.step == LEAVE => {
            leave(&arguments).inspect_err(|error| tell(stdout(), Err(error)))
        }
        Some(arguments) if arguments.step == SERVE => serve(&arguments),
        _ => Err(Error::refused("be the network's holder")
            .because("a container that needs a network starts it by itself")),
    }
}

/// What the holder is told.
#[derive(Debug)]
struct Arguments {
    step: OsString,
    directory: PathBuf,
    linger: Duration,
}

impl Arguments {
    fn read(mut arguments: impl Iterator<Item = OsString>) -> Option<Self> {
        let step = arguments.next()?;
        let directory = arguments.next()?.into();
        let linger = arguments.next()?.to_str()?.parse().ok()?;
        let linger = Duration::from_millis(linger);
        Some(Self { step, directory, linger })
    }
}

/// Leaves the session, the directory, the environment and the descriptors of
/// the process that started it, and does not stay as its child.
fn leave(arguments: &Arguments) -> Result<(), Error> {
    let step = "leave the session";
    setsid().map_err(|errno| Error::of(step, errno))?;
    close_on_exec().map_err(|errno| Error::of(step, errno))?;
    let linger = arguments.linger.as_millis().to_string();
    Command::new("/proc/self/exe")
        .arg0(HOLDER)
        .arg(SERVE)
        .arg(&arguments.directory)
        .arg(linger)
        .env_clear()
        .current_dir("/")
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| Error::io(step, &error))?;
    Ok(())
}

/// Lets no descriptor but the first three reach the next program: a pipe that
/// a long-lived process holds open never ends for its reader.
fn close_on_exec() -> Result<(), Errno> {
    let (first, last): (libc::c_uint, libc::c_uint) = (3, libc::c_uint::MAX);
    // SAFETY: it sets a flag and closes nothing.
    let result = unsafe {
        libc::syscall(
            libc::SYS_close_range,
            first,
            last,
            libc::CLOSE_RANGE_CLOEXEC,
        )
    };
    match result {
        0 => Ok(()),
        _ => Err(Errno::from_io_error(&std::io::Error::last_os_error())
            .unwrap_or(Errno::INVAL)),
    }
}

/// Starts, says how that went, and serves.
fn serve(arguments: &Arguments) -> Result<(), Error> {
    let (lock, status) = inherited()?;
    let started = begin(arguments, &lock);
    tell(status.as_fd(), started.as_ref().map(|_| ()));
    let mut holder = started?;
    // Those who wait for the lock now find the socket.
    drop((lock, status));
    holder.run();
    Ok(())
}

/// Takes over the lock and the pipe for the status, and leaves nothing in
/// their place.
fn inherited() -> Result<(Lock, OwnedFd), Error> {
    let wrong = |errno| Error::of("inherit the lock", errno);
    let null = File::open("/dev/null")
        .map_err(|error| Error::io("open", &error).at("/dev/null"))?;
    let lock = rustix::io::fcntl_dupfd_cloexec(stdin(), 3).map_err(wrong)?;
    let status = rustix::io::fcntl_dupfd_cloexec(stdout(), 3).map_err(wrong)?;
    dup2_stdin(&null).map_err(wrong)?;
    dup2_stdout(&null).map_err(wrong)?;
    Ok((Lock::inherited(lock), status))
}

fn begin(arguments: &Arguments, lock: &Lock) -> Result<Holder, Error> {
    if geteuid().is_root() && real_root::is_zero() {
        return Err(Error::refused("own a network").because(
            "root of the host would be root in each container; run it as \
             another user",
        ));
    }
    umask(Mode::RWXG | Mode::RWXO);
    set_no_new_privs(true)
        .map_err(|errno| Error::of("give up new privileges", errno))?;
    let directory = Directory::open(Path::new(&arguments.directory))?;
    let namespaces = namespaces::make()?;
    let bridge = plug::make_bridge()?;
    Holder::listen(directory, lock, namespaces, bridge, arguments.linger)
}

/// Tells the process that asked for the start how it went.
fn tell(status: BorrowedFd<'_>, started: Result<(), &Error>) {
    let said = serde_json::to_vec(&started).unwrap_or_default();
    if let Ok(status) = status.try_clone_to_owned() {
        // Who asked may be dead; others need the holder too.
        let _ = File::from(status).write_all(&said);
    }
}
