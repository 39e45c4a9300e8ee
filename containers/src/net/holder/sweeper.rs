//! Links of containers that have ended, deleted beside the work.
//!
//! The kernel returns from the deletion of a link only when no processor can
//! still be using it: that takes tens of milliseconds, in which the next
//! container would wait for its network. So a thread waits instead. It never
//! changes its namespaces.

use std::io::{PipeReader, PipeWriter, Read, Write, pipe};
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use crate::error::Error;
use crate::net::address::link_name;
use crate::net::rtnetlink::socket::Socket;

/// The thread, as the holder sees it.
#[derive(Debug)]
pub(super) struct Sweeper {
    orders: Sender<u8>,
    /// The numbers whose links are gone, a byte each.
    swept: PipeReader,
}

impl Sweeper {
    /// Starts the thread, for the network namespace of the calling one.
    pub(super) fn start() -> Result<Self, Error> {
        let wrong = |error| Error::io("start the sweeper", &error);
        let socket = Socket::open()?;
        let (orders, numbers) = channel();
        let (swept, report) = pipe().map_err(wrong)?;
        thread::Builder::new()
            .name("sweeper".into())
            .spawn(move || sweep(socket, &numbers, report))
            .map_err(wrong)?;
        Ok(Self { orders, swept })
    }

    /// Deletes the links of that number, some time soon.
    pub(super) fn delete(&self, number: u8) {
        // The thread ends only with this process.
        let _ = self.orders.send(number);
    }

    /// Returns what is readable when links are gone.
    pub(super) fn descriptor(&self) -> BorrowedFd<'_> {
        self.swept.as_fd()
    }

    /// Returns numbers whose links are gone; to be called when it is
    /// readable.
    pub(super) fn swept(&mut self) -> Vec<u8> {
        let mut numbers = vec![0; 256];
        let length = self.swept.read(&mut numbers).unwrap_or(0);
        numbers.truncate(length);
        numbers
    }
}

fn sweep(mut socket: Socket, numbers: &Receiver<u8>, mut report: PipeWriter) {
    for number in numbers {
        // The kernel may have deleted it, with the container's namespace.
        let _ = socket.delete(&link_name(number));
        if report.write_all(&[number]).is_err() {
            return;
        }
    }
}
