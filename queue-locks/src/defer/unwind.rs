//! Panics that run what is deferred first, and unwind afterwards.
//!
//! Contract, as of `gopanic` in Go's `runtime/panic.go`:
//! - the panics of a thread are a list, newest first; each lies in the frame
//!   of [`raise`] or [`goexit`], and leaves the list when that frame ends;
//! - a panic runs the deferred calls of *all* frames, newest first, on top of
//!   the stack of the one that panicked: nothing is unwound yet;
//! - when a call has recovered, the stack is unwound to the frame that
//!   deferred it, and the panics whose frames lie in between end with it;
//! - a `goexit` in between stops that unwinding, and goes on (by the rules of
//!   today; [`Rules`] says which others there were).

use std::panic::resume_unwind;
use std::ptr::from_ref;

use super::chain::{self, Record};
use super::link::Payload;
use super::panic::{Listed, Panic, Recovery, flights};
use super::rules::Rules;
use super::signal::{Message, Recovered, Signal, caught, crash, is_inside};

// ANCHOR: search
/// Runs deferred calls, newest first, until one has recovered. Returns the
/// frame that deferred that one. `run` returns whether to go on.
pub(super) fn search(
    panic: &Panic,
    mut run: impl FnMut(Record, Recovery<'_>) -> bool,
) -> Option<*const ()> {
    while let Some(record) = chain::pop() {
        let frame = Record::frame(&record);
        let goes_on = run(record, Recovery::from(panic));
        if !goes_on {
            return None;
        }
        if panic.is_recovered() {
            return Some(frame);
        }
    }
    None
}
// ANCHOR_END: search

// ANCHOR: raise
/// Panics with `value`. `is_again` says that it may be what a `recover`
/// returned.
#[cold]
pub(super) fn raise(value: Payload, is_again: bool, message: Message) -> ! {
    let panic = Panic::new(value, is_again);
    let listed = Listed::new(&panic);
    let recovered = search(&panic, |record, recovery| {
        run(record, recovery);
        true
    });
    if let Some(frame) = recovered {
        let recovered = Recovered { by: frame.addr(), above: listed.below() };
        drop(listed);
        resume_unwind(Box::new(Signal::Recovered(recovered)));
    }
    crash(flights(), message)
}
// ANCHOR_END: raise

/// Ends the goroutine.
#[cold]
pub(super) fn goexit() -> ! {
    assert!(is_inside(), "goexit was called outside of `go`");
    let panic = Panic::goexit();
    let _listed = Listed::new(&panic);
    while let Some(record) = chain::pop() {
        let call = || run(record, Recovery::from(&panic));
        if let Err(payload) = caught(call) {
            // A later panic was recovered by a frame further out: that must
            // not jump over this `goexit`, which goes on with the rest.
            if !is_spared(&panic, &payload) {
                resume_unwind(payload);
            }
        }
    }
    crash(flights(), Message::Printed)
}

/// Returns whether a `goexit` goes on after what came out of a call.
fn is_spared(goexit: &Panic, payload: &Payload) -> bool {
    let Some(Signal::Recovered(recovered)) = payload.downcast_ref() else {
        return false;
    };
    let is_next = recovered.above == from_ref(goexit).addr();
    Rules::current().spare_goexit(is_next)
}

/// Has a panic of Rust go on as one of ours.
pub(super) fn as_signal(payload: Payload) -> Payload {
    if payload.is::<Signal>() {
        return payload;
    }
    let raise = || -> () { raise(payload, false, Message::Printed) };
    caught(raise).expect_err("it never returns")
}

/// Runs one deferred call. A panic of Rust in it goes on as one of ours, while
/// the panic that runs it still stands.
fn run(record: Record, recovery: Recovery<'_>) {
    if let Err(payload) = caught(|| record.run(recovery)) {
        resume_unwind(as_signal(payload));
    }
}
