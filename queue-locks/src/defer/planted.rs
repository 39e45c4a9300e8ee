//! Bugs planted in the end of a frame, for the tests of its ways out.
//!
//! Each leaves out what one way out needs. The tests of [`frame`](super::frame)
//! prove that a record is left behind then.

use std::cell::Cell;

/// What is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bug {
    /// A panic of Rust passes a frame without its end.
    RustPanic,
    /// A signal of ours, such as one that was kept, does.
    Signal,
    /// A deferred call that panics ends the frame's end.
    CallPanic,
    /// The destructor of a payload that is discarded may panic.
    Destructor,
}

thread_local! {
    static PLANTED: Cell<Option<Bug>> = const { Cell::new(None) };
}

/// Runs `body` with a bug planted, or with none.
pub(super) fn with(bug: Option<Bug>, body: impl FnOnce()) {
    let before = PLANTED.replace(bug);
    body();
    PLANTED.set(before);
}

pub(super) fn is_planted(bug: Bug) -> bool {
    PLANTED.get() == Some(bug)
}
