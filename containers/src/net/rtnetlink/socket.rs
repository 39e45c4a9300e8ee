//! One request, and what answers it.

use std::fmt;
use std::io::IoSliceMut;
use std::os::fd::{AsRawFd, OwnedFd};

use rustix::io::{Errno, retry_on_intr};
use rustix::net::netlink::SocketAddrNetlink;
use rustix::net::{
    AddressFamily, RecvAncillaryBuffer, RecvFlags, ReturnFlags, SendFlags,
    SocketFlags, SocketType, recvmsg, send, socket_with,
};

use crate::net::rtnetlink::error::{Cause, Error};
use crate::net::rtnetlink::message::Message;
use crate::net::rtnetlink::parse::{
    DONE, ERROR, INTERRUPTED, Malformed, Messages, Received, Verdict,
};

/// Bytes of one answer at most: the kernel cuts lists into pieces of 32 KiB.
const ANSWER: usize = 32 * 1024;

/// How often a list is read that changes meanwhile.
const READINGS: usize = 16;

/// A socket to the network tables of the namespace in which it was opened.
///
/// ```
/// use containers::net::rtnetlink::socket::Socket;
///
/// let mut socket = Socket::open()?;
/// let links = socket.links()?;
/// assert!(links.iter().any(|link| link.name == "lo"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Socket {
    descriptor: OwnedFd,
    /// The number of the latest request.
    sequence: u32,
    answer: Vec<u8>,
}

impl Socket {
    /// Opens a socket in the network namespace of the calling thread.
    ///
    /// # Errors
    ///
    /// When the kernel has no such socket to give.
    pub fn open() -> Result<Self, Error> {
        let descriptor = socket_with(
            AddressFamily::NETLINK,
            SocketType::RAW,
            SocketFlags::CLOEXEC,
            None, // NETLINK_ROUTE
        )
        .map_err(|errno| call("open a netlink socket", "socket", errno))?;
        // Kernels before 4.12 do not explain; their errors stay as they are.
        let _ = switch_on(&descriptor, libc::NETLINK_EXT_ACK);
        let _ = switch_on(&descriptor, libc::NETLINK_CAP_ACK);
        Ok(Self { descriptor, sequence: 0, answer: vec![0; ANSWER] })
    }

    /// Sends a request with the flag `ACK` and waits for the answer.
    ///
    /// `what` names the request in errors, such as "make the bridge unc0".
    ///
    /// # Errors
    ///
    /// When the kernel refuses the request, with its explanation.
    pub fn ask(
        &mut self,
        message: Message,
        what: fmt::Arguments<'_>,
    ) -> Result<(), Error> {
        self.exchange(message, what, &mut |_| Ok(())).map(|_| ())
    }

    /// Sends a request with the flag `DUMP` and returns what `read` makes of
    /// each entry of the answer.
    ///
    /// A list that changed while it was read is read again.
    ///
    /// # Errors
    ///
    /// When the kernel refuses the request, `read` cannot read an entry, or
    /// the list changed at each of 16 readings.
    pub fn list<T>(
        &mut self,
        message: &Message,
        what: fmt::Arguments<'_>,
        read: impl Fn(&Received<'_>) -> Result<T, Malformed>,
    ) -> Result<Vec<T>, Error> {
        for _ in 0..READINGS {
            let mut entries = Vec::new();
            let steady =
                self.exchange(message.clone(), what, &mut |entry| {
                    entries.push(read(entry)?);
                    Ok(())
                })?;
            if steady {
                return Ok(entries);
            }
        }
        Err(Error::new(what, Cause::Unsteady))
    }

    /// Sends a request and gives each entry of the answer to `each`; returns
    /// whether the answer is of one moment.
    pub(super) fn exchange(
        &mut self,
        message: Message,
        what: fmt::Arguments<'_>,
        each: &mut dyn FnMut(&Received<'_>) -> Result<(), Malformed>,
    ) -> Result<bool, Error> {
        self.sequence = self.sequence.wrapping_add(1);
        let request = message.finish(self.sequence);
        let sent = retry_on_intr(|| {
            send(&self.descriptor, &request, SendFlags::empty())
        });
        sent.map_err(|errno| call(what, "send", errno))?;
        let mut is_steady = true;
        loop {
            let length = self.receive(what)?;
            for received in Messages::new(&self.answer[..length]) {
                let received = received.map_err(|it| malformed(what, it))?;
                if received.sequence != self.sequence {
                    continue; // The rest of an answer that was given up.
                }
                is_steady &= received.flags & INTERRUPTED == 0;
                if !matches!(received.kind, ERROR | DONE) {
                    each(&received).map_err(|it| malformed(what, it))?;
                    continue;
                }
                verdict(what, &received)?;
                return Ok(is_steady);
            }
        }
    }

    /// Receives one piece of an answer; returns its length.
    fn receive(&mut self, what: fmt::Arguments<'_>) -> Result<usize, Error> {
        loop {
            let mut parts = [IoSliceMut::new(&mut self.answer)];
            let mut control = RecvAncillaryBuffer::default();
            let received = retry_on_intr(|| {
                let flags = RecvFlags::empty();
                recvmsg(&self.descriptor, &mut parts, &mut control, flags)
            })
            .map_err(|errno| call(what, "recvmsg", errno))?;
            if received.flags.contains(ReturnFlags::TRUNC) {
                let too_long = Malformed("it is longer than 32 KiB");
                return Err(malformed(what, too_long));
            }
            // Number 0 is the kernel; processes can send to the socket too.
            let sender = received.address.map(SocketAddrNetlink::try_from);
            if sender.is_some_and(|it| it.is_ok_and(|it| it.pid() == 0)) {
                return Ok(received.bytes);
            }
        }
    }
}

/// Returns the kernel's refusal, if it is one.
fn verdict(
    what: fmt::Arguments<'_>,
    received: &Received<'_>,
) -> Result<(), Error> {
    let verdict =
        Verdict::read(received).map_err(|error| malformed(what, error))?;
    if verdict.errno == 0 {
        return Ok(());
    }
    let errno = Errno::from_raw_os_error(verdict.errno);
    let explanation = verdict.explanation;
    Err(Error::new(what, Cause::Refused { errno, explanation }))
}

fn call(what: impl fmt::Display, name: &'static str, errno: Errno) -> Error {
    Error::new(what, Cause::Call { name, errno })
}

fn malformed(what: fmt::Arguments<'_>, malformed: Malformed) -> Error {
    Error::new(what, Cause::Malformed(malformed))
}

/// Switches an option of netlink on.
fn switch_on(socket: &OwnedFd, option: libc::c_int) -> Result<(), Errno> {
    let one: libc::c_int = 1;
    let length = size_of_val(&one) as libc::socklen_t;
    // SAFETY: the kernel reads `length` bytes, which are those of `one`.
    let result = unsafe {
        libc::setsockopt(
            socket.as_raw_fd(),
            libc::SOL_NETLINK,
            option,
            std::ptr::from_ref(&one).cast(),
            length,
        )
    };
    match result {
        0 => Ok(()),
        _ => Err(std::io::Error::last_os_error()
            .raw_os_error()
            .map_or(Errno::INVAL, Errno::from_raw_os_error)),
    }
}
