//! The first generation for programs that cannot unwind, such as an
//! interpreter in WebAssembly.
//!
//! A [`Frame`] is entered and left by hand, and [`raise`] comes back and says
//! to which frame the caller is to return. Chain, panics and recovery are
//! those of [`heap_records`].

use std::cell::Cell;

use super::chain;
use super::panics::{Listed, Panic, search};
use super::{Payload, Recovery, heap_records};

/// A running function that may defer.
///
/// What it has deferred and was not run yet runs when it is dropped.
///
/// ```
/// use std::cell::Cell;
/// use std::rc::Rc;
/// use queue_locks::defer::stepwise::{Frame, Raised, raise};
///
/// let frame = Frame::new();
/// let recovered = Rc::new(Cell::new(false));
/// let seen = Rc::clone(&recovered);
/// frame.defer_with(move |recovery| seen.set(recovery.recover().is_some()));
/// let raised = raise(Box::new("boom"), || false);
/// assert_eq!(raised, Raised::Recovered(frame.id()));
/// assert!(recovered.get());
/// assert!(!frame.run_next(), "nothing is left to run");
/// ```
#[derive(Debug)]
pub struct Frame {
    /// Something of a size, so that each frame has an address of its own.
    place: Box<Cell<u8>>,
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
    /// A deferred call did not come to its end, for a later panic was
    /// recovered further out.
    Interrupted,
    /// All deferred calls ran, and none has recovered.
    Unrecovered,
}

impl Default for Frame {
    fn default() -> Self {
        Self::new()
    }
}

impl Frame {
    /// Enters a function.
    pub fn new() -> Self {
        let place = Box::new(Cell::new(0));
        Self { place }
    }

    /// Its name.
    pub fn id(&self) -> FrameId {
        FrameId((&raw const *self.place).cast())
    }

    /// Has `call` run when the function leaves; it may recover.
    pub fn defer_with(&self, call: impl FnOnce(&Recovery<'_>) + 'static) {
        heap_records::push(self.id().0, call);
    }

    /// Runs the call that was deferred last, as a return does; false if there
    /// is none left.
    pub fn run_next(&self) -> bool {
        let record = chain::pop_of(self.id().0);
        let found = record.is_some();
        record.into_iter().for_each(|r| r.run(&Recovery::none()));
        found
    }
}

impl Drop for Frame {
    fn drop(&mut self) {
        while self.run_next() {}
    }
}

/// Panics with `value`: runs what all frames of this thread have deferred,
/// until a call has recovered.
///
/// After each call `is_interrupted` says whether that call was left before
/// its end.
pub fn raise(value: Payload, is_interrupted: impl Fn() -> bool) -> Raised {
    let panic = Panic::new(value);
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
