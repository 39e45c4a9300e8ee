//! The first generation for programs that cannot unwind, such as an
//! interpreter in WebAssembly.
//!
//! [`raise`] returns the [`Frame`] to which the caller is to return. Chain,
//! panics and recovery are those of [`heap_records`].

use std::cell::Cell;
use std::panic::resume_unwind;

use super::chain::{self, Entered};
use super::frame::end;
use super::heap_records;
use super::link::Payload;
use super::panic::{Listed, Panic, Recovery};
use super::signal::caught;
use super::unwind::search;

/// A running function that may defer; see [`with_frame`].
#[derive(Debug)]
pub struct Frame {
    /// Not of size zero, so that each frame has an address of its own.
    place: Cell<u8>,
}

/// Runs the body of a function, then what it deferred and was not run yet,
/// also when the body or a deferred call panics in Rust's way. The last such
/// panic goes on when all have run.
///
/// ```
/// use std::cell::Cell;
/// use std::rc::Rc;
/// use queue_locks::defer::stepwise::{Raised, raise, with_frame};
///
/// let recovered = Rc::new(Cell::new(false));
/// let seen = Rc::clone(&recovered);
/// with_frame(|frame| {
///     frame.defer_with(move |recovery| {
///         seen.set(recovery.recover().is_some());
///     });
///     let raised = raise(Box::new("boom"), || false);
///     assert_eq!(raised, Raised::Recovered(frame.id()));
///     assert!(!frame.run_next(), "nothing is left to run");
/// });
/// assert!(recovered.get());
/// ```
pub fn with_frame<R>(body: impl FnOnce(&Frame) -> R) -> R {
    let frame = Frame { place: Cell::new(0) };
    let _entered = Entered::new(frame.id().0);
    let (result, way) = match caught(|| body(&frame)) {
        Ok(result) => (Some(result), None),
        Err(payload) => (None, Some(payload)),
    };
    match (result, end(frame.id().0, way, |payload| payload)) {
        (Some(result), None) => result,
        (_, Some(way)) => resume_unwind(way),
        (None, None) => unreachable!("a panic of the body stays one"),
    }
}

/// Names a frame while it exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrameId(*const ());

/// How a panic went on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Raised {
    /// A call that this frame deferred has recovered: return there, and let
    /// it run what else it has deferred.
    Recovered(FrameId),
    /// A deferred call did not come to its end, because a later panic was
    /// recovered further out.
    Interrupted,
    /// All deferred calls ran, and none has recovered.
    Unrecovered,
}

impl Frame {
    /// Returns its name.
    pub fn id(&self) -> FrameId {
        FrameId((&raw const self.place).cast())
    }

    /// Has `call` run when the function leaves; it may recover.
    ///
    /// # Panics
    ///
    /// When a function that this one called is running.
    pub fn defer_with(&self, call: impl FnOnce(&Recovery<'_>) + 'static) {
        chain::assert_innermost(self.id().0);
        heap_records::push(self.id().0, call);
    }

    /// Runs the call that was deferred last, as a return does. Returns whether
    /// there was one.
    pub fn run_next(&self) -> bool {
        let record = chain::pop_of(self.id().0);
        let found = record.is_some();
        record.into_iter().for_each(|r| r.run(Recovery::none()));
        found
    }
}

/// Panics with `value`: runs what all frames of this thread have deferred,
/// until a call has recovered.
///
/// After each call `is_interrupted` returns whether that call was left before
/// its end.
pub fn raise(value: Payload, is_interrupted: impl Fn() -> bool) -> Raised {
    let panic = Panic::new(value, false);
    let _listed = Listed::new(&panic);
    let recovered = search(&panic, |record, recovery| {
        record.run(recovery);
        !is_interrupted()
    });
    match recovered {
        Some(frame) => Raised::Recovered(FrameId(frame)),
        None if is_interrupted() => Raised::Interrupted,
        None => Raised::Unrecovered,
    }
}
