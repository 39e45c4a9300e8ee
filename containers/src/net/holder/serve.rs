//! What it does until nobody needs it.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::net::{
    AddressFamily, RecvFlags, SendFlags, SocketAddrUnix, SocketFlags,
    SocketType, accept_with, bind, listen, socket_with,
};
use rustix::process::geteuid;

use crate::error::Error;
use crate::net::directory::{Directory, Lock};
use crate::net::holder::namespaces::Namespaces;
use crate::net::holder::plug::{Bridge, Container};
use crate::net::holder::sweeper::Sweeper;
use crate::net::wire::{self, Reply, Request, Unreceived};

/// How many clients may wait to be accepted.
const BACKLOG: i32 = 1024;

/// How many connections it has at once; others wait. With the containers'
/// 253 pidfds that is below the usual limit of 1,024 descriptors.
const CONNECTIONS: usize = 512;

/// The holder at work.
#[derive(Debug)]
pub(super) struct Holder {
    directory: Directory,
    listener: OwnedFd,
    namespaces: Namespaces,
    bridge: Bridge,
    sweeper: Sweeper,
    /// How many numbers the sweeper has.
    swept_soon: usize,
    containers: Vec<Container>,
    connections: Vec<OwnedFd>,
    linger: Duration,
    /// No descriptor was left for the next client.
    is_full: bool,
}

/// Which of the descriptors have something to say.
#[derive(Debug)]
struct Ready {
    listener: bool,
    sweeper: bool,
    /// Their places, the highest first, so that they can be removed.
    connections: Vec<usize>,
    containers: Vec<usize>,
}

impl Holder {
    /// Listens to the socket of the directory, of which the caller has the
    /// lock.
    pub(super) fn listen(
        directory: Directory,
        lock: &Lock,
        namespaces: Namespaces,
        bridge: Bridge,
        linger: Duration,
    ) -> Result<Self, Error> {
        directory.delete_socket(lock)?;
        let listener = listener(&directory).map_err(|errno| {
            Error::of("listen", errno).at(directory.shown_socket())
        })?;
        Ok(Self {
            directory,
            listener,
            namespaces,
            bridge,
            sweeper: Sweeper::start()?,
            swept_soon: 0,
            containers: Vec::new(),
            connections: Vec::new(),
            linger,
            is_full: false,
        })
    }

    /// Serves until no container and no connection is left, and none has come
    /// for as long as it lingers.
    pub(super) fn run(&mut self) {
        loop {
            match self.wait() {
                Ok(Some(ready)) => self.go_on(&ready),
                Ok(None) if self.end() => return,
                Ok(None) => self.is_full = false,
                Err(Errno::INTR) => {}
                // Nothing is left to wait for.
                Err(_) => return,
            }
        }
    }

    /// Returns nothing when nobody came for as long as it lingers.
    fn wait(&self) -> Result<Option<Ready>, Errno> {
        let is_idle = self.containers.is_empty()
            && self.connections.is_empty()
            && self.swept_soon == 0;
        let linger = Timespec::try_from(self.linger).ok().filter(|_| is_idle);
        let accepts = !self.is_full && self.connections.len() < CONNECTIONS;
        let wanted = if accepts { PollFlags::IN } else { PollFlags::empty() };
        let wait_for = |it| PollFd::from_borrowed_fd(it, PollFlags::IN);
        let mut polled = vec![
            PollFd::new(&self.listener, wanted),
            wait_for(self.sweeper.descriptor()),
        ];
        polled.extend(self.connections.iter().map(|it| wait_for(it.as_fd())));
        let first = polled.len();
        polled.extend(
            self.containers.iter().map(|it| wait_for(it.process.as_fd())),
        );
        if poll(&mut polled, linger.as_ref())? == 0 {
            return Ok(None);
        }
        let (others, containers) = polled.split_at(first);
        Ok(Some(Ready {
            listener: is_ready(&others[0]),
            sweeper: is_ready(&others[1]),
            connections: places(&others[2..]),
            containers: places(containers),
        }))
    }

    /// The ends first, because they free what the others ask for.
    fn go_on(&mut self, ready: &Ready) {
        for place in &ready.containers {
            let container = self.containers.swap_remove(*place);
            self.sweeper.delete(container.number);
            self.swept_soon += 1;
            self.is_full = false;
        }
        if ready.sweeper {
            self.release();
        }
        for place in &ready.connections {
            if self.answer(*place).is_none() {
                self.connections.swap_remove(*place);
                self.is_full = false;
            }
        }
        if ready.listener {
            self.accept();
        }
    }

