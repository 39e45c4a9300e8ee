//! One deferred call, as the chain and the pool link it.

use std::ptr::null_mut;

use super::call::Call;
use super::panic::Recovery;

/// One deferred call in the chain.
pub(super) struct Entry {
    /// The next one below, in the chain or in the pool.
    pub(super) link: *mut Self,
    /// The frame that deferred it: an address, never followed.
    pub(super) frame: *const (),
    pub(super) is_on_heap: bool,
    pub(super) call: Call,
}

impl Entry {
    #[inline(always)]
    pub(super) fn new(
        frame: *const (),
        is_on_heap: bool,
        call: impl FnOnce(&Recovery<'_>),
    ) -> Self {
        Self { link: null_mut(), frame, is_on_heap, call: Call::new(call) }
    }
}
