//! Entering a frame that defers, and leaving it however it ends.
//!
//! A frame ends by a return, by a panic of ours or of Rust, by a signal that
//! is meant for another frame or was kept and resumed. On the way a deferred
//! call may panic, and so may the destructor of a payload. All of these come
//! to [`end`], which returns when nothing of the frame is in the chain.

use std::panic::resume_unwind;

use super::chain::{Entered, pop_of};
use super::generation::Returns;
use super::link::Payload;
use super::panic::Recovery;
use super::signal::{caught, discard, is_recovery_by};
use super::unwind::as_signal;

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
pub(super) fn enter<R: Returns<T>, T>(
    frame: *const (),
    body: impl FnOnce() -> R,
) -> T {
    let _entered = Entered::new(frame);
    let mut result = None;
    let exit = caught(|| {
        result = Some(body());
        return_from(frame);
    });
    if let Err(payload) = exit {
        leave(frame, payload);
    }
    R::returned(result)
}
// ANCHOR_END: enter

/// Leaves `frame` by a panic. Returns if the frame recovered.
#[cold]
fn leave(frame: *const (), payload: Payload) {
    let way = end(frame, Some(payload), as_signal);
    let way = way.expect("a panic stays one until it is recovered");
    if !is_recovery_by(frame, &way) {
        resume_unwind(way);
    }
}

/// Runs all that `frame` has left in the chain, whatever its calls do.
/// Returns the way on which it ends: the last panic, if there was any, as
/// `met` makes of it.
pub(super) fn end(
    frame: *const (),
    mut way: Option<Payload>,
    met: impl Fn(Payload) -> Payload,
) -> Option<Payload> {
    loop {
        way = way.map(&met);
        match caught(|| return_from(frame)) {
            Ok(()) => return way,
            Err(next) => discard(way.replace(next)),
        }
    }
}
