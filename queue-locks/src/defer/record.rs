//! One deferred call, as the chain and the pool link it.

use std::ptr::null_mut;

use super::call::{Call, Place};
use super::panic::Recovery;

/// One deferred call in the chain.
#[repr(C)]
pub(super) struct Entry {
    /// At the front, so that a call on the heap finds the entry that it is in.
    pub(super) call: Call,
    /// The next one below, in the chain or in the pool.
    pub(super) link: *mut Self,
    /// The frame that deferred it: an address, never followed.
    pub(super) frame: *const (),
}

impl Entry {
    #[inline(always)]
    pub(super) fn new<P: Place, F: FnOnce(&Recovery<'_>)>(
        frame: *const (),
        call: F,
    ) -> Self {
        Self { call: Call::new::<P, F>(call), link: null_mut(), frame }
    }
}
