//! A container's links and address.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::fstat;
use rustix::io::Errno;
use rustix::process::{WaitId, WaitIdOptions, waitid};

use crate::error::Error;
use crate::net::address::{
    Address, BRIDGE, CONTAINER_LINK, End, GATEWAY, PREFIX, ip, link_name, mac,
};
use crate::net::rtnetlink::inet::LinkAddress;
use crate::net::rtnetlink::link::{Namespace, NewVeth};
use crate::net::rtnetlink::socket::Socket;
use crate::net::table::Table;

/// The bridge, and which addresses its ports have.
#[derive(Debug)]
pub(super) struct Bridge {
    socket: Socket,
    index: u32,
    table: Table,
}

/// A container that has an address.
#[derive(Debug)]
pub(super) struct Container {
    /// The pidfd of its first process: readable when it has ended.
    pub(super) process: OwnedFd,
    /// The number of its address and its links.
    pub(super) number: u8,
}

/// Makes the bridge in the network namespace of this thread.
pub(super) fn make_bridge() -> Result<Bridge, Error> {
    bridge().map_err(|error| match error.errno() {
        Some(Errno::PERM) => error.because(
            "user namespaces have no rights here: see the sysctl \
             kernel.apparmor_restrict_unprivileged_userns",
        ),
        _ => error,
    })
}

fn bridge() -> Result<Bridge, Error> {
    let mut socket = Socket::open()?;
    socket.set_up("lo")?;
    // Without an address of its own, it takes that of one of its ports, and
    // another one's when that port goes.
    socket.new_bridge(BRIDGE, mac(GATEWAY, End::Holder))?;
    let index = socket.link(BRIDGE)?.index;
    let ip = ip(GATEWAY);
    socket.add_address(LinkAddress { link: index, ip, prefix: PREFIX })?;
    Ok(Bridge { socket, index, table: Table::new() })
}

impl Bridge {
    /// Gives the network namespace a link to the bridge and an address, until
    /// `process` ends.
    pub(super) fn plug(
        &mut self,
        own: BorrowedFd<'_>,
        namespace: BorrowedFd<'_>,
        process: OwnedFd,
    ) -> Result<(Container, Address), Error> {
        check_process(process.as_fd())?;
        check_is_another(own, namespace)?;
        let number = self.table.take().ok_or_else(|| {
            Error::refused("take an address").because(
                "all 253 of the network are taken; end one of the containers",
            )
        })?;
        if let Err(error) = self.link(number, namespace) {
            self.table.release(number);
            return Err(error);
        }
        Ok((Container { process, number }, Address::numbered(number)))
    }

    /// Makes the pair of links.
    fn link(
        &mut self,
        number: u8,
        namespace: BorrowedFd<'_>,
    ) -> Result<(), Error> {
        let name = link_name(number);
        let veth = NewVeth {
            name: &name,
            mac: mac(number, End::Holder),
            bridge: self.index,
            peer_name: CONTAINER_LINK,
            peer_mac: mac(number, End::Container),
            peer_namespace: Namespace::Descriptor(namespace),
        };
        self.socket.new_veth(&veth).map_err(|error| {
            let cause = usual_cause(error.errno());
            match (Error::from(error), cause) {
                (error, Some(cause)) => error.because(cause),
                (error, None) => error,
            }
        })
    }

    /// Returns whether all addresses are taken.
    pub(super) fn is_full(&self) -> bool {
        self.table.is_full()
    }

    /// Takes back a number whose links are gone.
    pub(super) fn release(&mut self, number: u8) {
        self.table.release(number);
    }
}

fn usual_cause(errno: Option<Errno>) -> Option<&'static str> {
    match errno? {
        Errno::PERM => Some(
            "the container's user namespace is not below the one of the \
             network's holder",
        ),
        Errno::EXIST => Some("the container has a link eth0 already"),
        Errno::INVAL => Some("that is no network namespace"),
        _ => None,
    }
}

/// Refuses what does not tell when a process ends, and one that has ended.
fn check_process(process: BorrowedFd<'_>) -> Result<(), Error> {
    let step = "watch the container";
    let wrong = |errno| Err(Error::of(step, errno));
    let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG;
    match waitid(WaitId::PidFd(process), options) {
        // The process is none of our children, but it is a process.
        Err(Errno::CHILD) => {}
        Ok(_) => return wrong(Errno::INVAL),
        Err(errno) => return wrong(errno),
    }
    let mut wanted = [PollFd::from_borrowed_fd(process, PollFlags::IN)];
    match poll(&mut wanted, Some(&Timespec::default())) {
        Ok(0) => Ok(()),
        Ok(_) => {
            Err(Error::of(step, Errno::SRCH).because("it has ended already"))
        }
        Err(errno) => wrong(errno),
    }
}

/// Refuses the holder's own network namespace.
fn check_is_another(
    own: BorrowedFd<'_>,
    namespace: BorrowedFd<'_>,
) -> Result<(), Error> {
    let step = "look at the container's network namespace";
    let identity = |descriptor| {
        let found = fstat(descriptor);
        let found = found.map(|it| (it.st_dev, it.st_ino));
        found.map_err(|errno| Error::of(step, errno))
    };
    if identity(own)? == identity(namespace)? {
        return Err(Error::refused(step)
            .because("it is the one of the holder: it has none of its own"));
    }
    Ok(())
}
