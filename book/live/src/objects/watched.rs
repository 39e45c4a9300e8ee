//! A driver of the collected heap that keeps the steps of a collection.

use std::cell::RefCell;

use finalizers::gc::{Driver, Step};

use super::AtItsEnd;

thread_local! {
    /// A driver is a type, not a value: it leaves its steps here.
    static STEPS: RefCell<Vec<Step>> = const { RefCell::new(Vec::new()) };
}

#[derive(Debug)]
pub(super) enum Watched {}

impl Driver for Watched {
    type Finalizer = AtItsEnd;
    /// The name of the object, which is gone by then.
    type Cleanup = String;

    fn emit(step: impl FnOnce() -> Step) {
        STEPS.with_borrow_mut(|steps| steps.push(step()));
    }
}

/// The steps since the last time.
pub(super) fn take() -> Vec<Step> {
    STEPS.take()
}
