//! The holder, found or started exactly once.
//!
//! Who finds no holder takes the lock, looks again, and starts one. The
//! holder inherits the lock and gives it up when it listens; so those who
//! wait for the lock then find it, and one that is half started is never
//! doubled, even when the process that started it is killed. Nobody polls.

use std::io::{ErrorKind, Read};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{ChildStdout, Command, Stdio};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::{Errno, retry_on_intr};
use rustix::net::sockopt::{Timeout, set_socket_timeout};
use rustix::net::{
    AddressFamily, RecvFlags, SendFlags, SocketAddrUnix, SocketFlags,
    SocketType, connect, socket_with,
};
use rustix::process::geteuid;

use crate::error::Error;
use crate::net::directory::{Directory, Lock};
use crate::net::wire::{self, Reply, Request, Unreceived};

/// The name by which the program knows that it is to be the holder.
pub(super) const HOLDER: &str = "unc-holder";
/// What the holder is told first: to leave its parent, or to serve.
pub(super) const LEAVE: &str = "leave";
pub(super) const SERVE: &str = "serve";

/// Longer than any answer of a holder that is not stopped.
const PATIENCE: Duration = Duration::from_secs(20);

/// Which holder, and how to start it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The program whose `main` asks [`is_asked`](crate::net::holder::is_asked).
    pub program: PathBuf,
    /// Where its socket is; made if it is not there.
    pub directory: PathBuf,
    /// How long it stays when nobody needs it any more.
    pub linger: Duration,
}

/// A connection to the holder, and the descriptors of its namespaces.
#[derive(Debug)]
pub(super) struct Joined {
    pub(super) connection: OwnedFd,
    pub(super) user: OwnedFd,
    pub(super) net: OwnedFd,
}

/// Connects to the holder, and starts it if there is none.
pub(super) fn find_or_start(settings: &Settings) -> Result<Joined, Error> {
    let directory = Directory::open(&settings.directory)?;
    if let Some(joined) = join(&directory)? {
        return Ok(joined);
    }
    let lock = directory.lock()?;
    if let Some(joined) = join(&directory)? {
        return Ok(joined);
    }
    start(settings, &lock)?;
    // It cannot end before that, because it ends only with the lock.
    let joined = join(&directory)?;
    drop(lock);
    joined.ok_or_else(|| {
        Error::refused("join the network's holder")
            .at(directory.shown_socket())
            .because("it has ended right after its start")
    })
}

/// Returns nothing when no holder listens.
fn join(directory: &Directory) -> Result<Option<Joined>, Error> {
    let path = directory.shown_socket();
    let wrong = |errno| Error::of("join the network's holder", errno).at(&path);
    let Some(connection) = connected(directory).map_err(wrong)? else {
        return Ok(None);
    };
    check_peer(connection.as_fd()).map_err(|error| error.at(&path))?;
    match ask(connection.as_fd(), Request::Join, &[]) {
        Ok((Reply::Joined, descriptors)) => {
            let [user, net] = <[OwnedFd; 2]>::try_from(descriptors)
                .map_err(|_| wrong(Errno::BADMSG))?;
            Ok(Some(Joined { connection, user, net }))
        }
        Ok((Reply::Failed(error), _)) => Err(error),
        Ok((Reply::Plugged(_), _)) => Err(wrong(Errno::BADMSG)),
        // It has ended, or is ending, between our two steps.
        Err(Unreceived::Closed) => Ok(None),
        Err(Unreceived::Refused(Errno::CONNRESET | Errno::PIPE)) => Ok(None),
        Err(unreceived) => Err(unanswered(unreceived).at(&path)),
    }
}

/// Returns nothing when no holder listens.
fn connected(directory: &Directory) -> Result<Option<OwnedFd>, Errno> {
    let connection = socket_with(
        AddressFamily::UNIX,
        SocketType::SEQPACKET,
        SocketFlags::CLOEXEC,
        None,
    )?;
    let limit = Some(PATIENCE);
    set_socket_timeout(&connection, Timeout::Recv, limit)?;
    set_socket_timeout(&connection, Timeout::Send, limit)?;
    let address = SocketAddrUnix::new(directory.socket())?;
    match retry_on_intr(|| connect(&connection, &address)) {
        Ok(()) => Ok(Some(connection)),
        Err(Errno::NOENT | Errno::CONNREFUSED) => Ok(None),
        Err(errno) => Err(errno),
    }
}

