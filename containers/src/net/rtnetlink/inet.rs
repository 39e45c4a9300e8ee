//! Addresses and routes of IPv4.

use std::net::Ipv4Addr;

use crate::net::rtnetlink::error::Error;
use crate::net::rtnetlink::message::{
    ACK, CREATE, DUMP, EXCLUSIVE, Message, REQUEST,
};
use crate::net::rtnetlink::parse::{Attributes, Malformed, Received, u32_at};
use crate::net::rtnetlink::socket::Socket;

/// `RTM_NEWADDR`: add an address, or the entry of a list.
const NEW_ADDRESS: u16 = 20;
/// `RTM_GETADDR`
const GET_ADDRESS: u16 = 22;
/// `RTM_NEWROUTE`
const NEW_ROUTE: u16 = 24;

/// `IFA_ADDRESS`: of the other end, on links that have exactly two; else the
/// same as the next.
const ADDRESS: u16 = 1;
/// `IFA_LOCAL`: of this end.
const LOCAL: u16 = 2;
/// `RTA_OIF`: the index of the link that the route leads out of.
const OUT: u16 = 4;
/// `RTA_GATEWAY`
const GATEWAY: u16 = 5;

/// `AF_INET`
const FAMILY: u8 = 2;
/// Bytes of the structure `ifaddrmsg`.
const STRUCTURE: usize = 8;
/// `RT_TABLE_MAIN`
const MAIN_TABLE: u8 = 254;
/// `RTPROT_BOOT`: set by a program, not by the kernel.
const BY_PROGRAM: u8 = 3;
/// `RTN_UNICAST`: leads to one other machine.
const UNICAST: u8 = 1;

/// An address of a link, as the kernel lists it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinkAddress {
    /// The index of the link.
    pub link: u32,
    /// The address.
    pub ip: Ipv4Addr,
    /// How many bits of it name the network.
    pub prefix: u8,
}

impl Socket {
    /// Adds an address to a link.
    ///
    /// # Errors
    ///
    /// When the link has it already, there is no such link, or the caller may
    /// not.
    pub fn add_address(&mut self, address: LinkAddress) -> Result<(), Error> {
        let LinkAddress { ip, prefix, .. } = address;
        let what = format_args!("add the address {ip}/{prefix}");
        self.ask(address_message(address), what)
    }

    /// Adds the route to everything that no other route leads to.
    ///
    /// # Errors
    ///
    /// When there is one, the gateway is not in a network of the link, or the
    /// caller may not.
    pub fn add_default_route(
        &mut self,
        gateway: Ipv4Addr,
        link: u32,
    ) -> Result<(), Error> {
        let what = format_args!("add the default route by {gateway}");
        self.ask(route_message(gateway, link), what)
    }

    /// Returns all addresses of IPv4 in the namespace.
    ///
    /// # Errors
    ///
    /// When the kernel does not answer as it should.
    pub fn addresses(&mut self) -> Result<Vec<LinkAddress>, Error> {
        let structure = [FAMILY, 0, 0, 0, 0, 0, 0, 0];
        let message = Message::new(GET_ADDRESS, REQUEST | DUMP, &structure);
        self.list(&message, format_args!("list the addresses"), read_address)
    }
}

pub(super) fn address_message(address: LinkAddress) -> Message {
    let mut structure = [0; STRUCTURE];
    structure[0] = FAMILY;
    structure[1] = address.prefix;
    structure[4..].copy_from_slice(&address.link.to_ne_bytes());
    let flags = REQUEST | ACK | CREATE | EXCLUSIVE;
    let mut message = Message::new(NEW_ADDRESS, flags, &structure);
    let ip = address.ip.octets();
    message.attribute(LOCAL, &ip).attribute(ADDRESS, &ip);
    message
}

pub(super) fn route_message(gateway: Ipv4Addr, link: u32) -> Message {
    // The fields of `rtmsg`; a destination of no bits is everything.
    let structure =
        [FAMILY, 0, 0, 0, MAIN_TABLE, BY_PROGRAM, 0, UNICAST, 0, 0, 0, 0];
    let flags = REQUEST | ACK | CREATE | EXCLUSIVE;
    let mut message = Message::new(NEW_ROUTE, flags, &structure);
    message.attribute(GATEWAY, &gateway.octets()).number(OUT, link);
    message
}

/// Reads an entry of the list of addresses.
///
/// # Errors
///
/// When it is cut off, or one of its attributes has an impossible length.
pub fn read_address(entry: &Received<'_>) -> Result<LinkAddress, Malformed> {
    let cut_off = Malformed("an address is cut off");
    let prefix = *entry.payload.get(1).ok_or(cut_off)?;
    let link = u32_at(entry.payload, 4).ok_or(cut_off)?;
    let (mut here, mut there) = (None, None);
    for attribute in Attributes::behind(entry.payload, STRUCTURE)? {
        match attribute? {
            (LOCAL, value) => here = value.try_into().ok(),
            (ADDRESS, value) => there = value.try_into().ok(),
            _ => {}
        }
    }
    let ip: [u8; 4] =
        here.or(there).ok_or(Malformed("an address has no address"))?;
    Ok(LinkAddress { link, ip: ip.into(), prefix })
}
