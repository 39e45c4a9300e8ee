//! An address, and what is named after it.

use std::net::Ipv4Addr;

use serde::{Deserialize, Serialize};

use crate::net::rtnetlink::link::Mac;

/// The name of the bridge.
pub const BRIDGE: &str = "unc0";
/// The name of a container's end of its links.
pub const CONTAINER_LINK: &str = "eth0";
/// How many bits name the network.
pub const PREFIX: u8 = 24;
/// The number of the bridge in the network.
pub(super) const GATEWAY: u8 = 1;

/// The address of a container in the network of its user.
///
/// ```
/// use containers::net::address::Address;
///
/// let address = Address::numbered(2);
/// assert_eq!(address.to_string(), "10.100.42.2/24");
/// assert_eq!(address.gateway.to_string(), "10.100.42.1");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    /// The address.
    pub ip: Ipv4Addr,
    /// How many bits of it name the network.
    pub prefix: u8,
    /// The address of the bridge.
    pub gateway: Ipv4Addr,
}

impl Address {
    /// Returns the address with the number `number` in the network.
    pub fn numbered(number: u8) -> Self {
        Self { ip: ip(number), prefix: PREFIX, gateway: ip(GATEWAY) }
    }
}

impl std::fmt::Display for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.ip, self.prefix)
    }
}

/// Returns the address with the number `number`.
pub(super) fn ip(number: u8) -> Ipv4Addr {
    Ipv4Addr::new(10, 100, 42, number)
}

/// Returns the name of the holder's end of the links of that address.
pub(super) fn link_name(number: u8) -> String {
    format!("uv{number}")
}

/// Which end of a pair of links.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    Holder = 1,
    Container = 2,
}

/// Returns the hardware address of an end of the links of that address.
///
/// It is fixed, because neighbours remember it for up to a minute: were it
/// drawn anew, they would talk to the container that had the address before.
/// The bit 2 of the first byte says that it is nobody's serial number.
pub(super) fn mac(number: u8, end: End) -> Mac {
    [0x02, b'u', b'n', b'c', end as u8, number]
}
