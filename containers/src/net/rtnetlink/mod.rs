//! The kernel's network, asked through one socket: a small rtnetlink.
//!
//! A request is a header, a fixed structure and attributes; the kernel
//! answers with an acknowledgement, an error, or a list (rtnetlink(7)). All
//! of it is synchronous: a socket belongs to the network namespace in which
//! its thread opened it, so an asynchronous client, whose runtime chooses the
//! thread, may ask the wrong kernel tables.
//!
//! - [`error`]: what the kernel refused, with its own explanation.
//! - [`message`]: a request, built attribute by attribute.
//! - [`parse`]: an answer, taken apart; any bytes are read or refused.
//! - [`socket`]: one request, and what answers it.
//! - [`link`]: bridges, veth pairs, and the list of links.
//! - [`inet`]: addresses and routes of IPv4.
//!
//! Source of the formats: the kernel's `include/uapi/linux/netlink.h`,
//! `rtnetlink.h`, `if_link.h`, `if_addr.h` and `veth.h`.

pub mod error;
pub mod inet;
pub mod link;
pub mod message;
pub mod parse;
pub mod socket;

#[cfg(test)]
mod oracle_tests;