/// Refuses a holder that another user has started.
fn check_peer(connection: BorrowedFd<'_>) -> Result<(), Error> {
    let step = "trust the network's holder";
    let user =
        wire::peer_user(connection).map_err(|errno| Error::of(step, errno))?;
    if user == geteuid().as_raw() {
        return Ok(());
    }
    Err(Error::refused(step).because(format!("user {user} has started it")))
}

/// Sends a request and waits for the answer.
pub(super) fn ask(
    connection: BorrowedFd<'_>,
    request: Request,
    descriptors: &[BorrowedFd<'_>],
) -> Result<(Reply, Vec<OwnedFd>), Unreceived> {
    let flags = SendFlags::empty();
    wire::send(connection, &request, descriptors, flags)
        .map_err(Unreceived::Refused)?;
    wire::receive(connection, RecvFlags::empty())
}

/// Returns the error that the holder has not answered.
pub(super) fn unanswered(unreceived: Unreceived) -> Error {
    let step = "ask the network's holder";
    match unreceived {
        Unreceived::Closed => {
            Error::refused(step).because("it was killed meanwhile")
        }
        Unreceived::Refused(Errno::AGAIN) => Error::of(step, Errno::TIMEDOUT)
            .because("it does not answer; is it stopped?"),
        Unreceived::Refused(errno) => Error::of(step, errno),
        Unreceived::Malformed(error) => error,
    }
}

/// Starts a holder and returns when it listens.
fn start(settings: &Settings, lock: &Lock) -> Result<(), Error> {
    let step = "start the network's holder";
    let wrong = |it: &std::io::Error| Error::io(step, it).at(&settings.program);
    let directory = std::path::absolute(&settings.directory);
    let inherited = lock.descriptor().try_clone();
    let mut leaving = Command::new(&settings.program)
        .arg0(HOLDER)
        .arg(LEAVE)
        .arg(directory.map_err(|it| wrong(&it))?)
        .arg(settings.linger.as_millis().to_string())
        .stdin(Stdio::from(inherited.map_err(|it| wrong(&it))?))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|it| wrong(&it))?;
    let status = leaving.stdout.take();
    let said = status.map_or(Ok(Vec::new()), hear);
    if said.is_err() {
        // It is stopped, or it would have left.
        let _ = leaving.kill();
    }
    // The caller may be one whose children nobody waits for.
    let _ = leaving.wait();
    let said = said.map_err(|it| wrong(&it))?;
    started(&said, &settings.program)
}

/// Returns all that the holder says until it listens or ends.
fn hear(mut status: ChildStdout) -> std::io::Result<Vec<u8>> {
    let mut said = Vec::new();
    loop {
        let patience =
            Timespec::try_from(PATIENCE).map_err(|_| Errno::INVAL)?;
        let readable = PollFlags::IN;
        let count = retry_on_intr(|| {
            let mut wanted = [PollFd::new(&status, readable)];
            poll(&mut wanted, Some(&patience))
        })?;
        if count == 0 {
            return Err(ErrorKind::TimedOut.into());
        }
        let mut piece = [0; 4096];
        match status.read(&mut piece) {
            Ok(0) => return Ok(said),
            Ok(length) => said.extend_from_slice(&piece[..length]),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// Reads what a holder says of its start.
fn started(said: &[u8], program: &Path) -> Result<(), Error> {
    let result: Result<Result<(), Error>, _> = serde_json::from_slice(said);
    result.unwrap_or_else(|_| {
        Err(Error::refused("start the network's holder")
            .at(program)
            .because("it has ended without a word"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_holder_says_of_its_start_is_passed_on() {
        let error = Error::of("make the bridge unc0", Errno::PERM);
        let said = serde_json::to_vec(&Err::<(), _>(&error)).expect("JSON");
        assert_eq!(started(&said, Path::new("/unc")), Err(error));
        let said = serde_json::to_vec(&Ok::<_, Error>(())).expect("JSON");
        assert_eq!(started(&said, Path::new("/unc")), Ok(()));
    }

    #[test]
    fn a_program_that_is_no_holder_is_named() {
        let parent = tempfile::tempdir().expect("a directory for the test");
        let settings = |program: &str| Settings {
            program: program.into(),
            directory: parent.path().join("unc"),
            linger: Duration::ZERO,
        };
        let error = find_or_start(&settings("/bin/true")).expect_err("mute");
        assert!(error.to_string().contains("without a word"), "{error}");
        let error = find_or_start(&settings("/none")).expect_err("none");
        assert_eq!(error.errno(), Some(Errno::NOENT));
        assert_eq!(error.path(), Some(Path::new("/none")));
    }
}
