//! Panics that run what is deferred first, and unwind afterwards.
//!
//! Contract, as of `gopanic` in Go's `runtime/panic.go`:
//! - the panics of a thread are a list, newest first; each lies in the frame
//!   of [`raise`] or [`goexit`], and leaves the list when that frame ends;
//! - a panic runs the deferred calls of *all* frames, newest first, on top of
//!   the stack of the one that panicked: nothing is unwound yet;
//! - when a call has recovered, the stack is unwound to the frame that
//!   deferred it, and the panics whose frames lie in between end with it;
//! - a `goexit` in between stops that unwinding, and goes on.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use super::chain::{self, Record};
use super::panic::{Listed, Panic, Recovery, flights};
use super::signal::{Message, Payload, Signal, crash, is_inside};

// ANCHOR: search
/// Runs deferred calls, newest first, until one has recovered. Returns the
/// frame that deferred that one. `run` returns whether to go on.
pub(super) fn search(
    panic: &Panic,
    mut run: impl FnMut(Record, &Recovery<'_>) -> bool,
) -> Option<*const ()> {
    while let Some(record) = chain::pop() {
        let frame = Record::frame(&record);
        let goes_on = run(record, &Recovery::from(panic));
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
/// Panics with `value`.
#[cold]
pub(super) fn raise(value: Payload, message: Message) -> ! {
    let panic = Panic::new(value);
    let listed = Listed::new(&panic);
    let recovered = search(&panic, |record, recovery| {
        run(record, recovery);
        true
    });
    if let Some(frame) = recovered {
        drop(listed);
        resume_unwind(Box::new(Signal::Recovered(frame)));
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
        let call = || run(record, &Recovery::from(&panic));
        let Err(payload) = catch_unwind(AssertUnwindSafe(call)) else {
            continue;
        };
        // A later panic was recovered by a frame further out: that must not
        // jump over this `goexit`, which goes on with the rest.
        match payload.downcast::<Signal>().map(|signal| *signal) {
            Ok(Signal::Recovered(_)) => {}
            Ok(signal) => resume_unwind(Box::new(signal)),
            Err(payload) => resume_unwind(payload),
        }
    }
    crash(flights(), Message::Printed)
}

/// Runs one deferred call. A panic of Rust in it goes on as one of ours, while
/// the panic that runs it still stands.
fn run(record: Record, recovery: &Recovery<'_>) {
    let call = AssertUnwindSafe(|| record.run(recovery));
    if let Err(payload) = catch_unwind(call) {
        if payload.is::<Signal>() {
            resume_unwind(payload);
        }
        raise(payload, Message::Printed);
    }
}
