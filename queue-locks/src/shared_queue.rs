//! What every queue of the crate can do, and those made by others.

use std::sync::PoisonError;
// Not modelled: a channel of others is only measured here.
use std::sync::mpsc;

// Not modelled: as above.
use crossbeam::channel;
use crossbeam::queue::{ArrayQueue, SegQueue};
use support::sync::{Mutex, thread};

/// A queue that many threads put into and get from.
pub trait SharedQueue<T>: Sync {
    /// Adds `value` at the back. A bounded queue waits for room.
    fn put(&self, value: T);

    /// Takes the value at the front. Returns `None` at once if there is none.
    fn get(&self) -> Option<T>;
}

impl<T: Send> SharedQueue<T> for SegQueue<T> {
    fn put(&self, value: T) {
        self.push(value);
    }

    fn get(&self) -> Option<T> {
        self.pop()
    }
}

impl<T: Send> SharedQueue<T> for ArrayQueue<T> {
    fn put(&self, mut value: T) {
        while let Err(back) = self.push(value) {
            value = back;
            thread::yield_now();
        }
    }

    fn get(&self) -> Option<T> {
        self.pop()
    }
}

/// The channel of `std`, both ends in one value.
///
/// ```
/// use queue_locks::{SharedQueue, shared_queue::StdChannel};
///
/// let queue = StdChannel::default();
/// queue.put(1);
/// assert_eq!(queue.get(), Some(1));
/// assert_eq!(queue.get(), None);
/// ```
#[derive(Debug)]
pub struct StdChannel<T> {
    sender: mpsc::Sender<T>,
    /// Behind a lock, because only one thread at a time may receive.
    receiver: Mutex<mpsc::Receiver<T>>,
}

impl<T> Default for StdChannel<T> {
    fn default() -> Self {
        let (sender, receiver) = mpsc::channel();
        Self { sender, receiver: Mutex::new(receiver) }
    }
}

impl<T: Send> SharedQueue<T> for StdChannel<T> {
    fn put(&self, value: T) {
        let sent = self.sender.send(value);
        assert!(sent.is_ok(), "the receiver is beside the sender");
    }

    fn get(&self) -> Option<T> {
        let receiver = self.receiver.lock();
        let receiver = receiver.unwrap_or_else(PoisonError::into_inner);
        receiver.try_recv().ok()
    }
}

/// The unbounded channel of crossbeam, both ends in one value.
#[derive(Debug)]
pub struct CrossbeamChannel<T> {
    sender: channel::Sender<T>,
    receiver: channel::Receiver<T>,
}

impl<T> Default for CrossbeamChannel<T> {
    fn default() -> Self {
        let (sender, receiver) = channel::unbounded();
        Self { sender, receiver }
    }
}

impl<T: Send> SharedQueue<T> for CrossbeamChannel<T> {
    fn put(&self, value: T) {
        let sent = self.sender.send(value);
        assert!(sent.is_ok(), "the receiver is beside the sender");
    }

    fn get(&self) -> Option<T> {
        self.receiver.try_recv().ok()
    }
}