    /// Takes back the numbers whose links are gone, and waits until there is
    /// one. Returns whether there was.
    fn release(&mut self) -> bool {
        let numbers = self.sweeper.swept();
        self.swept_soon -= numbers.len();
        numbers.iter().for_each(|number| self.bridge.release(*number));
        !numbers.is_empty()
    }

    fn accept(&mut self) {
        match accept_with(&self.listener, SocketFlags::CLOEXEC) {
            Ok(connection) => {
                let user = geteuid().as_raw();
                if wire::peer_user(connection.as_fd()) == Ok(user) {
                    self.connections.push(connection);
                }
            }
            // Until something is closed; else it would be asked for ever.
            Err(Errno::MFILE | Errno::NFILE | Errno::NOMEM | Errno::NOBUFS) => {
                self.is_full = true;
            }
            // The client is gone.
            Err(_) => {}
        }
    }

    /// Answers what a client asks; returns nothing when the connection is to
    /// be closed.
    fn answer(&mut self, place: usize) -> Option<()> {
        let connection = self.connections[place].as_fd();
        let received = wire::receive(connection, RecvFlags::DONTWAIT);
        let reply = match received {
            Ok((Request::Join, _)) => Reply::Joined,
            Ok((Request::Plug, descriptors)) => self.plug(descriptors),
            Err(Unreceived::Malformed(error)) => Reply::Failed(error),
            Err(Unreceived::Refused(Errno::AGAIN)) => return Some(()),
            Err(Unreceived::Refused(_) | Unreceived::Closed) => return None,
        };
        let namespaces =
            [self.namespaces.user.as_fd(), self.namespaces.net.as_fd()];
        let descriptors: &[BorrowedFd<'_>] = match reply {
            Reply::Joined => &namespaces,
            _ => &[],
        };
        let connection = self.connections[place].as_fd();
        // A client that does not read its answers is not waited for.
        let flags = SendFlags::DONTWAIT;
        wire::send(connection, &reply, descriptors, flags).ok()
    }

    fn plug(&mut self, descriptors: Vec<OwnedFd>) -> Reply {
        let Ok([namespace, process]) = <[OwnedFd; 2]>::try_from(descriptors)
        else {
            return Reply::Failed(
                Error::refused("plug the container in")
                    .because("its two descriptors have not come"),
            );
        };
        // Whoever ends a container to have its address does not ask too early.
        while self.bridge.is_full() && self.swept_soon > 0 && self.release() {}
        let own = self.namespaces.net.as_fd();
        match self.bridge.plug(own, namespace.as_fd(), process) {
            Ok((container, address)) => {
                self.containers.push(container);
                Reply::Plugged(address)
            }
            Err(error) => Reply::Failed(error),
        }
    }

    /// Ends, unless somebody is coming; returns whether it has.
    ///
    /// With the lock, nobody is looking for a holder in order to start one.
    /// Who connects without it after the last look finds the connection
    /// closed, and goes for the lock.
    fn end(&self) -> bool {
        let lock = match self.directory.try_lock() {
            Ok(Some(lock)) => lock,
            // The directory was deleted: nobody can find this holder.
            Err(error) if error.errno() == Some(Errno::NOENT) => return true,
            Ok(None) | Err(_) => return false,
        };
        let mut coming = [PollFd::new(&self.listener, PollFlags::IN)];
        if poll(&mut coming, Some(&Timespec::default())) != Ok(0) {
            return false;
        }
        let _ = self.directory.delete_socket(&lock);
        self.directory.delete_lock(&lock);
        true
    }
}

fn listener(directory: &Directory) -> Result<OwnedFd, Errno> {
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    let socket =
        socket_with(AddressFamily::UNIX, SocketType::SEQPACKET, flags, None)?;
    bind(&socket, &SocketAddrUnix::new(directory.socket())?)?;
    listen(&socket, BACKLOG)?;
    Ok(socket)
}

fn is_ready(polled: &PollFd<'_>) -> bool {
    !polled.revents().is_empty()
}

/// Returns the places of those that are ready, the highest first.
fn places(polled: &[PollFd<'_>]) -> Vec<usize> {
    let ready = polled.iter().enumerate().filter(|(_, it)| is_ready(it));
    ready.map(|(place, _)| place).rev().collect()
}
