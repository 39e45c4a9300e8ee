//! What the posts' setuid helper did: a bridge, and pairs of links from it.
//!
//! `unet PID` ran as root, in the network of the host, for whoever asked and
//! on any process. Here it has a network namespace of its own and no rights
//! beyond it.

use rustix::process::Pid;
use rustix::thread::UnshareFlags;

use crate::error::Error;
use crate::net::rtnetlink::link::{Namespace, NewVeth};
use crate::net::rtnetlink::socket::Socket;
use crate::trial::inside::as_root_of_new;

/// The bridge's name, as in the posts.
const BRIDGE: &str = "unc0";

/// A network namespace with a bridge, of this process.
#[derive(Debug)]
pub struct Unet {
    socket: Socket,
    bridge: u32,
}

impl Unet {
    /// Moves this process, which must have one thread, into new user and
    /// network namespaces, and makes the bridge there. A container that it
    /// then starts can be connected.
    ///
    /// # Errors
    ///
    /// When there can be no such namespaces, or no bridge.
    pub fn new() -> Result<Self, Error> {
        as_root_of_new(UnshareFlags::NEWNET).map_err(|refusal| {
            let cause = refusal.answer();
            let error = Error::refused("make a network namespace");
            error.because(format!("{}: {cause}", refusal.step))
        })?;
        let mut socket = Socket::open()?;
        socket.new_bridge(BRIDGE, mac(0, 0))?;
        Self::here()
    }

    /// Finds the bridge in the network namespace of this process, as the
    /// helper did, which was a process for each container.
    ///
    /// # Errors
    ///
    /// When there is none.
    pub fn here() -> Result<Self, Error> {
        let mut socket = Socket::open()?;
        let bridge = socket.link(BRIDGE)?.index;
        Ok(Self { socket, bridge })
    }

    /// Gives a container an interface.
    ///
    /// # Errors
    ///
    /// When the process is gone, or has no network namespace that is ours.
    pub fn connect(&mut self, pid: Pid) -> Result<(), Error> {
        let number = pid.as_raw_pid().unsigned_abs();
        let name = format!("uv{number}");
        let veth = NewVeth {
            name: &name,
            mac: mac(1, number),
            bridge: self.bridge,
            peer_name: "eth0",
            peer_mac: mac(2, number),
            peer_namespace: Namespace::Process(pid),
        };
        Ok(self.socket.new_veth(&veth)?)
    }
}

/// Returns an address that nobody else on the bridge has.
fn mac(end: u8, number: u32) -> [u8; 6] {
    let [a, b, c, d] = number.to_be_bytes();
    // The first byte says that it is nobody's by a register.
    [2 | end << 2, a, b, c, d, end]
}
