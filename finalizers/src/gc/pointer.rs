//! Where an object is.

use std::fmt;
use std::num::NonZeroU32;
// Not modelled: an atomic of loom cannot be in a static.
use std::sync::atomic::{AtomicU64, Ordering};

/// The address of an object, and the stamp of the object that it meant.
///
/// A pointer is as plain as in C: keeping one does not keep the object. Only
/// a [`Root`](super::Root), or a pointer field of an object that is reachable
/// from one, does.
///
/// What C has not is the stamp: a slot is used again only after a collection,
/// and each heap has another stamp after each. So a pointer whose object was
/// freed, or that is of another heap, is told from one to whatever is there
/// now: it names nothing, and using it panics.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pointer {
    address: NonZeroU32,
    stamp: u64,
}

impl Pointer {
    /// Where all objects of no size are, as Go's `runtime.zerobase`. It is the
    /// same in every heap.
    pub const ZERO_SIZED: Self =
        Self { address: NonZeroU32::new(8).unwrap(), stamp: 0 };

    pub(super) fn new(address: u32, stamp: u64) -> Option<Self> {
        Some(Self::at(NonZeroU32::new(address)?, stamp))
    }

    #[inline]
    pub(super) fn at(address: NonZeroU32, stamp: u64) -> Self {
        Self { address, stamp }
    }

    /// Returns the address: a number of bytes into the heap, never 0.
    pub fn address(self) -> u32 {
        self.address.get()
    }

    /// Returns the address, for a record that is not longer than it must be.
    #[inline]
    pub(super) fn place(self) -> NonZeroU32 {
        self.address
    }

    #[inline]
    pub(super) fn stamp(self) -> u64 {
        self.stamp
    }
}

/// Returns a number that no heap has had, from 1 on. There are 2^64 of them.
pub(super) fn next_stamp() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

impl fmt::Debug for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#x}", self.address)
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#x}", self.address)
    }
}
