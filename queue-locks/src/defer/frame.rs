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
#[cfg(test)]
use super::planted::{self, Bug};
use super::signal::{caught, discard, is_recovery_by};
use super::unwind::as_signal;

// ANCHOR: deferreturn
/// Runs the deferred calls of a frame that returns.
#[inline(always)]
fn return_from(frame: *const ()) {
    while let Some(record) = pop_of(frame) {
        record.run(Recovery::none());
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
    #[cfg(test)]
    if skips_the_end(&payload) {
        resume_unwind(payload);
    }
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
            #[cfg(test)]
            Err(next) if planted::is_planted(Bug::CallPanic) => {
                return Some(next);
            }
            Err(next) => discard(way.replace(next)),
        }
    }
}

/// Returns whether a frame is left with `way` and without its end.
#[cfg(test)]
fn skips_the_end(way: &Payload) -> bool {
    let is_signal = way.is::<super::signal::Signal>();
    planted::is_planted(if is_signal { Bug::Signal } else { Bug::RustPanic })
}

/// Every way out is tried with and without the bug that is planted in it.
#[cfg(test)]
#[cfg(not(any(loom, shuttle)))]
mod tests {
    use super::super::chain::pop;
    use super::super::{Defer, Outcome, go, heap_records};
    use super::*;

    /// A frame of two deferred calls that is left with what `way` returns.
    /// Returns how many records it has left in the chain; they lie on the heap
    /// and borrow nothing.
    fn left_by(way: fn() -> Payload, call: fn()) -> usize {
        let outcome = go(|| {
            let frame = || {
                heap_records::with_defers::<(), ()>(|d| {
                    d.defer(|| ());
                    d.defer(call);
                    resume_unwind(way());
                });
            };
            let out = caught(frame).expect_err("nothing recovers");
            let rest = std::iter::from_fn(pop);
            let left = rest.map(|record| record.run(Recovery::none()));
            let left = left.count();
            discard(out);
            left
        });
        match outcome {
            Outcome::Returned(left) => left,
            other => panic!("{other:?}"),
        }
    }

    fn is_caught(bug: Bug, way: fn() -> Payload, call: fn()) {
        planted::with(None, || assert_eq!(left_by(way, call), 0));
        let mut left = 0;
        planted::with(Some(bug), || left = left_by(way, call));
        assert_ne!(left, 0, "{bug:?} is not found");
    }

    /// Returns a signal that a `catch_unwind` got hold of.
    fn kept(value: impl Send + 'static) -> Payload {
        let mut kept = None;
        let _: Outcome<()> = go(|| {
            kept = caught(|| heap_records::go_panic(value)).err();
        });
        kept.expect("a signal")
    }

    #[test]
    fn a_panic_of_rust_that_skips_the_end_is_caught() {
        is_caught(Bug::RustPanic, || Box::new("of Rust"), || ());
    }

    #[test]
    fn a_signal_that_skips_the_end_is_caught() {
        is_caught(Bug::Signal, || kept(1), || ());
    }

    fn panics() {
        resume_unwind(Box::new("of a call"));
    }

    #[test]
    fn a_call_that_panics_and_ends_the_end_is_caught() {
        is_caught(Bug::CallPanic, || kept(1), panics);
    }

    struct Bomb;

    impl Drop for Bomb {
        fn drop(&mut self) {
            resume_unwind(Box::new("of a destructor"));
        }
    }

    #[test]
    fn a_destructor_that_may_panic_is_caught() {
        is_caught(Bug::Destructor, || kept(Bomb), panics);
    }
}
