//! What the reader implements, with the names of the crate `finalizers`.

/// Which of the two locks of a descriptor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// One reader at a time.
    Read,
    /// One writer at a time.
    Write,
}

/// The descriptor is closed, or being closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Closed;

/// What giving back a reference asks of the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "the last one out has to close the descriptor"]
pub enum Release {
    /// Others use the descriptor, or may still do so.
    InUse,
    /// The descriptor is closed and this was the last reference: close it.
    Last,
}

/// A reference count, two locks and a closed mark in one word, as the
/// `FdMutex` of the crate `finalizers`.
pub trait FdLock: Default + Send + Sync + 'static {
    /// Takes a reference.
    ///
    /// # Errors
    ///
    /// When the descriptor is closed.
    fn incref(&self) -> Result<(), Closed>;

    /// Gives back a reference.
    fn decref(&self) -> Release;

    /// Marks the descriptor as closed, takes a reference, and wakes all who
    /// wait for a lock.
    ///
    /// # Errors
    ///
    /// When it is closed already.
    fn close(&self) -> Result<(), Closed>;

    /// Takes a lock, and a reference with it. Waits while the lock is taken.
    ///
    /// # Errors
    ///
    /// When the descriptor is closed, before or while waiting.
    fn lock(&self, side: Side) -> Result<(), Closed>;

    /// Gives back a lock with its reference, and wakes one who waits for it.
    fn unlock(&self, side: Side) -> Release;

    /// Returns the word: bit 0 is the closed mark, bits 1 and 2 are the locks
    /// for reading and writing, and the references begin at bit 3.
    fn word(&self) -> u64;
}
