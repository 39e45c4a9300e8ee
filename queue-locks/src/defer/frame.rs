//! Entering a frame that defers, and leaving it however it ends.

use std::convert::Infallible;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use super::chain::{Entered, pop_of};
use super::panic::Recovery;
use super::signal::{Message, Payload, Signal};
use super::unwind;

// ANCHOR: deferreturn
/// Runs the deferred calls of a frame that returns.
#[inline(always)]
fn return_from(frame: *const ()) {
    while let Some(record) = pop_of(frame) {
        record.run(&Recovery::none());
    }
}
// ANCHOR_END: deferreturn

// ANCHOR: enter
/// Runs `body` and then the deferred calls of `frame`, however it ends.
#[inline(always)]
pub(super) fn enter<R: Default>(
    frame: *const (),
    body: impl FnOnce() -> R,
) -> R {
    let _entered = Entered::new(frame);
    let mut result = None;
    let exit = catch_unwind(AssertUnwindSafe(|| {
        result = Some(body());
        return_from(frame);
    }));
    if let Err(payload) = exit {
        leave(frame, payload);
    }
    result.unwrap_or_default()
}
// ANCHOR_END: enter

/// Leaves `frame` by a panic. Returns if the frame recovered.
#[cold]
fn leave(frame: *const (), mut payload: Payload) {
    loop {
        let signal = match payload.downcast::<Signal>() {
            Ok(signal) => signal,
            Err(payload) => raise(frame, payload),
        };
        // What another generation has left here runs now, too.
        match caught(|| return_from(frame)) {
            Ok(()) if signal.is_recovery_by(frame) => return,
            Ok(()) => resume_unwind(signal),
            Err(next) => payload = next,
        }
    }
}

/// Has a panic of Rust go on as one of ours. Returns if `frame` recovers.
fn raise(frame: *const (), payload: Payload) -> Box<Signal> {
    let raise = || -> Infallible { unwind::raise(payload, Message::Printed) };
    let Err(end) = caught(raise);
    match end.downcast::<Signal>() {
        Ok(signal) if signal.is_recovery_by(frame) => signal,
        Ok(signal) => resume_unwind(signal),
        Err(payload) => resume_unwind(payload),
    }
}

fn caught<R>(body: impl FnOnce() -> R) -> Result<R, Payload> {
    catch_unwind(AssertUnwindSafe(body))
}
