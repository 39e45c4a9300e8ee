//! The chain of deferred calls that each thread has: `g._defer` in Go.
//!
//! Contract:
//! - a record is in the chain from its defer statement until it is popped,
//!   and popped before it runs: each call runs once;
//! - only the innermost frame defers ([`assert_innermost`]): records of one
//!   frame lie together, those of inner frames above them;
//! - no frame ends before all of its records are popped: on a return by
//!   `return_from`, and on anything else by [`end`](super::frame::end), which
//!   goes on whatever comes out of a call. So no record outlives its frame;
//! - only the thread of the chain touches it.

use std::cell::Cell;
use std::ptr::{null, null_mut};

use super::call::Call;
use super::panic::Recovery;
use super::record::Entry;

thread_local! {
    /// The newest record of this thread.
    static TOP: Cell<*mut Entry> = const { Cell::new(null_mut()) };
    /// The frame that was entered last and not left.
    static INNERMOST: Cell<*const ()> = const { Cell::new(null()) };
}

/// A frame that is the innermost one, until this is dropped.
pub(super) struct Entered(*const ());

impl Entered {
    #[inline(always)]
    pub(super) fn new(frame: *const ()) -> Self {
        Self(INNERMOST.replace(frame))
    }
}

impl Drop for Entered {
    #[inline(always)]
    fn drop(&mut self) {
        INNERMOST.set(self.0);
    }
}

/// Panics if `frame` defers while a function that it called is running: its
/// record would hide those of the inner frame, which would outlive it.
#[inline(always)]
pub(super) fn assert_innermost(frame: *const ()) {
    if INNERMOST.get() != frame {
        not_innermost();
    }
}

#[cold]
fn not_innermost() -> ! {
    panic!("a function defers for itself, and not for the one that called it");
}

/// Hides the chain of this thread from a new goroutine.
pub(super) fn set_aside() -> (*mut Entry, Entered) {
    (TOP.replace(null_mut()), Entered::new(null()))
}

/// Undoes [`set_aside`].
pub(super) fn put_back((top, _frame): (*mut Entry, Entered)) {
    TOP.set(top);
}

/// Puts an entry on top.
///
/// # Safety
///
/// `entry` stays where it is until it is popped, and what its call borrows
/// lives until then.
#[inline(always)]
pub(super) unsafe fn push(entry: *mut Entry) {
    let below = TOP.replace(entry);
    // SAFETY: the caller says that it is valid, and nobody else has it.
    unsafe { (*entry).link = below };
}

/// An entry that was popped and will run once.
pub(super) struct Record(*mut Entry);

/// Takes off the newest record.
pub(super) fn pop() -> Option<Record> {
    let top = TOP.get();
    // SAFETY: what is in the chain is valid (`push`).
    let below = unsafe { top.as_ref() }?.link;
    TOP.set(below);
    Some(Record(top))
}

/// Takes off the newest record, if it is one of `frame`.
#[inline(always)]
pub(super) fn pop_of(frame: *const ()) -> Option<Record> {
    let top = TOP.get();
    // SAFETY: what is in the chain is valid (`push`).
    let entry = unsafe { top.as_ref() }?;
    if entry.frame != frame {
        return None;
    }
    TOP.set(entry.link);
    Some(Record(top))
}

impl Record {
    /// Returns the frame that deferred this call.
    pub(super) fn frame(&self) -> *const () {
        // SAFETY: popped and not run, so its frame still stands.
        unsafe { (*self.0).frame }
    }

    /// Runs the call. A record of the heap is given back before, so that the
    /// call may use it.
    #[inline(always)]
    pub(super) fn run(self, recovery: Recovery<'_>) {
        // SAFETY: popped and not run, so its frame still stands.
        let call = unsafe { &raw mut (*self.0).call };
        // SAFETY: run once, and the frame's borrows are alive.
        unsafe { Call::run(call, recovery) };
    }
}
