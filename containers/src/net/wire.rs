//! What the holder and its clients say.
//!
//! A message is a packet: the version and the message as JSON, and the
//! descriptors beside it. Either side may be of another version of this
//! program, which is the first thing that is looked at.

use std::io::{IoSlice, IoSliceMut};
use std::mem::MaybeUninit;
use std::os::fd::{AsRawFd, BorrowedFd, OwnedFd};

use rustix::io::{Errno, retry_on_intr};
use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, ReturnFlags,
    SendAncillaryBuffer, SendAncillaryMessage, SendFlags, recvmsg, sendmsg,
};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::Error;
use crate::net::address::Address;

/// The version of these messages: count it up with each change.
const VERSION: u32 = 2;

/// Bytes of a message at most: an error may name a path of 4 KiB.
const LONGEST: usize = 16 * 1024;

/// What a client asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Request {
    /// For the holder's two namespaces.
    Join,
    /// For the links and the address of a container. Descriptors: its network
    /// namespace, and the pidfd of its first process.
    Plug,
}

/// What the holder answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Reply {
    /// Descriptors: the user namespace and the network namespace.
    Joined,
    /// The container has this address.
    Plugged(Address),
    /// Nothing was changed.
    Failed(Error),
}

/// Why a message was not received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Unreceived {
    /// The other side has closed the connection.
    Closed,
    /// The kernel says so.
    Refused(Errno),
    /// It is none of these messages.
    Malformed(Error),
}

/// Sends a message with descriptors; never raises a signal.
pub(super) fn send<T: Serialize>(
    socket: BorrowedFd<'_>,
    message: &T,
    descriptors: &[BorrowedFd<'_>],
    flags: SendFlags,
) -> Result<(), Errno> {
    let text = serde_json::to_vec(&(VERSION, message));
    let text = text.map_err(|_| Errno::INVAL)?;
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(2))];
    let mut control = SendAncillaryBuffer::new(&mut space);
    if !descriptors.is_empty()
        && !control.push(SendAncillaryMessage::ScmRights(descriptors))
    {
        return Err(Errno::INVAL); // Nobody sends more than two.
    }
    let parts = [IoSlice::new(&text)];
    let flags = flags | SendFlags::NOSIGNAL;
    retry_on_intr(|| sendmsg(socket, &parts, &mut control, flags)).map(|_| ())
}

/// Receives a message with descriptors.
pub(super) fn receive<T: DeserializeOwned>(
    socket: BorrowedFd<'_>,
    flags: RecvFlags,
) -> Result<(T, Vec<OwnedFd>), Unreceived> {
    let mut text = vec![0; LONGEST];
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(2))];
    let mut control = RecvAncillaryBuffer::new(&mut space);
    let received = retry_on_intr(|| {
        let flags = flags | RecvFlags::CMSG_CLOEXEC;
        let mut parts = [IoSliceMut::new(&mut text)];
        recvmsg(socket, &mut parts, &mut control, flags)
    })
    .map_err(Unreceived::Refused)?;
    let mut descriptors = Vec::new();
    for message in control.drain() {
        if let RecvAncillaryMessage::ScmRights(received) = message {
            descriptors.extend(received);
        }
    }
    // Nobody sends an empty packet.
    if received.bytes == 0 {
        return Err(Unreceived::Closed);
    }
    if received.flags.intersects(ReturnFlags::TRUNC | ReturnFlags::CTRUNC) {
        let error = malformed("it is too long, or no descriptor is left");
        return Err(Unreceived::Malformed(error));
    }
    let message = read(&text[..received.bytes]);
    Ok((message.map_err(Unreceived::Malformed)?, descriptors))
}

/// Reads a message; any bytes are read or refused.
fn read<T: DeserializeOwned>(text: &[u8]) -> Result<T, Error> {
    let (version, message): (u32, Value) =
        serde_json::from_slice(text).map_err(|it| malformed(it.to_string()))?;
    if version != VERSION {
        return Err(malformed(format!(
            "it has version {version}, and this program speaks {VERSION}; end \
             the containers that another version has started"
        )));
    }
    serde_json::from_value(message).map_err(|it| malformed(it.to_string()))
}

fn malformed(cause: impl Into<String>) -> Error {
    Error::refused("read a message of the holder's socket")
        .because(cause.into())
}

/// Returns the user who made the other end of a connection, as numbered in
/// the user namespace of the caller.
///
/// # Errors
///
/// When the socket is none of a connection.
pub(super) fn peer_user(socket: BorrowedFd<'_>) -> Result<u32, Errno> {
    // Not by `rustix`: its process is never number 0, which the kernel says of
    // a process in another process namespace.
    let mut peer = libc::ucred { pid: 0, uid: u32::MAX, gid: u32::MAX };
    let mut length = size_of_val(&peer) as libc::socklen_t;
    // SAFETY: the kernel writes at most `length` bytes, which are those of
    // `peer`, and the length.
    let result = unsafe {
        libc::getsockopt(
            socket.as_raw_fd(),
            libc::SOL_SOCKET,
            libc::SO_PEERCRED,
            std::ptr::from_mut(&mut peer).cast(),
            &mut length,
        )
    };
    match result {
        0 => Ok(peer.uid),
        _ => Err(Errno::from_io_error(&std::io::Error::last_os_error())
            .unwrap_or(Errno::INVAL)),
    }
}

#[cfg(test)]
mod tests {
    use std::os::fd::AsFd;
    use std::os::unix::net::UnixDatagram;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(text: Vec<u8>) {
            if let Err(error) = read::<Request>(&text) {
                prop_assert!(error.to_string().starts_with("read a message"));
            }
        }
    }

    #[test]
    fn a_message_arrives_with_its_descriptors() {
        let (here, there) = UnixDatagram::pair().expect("a pair of sockets");
        let reply = Reply::Plugged(Address::numbered(2));
        let two = [here.as_fd(), there.as_fd()];
        send(here.as_fd(), &reply, &two, SendFlags::empty()).expect("sent");
        let (received, descriptors) =
            receive::<Reply>(there.as_fd(), RecvFlags::empty())
                .expect("received");
        assert_eq!((received, descriptors.len()), (reply, 2));
    }

    #[test]
    fn another_version_is_named() {
        let error = read::<Request>(br#"[99, "Join"]"#).expect_err("99 is not");
        assert!(error.to_string().contains("version 99"), "{error}");
    }

    #[test]
    fn the_peer_of_a_pair_is_this_user() {
        let (here, _there) = UnixDatagram::pair().expect("a pair of sockets");
        let user = rustix::process::geteuid().as_raw();
        assert_eq!(peer_user(here.as_fd()), Ok(user));
    }
}
