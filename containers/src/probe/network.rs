//! What a network namespace of one's own may hold.

use rustix::fd::OwnedFd;
use rustix::fs::{Mode, OFlags, open};
use rustix::io::Errno;
use rustix::net::{
    AddressFamily, Protocol, RecvFlags, SendFlags, SocketFlags, SocketType,
    ipproto, recv, send, socket_with,
};
use rustix::thread::UnshareFlags;

use super::row::Row;
use crate::trial::inside::{At, Tried, as_root_of_new};

const GROUP: &str = "network";

pub(super) const ROWS: &[Row] = &[
    Row::steps(GROUP, "a pair of veth", veth),
    Row::steps(GROUP, "a bridge", || {
        as_root_of_new(UnshareFlags::NEWNET)?;
        link(b"bridge\0")
    }),
    Row::steps(GROUP, "a dummy", || {
        as_root_of_new(UnshareFlags::NEWNET)?;
        link(b"dummy\0")
    }),
    Row::steps(GROUP, "a raw socket for ping", || {
        as_root_of_new(UnshareFlags::NEWNET)?;
        raw_socket()
    }),
    Row::steps(GROUP, "a raw socket in the host's network", raw_socket),
    Row::steps(GROUP, "/dev/net/tun", || {
        let flags = OFlags::RDWR | OFlags::CLOEXEC;
        open(c"/dev/net/tun", flags, Mode::empty()).at("open").map(drop)
    }),
];

fn veth() -> Tried {
    as_root_of_new(UnshareFlags::NEWNET)?;
    link(b"veth\0")
}

/// What connects containers.
pub(super) fn bridge_and_veth() -> Tried {
    as_root_of_new(UnshareFlags::NEWNET)?;
    link(b"bridge\0")?;
    link(b"veth\0")
}

fn socket(
    family: AddressFamily,
    protocol: Option<Protocol>,
) -> Result<OwnedFd, Errno> {
    socket_with(family, SocketType::RAW, SocketFlags::CLOEXEC, protocol)
}

fn raw_socket() -> Tried {
    socket(AddressFamily::INET, Some(ipproto::ICMP)).at("socket").map(drop)
}

/// Makes a network interface of this kind, and lets the kernel name it.
fn link(kind: &[u8]) -> Tried {
    // Protocol 0 of this family is NETLINK_ROUTE.
    let route = socket(AddressFamily::NETLINK, None);
    let route = route.at("socket")?;
    let message = Message::new_link(kind);
    send(&route, message.bytes(), SendFlags::empty()).at("send")?;
    let mut answer = [0; 512];
    let (_, length) =
        recv(&route, answer.as_mut_slice(), RecvFlags::empty()).at("recv")?;
    // The number of the error follows the head of the message, negated.
    let number = answer[..length].get(16..20).and_then(|it| it.try_into().ok());
    match number.map(i32::from_ne_bytes) {
        Some(0) => Ok(()),
        Some(number) => {
            Err(Errno::from_raw_os_error(-number)).at("RTM_NEWLINK")
        }
        None => Err(Errno::IO).at("recv"),
    }
}

/// A message of rtnetlink(7), on the stack.
struct Message {
    bytes: [u8; 96],
    length: usize,
}

impl Message {
    /// Returns the request for a new interface, to be acknowledged.
    fn new_link(kind: &[u8]) -> Self {
        let mut message = Self { bytes: [0; 96], length: 0 };
        let flags = libc::NLM_F_REQUEST
            | libc::NLM_F_ACK
            | libc::NLM_F_CREATE
            | libc::NLM_F_EXCL;
        // The length, last of all; the sequence number; the sender.
        message.push(&[0; 4]);
        message.push(&libc::RTM_NEWLINK.to_ne_bytes());
        message.push(&(flags as u16).to_ne_bytes());
        message.push(&[0; 8]);
        // Of `struct ifinfomsg`, nothing is asked for.
        message.push(&[0; 16]);
        // A kind inside of what describes the link.
        let inner = 4 + kind.len();
        message.attribute(libc::IFLA_LINKINFO, 4 + inner);
        message.attribute(libc::IFLA_INFO_KIND, inner);
        message.push(kind);
        let padded = message.length.next_multiple_of(4);
        message.length = padded;
        message.bytes[..4].copy_from_slice(&(padded as u32).to_ne_bytes());
        message
    }

    fn push(&mut self, bytes: &[u8]) {
        let end = self.length + bytes.len();
        self.bytes[self.length..end].copy_from_slice(bytes);
        self.length = end;
    }

    fn attribute(&mut self, kind: u16, length: usize) {
        self.push(&(length as u16).to_ne_bytes());
        self.push(&kind.to_ne_bytes());
    }

    fn bytes(&self) -> &[u8] {
        &self.bytes[..self.length]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `ip link add type veth` sends, less what it leaves empty.
    #[test]
    #[cfg(target_endian = "little")]
    fn a_request_has_the_bytes_that_the_kernel_expects() {
        let message = Message::new_link(b"veth\0");
        let head = [48, 0, 0, 0, 16, 0, 5, 6];
        assert_eq!(message.bytes()[..8], head);
        assert_eq!(message.bytes()[8..32], [0; 24]);
        let attributes = [13, 0, 18, 0, 9, 0, 1, 0, 118, 101, 116, 104];
        assert_eq!(message.bytes()[32..44], attributes);
        assert_eq!(message.bytes()[44..], [0; 4]);
    }
}
