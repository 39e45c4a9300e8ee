//! Where an object is.

use std::fmt;
use std::num::NonZeroU32;

/// The address of an object: a number of bytes into the heap, never 0.
///
/// A pointer is as plain as in C: keeping one does not keep the object. Only
/// a [`Root`](super::Root), or a pointer field of an object that is reachable
/// from one, does.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pointer(NonZeroU32);

impl Pointer {
    /// Where all objects of no size are, as Go's `runtime.zerobase`.
    pub const ZERO_SIZED: Self = Self(NonZeroU32::new(8).unwrap());

    pub(super) fn new(address: u32) -> Option<Self> {
        NonZeroU32::new(address).map(Pointer)
    }

    /// Returns the address as a number.
    pub fn address(self) -> u32 {
        self.0.get()
    }
}

impl fmt::Debug for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#x}", self.0)
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#x}", self.0)
    }
}
