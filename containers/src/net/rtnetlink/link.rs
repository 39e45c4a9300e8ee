//! Bridges, veth pairs, and the list of links.

use std::os::fd::{AsRawFd, BorrowedFd};

use rustix::process::Pid;

use crate::net::rtnetlink::error::{Cause, Error};
use crate::net::rtnetlink::message::{
    ACK, CREATE, DUMP, EXCLUSIVE, Message, REQUEST,
};
use crate::net::rtnetlink::parse::{
    Attributes, Malformed, Received, text_of, u32_at,
};
use crate::net::rtnetlink::socket::Socket;

/// `RTM_NEWLINK`: make a link, or the entry of a list.
pub(super) const NEW: u16 = 16;
/// `RTM_DELLINK`
pub(super) const DELETE: u16 = 17;
/// `RTM_GETLINK`
pub(super) const GET: u16 = 18;
/// `RTM_SETLINK`
pub(super) const SET: u16 = 19;

/// `IFLA_ADDRESS`: the address of the hardware, if there were any.
const ADDRESS: u16 = 1;
/// `IFLA_IFNAME`
const NAME: u16 = 3;
/// `IFLA_MASTER`: the bridge of which it is a port.
const MASTER: u16 = 10;
/// `IFLA_LINKINFO`, `IFLA_INFO_KIND`, `IFLA_INFO_DATA`: what sort of link.
const INFO: u16 = 18;
const INFO_KIND: u16 = 1;
const INFO_DATA: u16 = 2;
/// `IFLA_NET_NS_PID`, `IFLA_NET_NS_FD`: in whose network namespace.
const OF_PROCESS: u16 = 19;
const OF_DESCRIPTOR: u16 = 28;
/// `VETH_INFO_PEER`: the other end, a structure and attributes of its own.
const PEER: u16 = 1;

/// Bytes of the structure `ifinfomsg`.
const STRUCTURE: usize = 16;
/// `IFF_UP`
pub(super) const UP: u32 = 1;

/// The address of an end of a link: six bytes.
pub type Mac = [u8; 6];

/// Where the other end of a pair is born.
#[derive(Clone, Copy, Debug)]
pub enum Namespace<'a> {
    /// In the network namespace of this process.
    Process(Pid),
    /// In this network namespace.
    Descriptor(BorrowedFd<'a>),
}

/// A pair of links to be made, of which one end is a port of a bridge.
#[derive(Clone, Copy, Debug)]
pub struct NewVeth<'a> {
    /// The name of the end here, which is set up.
    pub name: &'a str,
    /// The address of the end here.
    pub mac: Mac,
    /// The index of the bridge.
    pub bridge: u32,
    /// The name of the end there, which is left down.
    pub peer_name: &'a str,
    /// The address of the end there.
    pub peer_mac: Mac,
    /// Where it is.
    pub peer_namespace: Namespace<'a>,
}

/// A link, as the kernel lists it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Link {
    /// Its number in this namespace.
    pub index: u32,
    /// Its name.
    pub name: String,
    /// Whether it is set up.
    pub is_up: bool,
    /// Its address, for links that have one.
    pub mac: Option<Mac>,
    /// The index of the bridge of which it is a port.
    pub bridge: Option<u32>,
    /// What sort of link it is, such as `veth`; nothing for `lo`.
    pub kind: Option<String>,
}

impl Socket {
    /// Makes a bridge and sets it up.
    ///
    /// # Errors
    ///
    /// When there is a link of that name, the name is none, or the caller may
    /// not.
    pub fn new_bridge(&mut self, name: &str, mac: Mac) -> Result<(), Error> {
        let what = format_args!("make the bridge {name}");
        check_name(name, what)?;
        self.ask(bridge_message(name, mac), what)
    }

    /// Makes a pair of links: one end here, named, a port of the bridge and
    /// up; the other born in another network namespace. It is one request, so
    /// nobody ever sees half of it.
    ///
    /// # Errors
    ///
    /// When either name is taken or none, the other namespace is not one that
    /// the caller may change, or its process is gone.
    pub fn new_veth(&mut self, veth: &NewVeth<'_>) -> Result<(), Error> {
        let what = format_args!("make the link {}", veth.name);
        check_name(veth.name, what)?;
        check_name(veth.peer_name, what)?;
        self.ask(veth_message(veth), what)
    }

    /// Sets a link up.
    ///
    /// # Errors
    ///
    /// When there is no such link, or the caller may not.
    pub fn set_up(&mut self, name: &str) -> Result<(), Error> {
        let what = format_args!("set the link {name} up");
        check_name(name, what)?;
        self.ask(named_message(SET, UP, name), what)
    }

    /// Deletes a link, and with it the other end of a pair.
    ///
    /// # Errors
    ///
    /// When there is no such link, or the caller may not.
    pub fn delete(&mut self, name: &str) -> Result<(), Error> {
        let what = format_args!("delete the link {name}");
        check_name(name, what)?;
        self.ask(named_message(DELETE, 0, name), what)
    }

