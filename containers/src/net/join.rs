//! What a starting container calls.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;
use std::time::Duration;

use rustix::io::Errno;
use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};

use crate::error::Error;
use crate::net::address::{Address, CONTAINER_LINK};
use crate::net::directory;
use crate::net::rtnetlink::inet::LinkAddress;
use crate::net::rtnetlink::socket::Socket;
use crate::net::start::{self, Joined};
use crate::net::wire::{Reply, Request};

pub use crate::net::start::Settings;

/// How long the holder stays when nobody needs it any more: long enough for
/// the next container of a script, short enough to be forgotten.
const LINGER: Duration = Duration::from_secs(1);

/// A connection to the holder of this user.
///
/// The holder does not end while there is one.
#[derive(Debug)]
pub struct Attachment {
    connection: OwnedFd,
    user: OwnedFd,
    net: OwnedFd,
}

impl Attachment {
    /// Connects to the holder of this user, and starts it by `program` if
    /// there is none. May be called in a process with threads.
    ///
    /// `program` is this very program, as a rule `/proc/self/exe`; see
    /// [`net`](crate::net) for what its `main` does first.
    ///
    /// # Errors
    ///
    /// When the directory of the socket is not this user's alone, the holder
    /// belongs to somebody else, it cannot be started, or it does not answer.
    pub fn of_user(program: &Path) -> Result<Self, Error> {
        Self::open(&Settings {
            program: program.to_owned(),
            directory: directory::of_user(),
            linger: LINGER,
        })
    }

    /// Connects to the holder of a directory, like
    /// [`of_user`](Self::of_user).
    ///
    /// # Errors
    ///
    /// Like [`of_user`](Self::of_user).
    pub fn open(settings: &Settings) -> Result<Self, Error> {
        let Joined { connection, user, net } = start::find_or_start(settings)?;
        Ok(Self { connection, user, net })
    }

    /// Returns the holder's user namespace.
    pub fn user(&self) -> BorrowedFd<'_> {
        self.user.as_fd()
    }

    /// Returns the holder's network namespace.
    pub fn net(&self) -> BorrowedFd<'_> {
        self.net.as_fd()
    }

    /// Moves the calling process into the holder's two namespaces.
    ///
    /// For a child with one thread, which the kernel checks. It is two system
    /// calls and nothing else, so a child that shares its parent's memory may
    /// call it.
    ///
    /// # Errors
    ///
    /// `EINVAL` in a process with threads; `EPERM` when the holder belongs to
    /// somebody else.
    pub fn enter(&self) -> Result<(), Errno> {
        let user = Some(LinkNameSpaceType::User);
        move_into_link_name_space(self.user(), user)?;
        let net = Some(LinkNameSpaceType::Network);
        move_into_link_name_space(self.net(), net)
    }

    /// Gives the network namespace `namespace` the link `eth0` and an
    /// address, which is its own until the process of the pidfd `container`
    /// ends.
    ///
    /// The namespace belongs to a user namespace below the holder's; it is
    /// ready after [`configure`] in it.
    ///
    /// # Errors
    ///
    /// When all 253 addresses are taken, the container has ended, the
    /// namespace is not below the holder's or has an `eth0`, or the holder
    /// was killed. Nothing is changed then.
    pub fn plug(
        &mut self,
        namespace: BorrowedFd<'_>,
        container: BorrowedFd<'_>,
    ) -> Result<Address, Error> {
        let connection = self.connection.as_fd();
        let descriptors = [namespace, container];
        match start::ask(connection, Request::Plug, &descriptors) {
            Ok((Reply::Plugged(address), _)) => Ok(address),
            Ok((Reply::Failed(error), _)) => Err(error),
            Ok((Reply::Joined, _)) => {
                Err(Error::of("ask the network's holder", Errno::BADMSG))
            }
            Err(unreceived) => Err(start::unanswered(unreceived)),
        }
    }
}

/// Makes the network of the calling thread's namespace ready: `lo` up, and
/// with an address, `eth0` has it, is up, and leads to all others.
///
/// # Errors
///
/// When there is no `eth0`, or it is configured already.
pub fn configure(address: Option<Address>) -> Result<(), Error> {
    let mut socket = Socket::open()?;
    socket.set_up("lo")?;
    let Some(Address { ip, prefix, gateway }) = address else {
        return Ok(());
    };
    let link = socket.link(CONTAINER_LINK)?.index;
    socket.add_address(LinkAddress { link, ip, prefix })?;
    socket.set_up(CONTAINER_LINK)?;
    socket.add_default_route(gateway, link)?;
    Ok(())
}
