//! What is left of a call that has panicked, where others go on.

use std::any::Any;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

/// What a panic has thrown.
pub(crate) type Payload = Box<dyn Any + Send>;

/// Runs `call`. Returns what it threw, if it panicked.
pub(crate) fn caught(call: impl FnOnce()) -> Option<Payload> {
    catch_unwind(AssertUnwindSafe(call)).err()
}

/// Keeps the first panic of several calls, and lets go of the others.
pub(crate) fn keep_first(first: &mut Option<Payload>, next: Payload) {
    match first {
        None => *first = Some(next),
        Some(_) => let_go(next),
    }
}

/// Drops all of them. A second destructor that panics on the way out of a list
/// would end the process; here only the first panic goes on, after all others.
pub(crate) fn drop_each<T>(items: impl IntoIterator<Item = T>) {
    let mut first = None;
    for item in items {
        if let Some(payload) = caught(|| drop(item)) {
            keep_first(&mut first, payload);
        }
    }
    if let Some(payload) = first {
        resume_unwind(payload);
    }
}

/// Drops what a panic has thrown, whose destructor may panic once more, and
/// what that throws. A destructor that panics even then is forgotten.
pub(crate) fn let_go(payload: Payload) {
    if let Some(second) = caught(|| drop(payload)) {
        caught(|| drop(second)).into_iter().for_each(mem::forget);
    }
}