    /// Returns the link of that name.
    ///
    /// # Errors
    ///
    /// When there is no such link.
    pub fn link(&mut self, name: &str) -> Result<Link, Error> {
        let what = format_args!("look for the link {name}");
        check_name(name, what)?;
        let message = named_message(GET, 0, name);
        let mut found = Link::default();
        self.exchange(message, what, &mut |entry| {
            found = read_link(entry)?;
            Ok(())
        })?;
        Ok(found)
    }

    /// Returns all links of the namespace.
    ///
    /// # Errors
    ///
    /// When the kernel does not answer as it should.
    pub fn links(&mut self) -> Result<Vec<Link>, Error> {
        let message = Message::new(GET, REQUEST | DUMP, &structure(0));
        self.list(&message, format_args!("list the links"), read_link)
    }
}

/// Returns a request that is about the link `name`, and sets the flags of
/// `set`.
pub(super) fn named_message(kind: u16, set: u32, name: &str) -> Message {
    let mut message = Message::new(kind, REQUEST | ACK, &structure(set));
    message.text(NAME, name);
    message
}

/// Returns the request of [`Socket::new_bridge`].
pub(super) fn bridge_message(name: &str, mac: Mac) -> Message {
    let flags = REQUEST | ACK | CREATE | EXCLUSIVE;
    let mut message = Message::new(NEW, flags, &structure(UP));
    message.text(NAME, name).attribute(ADDRESS, &mac);
    message.nest(INFO, |info| {
        info.text(INFO_KIND, "bridge");
    });
    message
}

// ANCHOR: veth
/// Returns the request of [`Socket::new_veth`].
pub(super) fn veth_message(veth: &NewVeth<'_>) -> Message {
    let flags = REQUEST | ACK | CREATE | EXCLUSIVE;
    let mut message = Message::new(NEW, flags, &structure(UP));
    message.text(NAME, veth.name).attribute(ADDRESS, &veth.mac);
    message.number(MASTER, veth.bridge);
    message.nest(INFO, |info| {
        info.text(INFO_KIND, "veth");
        info.nest(INFO_DATA, |data| {
            data.nest(PEER, |peer| add_peer(peer, veth));
        });
    });
    message
}
// ANCHOR_END: veth

fn add_peer(peer: &mut Message, veth: &NewVeth<'_>) {
    peer.fixed(&structure(0)).text(NAME, veth.peer_name);
    peer.attribute(ADDRESS, &veth.peer_mac);
    match veth.peer_namespace {
        Namespace::Process(process) => {
            let process = process.as_raw_nonzero().get().cast_unsigned();
            peer.number(OF_PROCESS, process);
        }
        Namespace::Descriptor(descriptor) => {
            let descriptor = descriptor.as_raw_fd().cast_unsigned();
            peer.number(OF_DESCRIPTOR, descriptor);
        }
    }
}

/// Returns an `ifinfomsg` that switches the flags of `set` on and changes no
/// others.
fn structure(set: u32) -> [u8; STRUCTURE] {
    let mut structure = [0; STRUCTURE];
    structure[8..12].copy_from_slice(&set.to_ne_bytes());
    structure[12..].copy_from_slice(&set.to_ne_bytes());
    structure
}

/// Refuses what the kernel would refuse, or would read as another name.
fn check_name(name: &str, what: std::fmt::Arguments<'_>) -> Result<(), Error> {
    let is_bad = |byte: u8| {
        matches!(byte, b'/' | b':' | 0 | 0x0b) || byte.is_ascii_whitespace()
    };
    let is_name = (1..=15).contains(&name.len())
        && !matches!(name, "." | "..")
        && !name.bytes().any(is_bad);
    if is_name { Ok(()) } else { Err(Error::new(what, Cause::Name)) }
}

/// Reads an entry of the list of links.
///
/// # Errors
///
/// When it is cut off, or one of its attributes has an impossible length.
pub fn read_link(entry: &Received<'_>) -> Result<Link, Malformed> {
    let cut_off = Malformed("a link is cut off");
    let mut link = Link {
        index: u32_at(entry.payload, 4).ok_or(cut_off)?,
        is_up: u32_at(entry.payload, 8).ok_or(cut_off)? & UP != 0,
        ..Link::default()
    };
    for attribute in Attributes::behind(entry.payload, STRUCTURE)? {
        match attribute? {
            (NAME, value) => link.name = text_of(value),
            (ADDRESS, value) => link.mac = value.try_into().ok(),
            (MASTER, value) => link.bridge = u32_at(value, 0),
            (INFO, value) => link.kind = kind_in(value)?,
            _ => {}
        }
    }
    Ok(link)
}

fn kind_in(info: &[u8]) -> Result<Option<String>, Malformed> {
    for attribute in Attributes::new(info) {
        if let (INFO_KIND, value) = attribute? {
            return Ok(Some(text_of(value)));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_the_kernel_would_misread_are_refused() {
        let long = "a".repeat(16);
        for name in ["", ".", "..", "a/b", "a b", "a\0b", "a:b", &long] {
            let error = check_name(name, format_args!("make it"));
            assert!(error.is_err(), "{name:?}");
        }
        for name in ["lo", "unc0", "uv254", &long[1..]] {
            check_name(name, format_args!("make it")).expect("it is a name");
        }
    }
}
