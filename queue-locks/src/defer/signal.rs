//! What our own unwinding carries, and where it begins.

use std::any::Any;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, panic_any, resume_unwind};
use std::ptr::from_ref;

use super::link::{Link, Payload};
#[cfg(test)]
use super::planted::{Bug, is_planted};

/// What is on its way out of a goroutine: panics, and calls of `goexit`.
pub(super) enum Flight {
    /// A panic.
    Panic {
        link: Link,
        /// Where its value lies, to know it again.
        identity: usize,
        /// Whether it carries what a panic below it was recovered with.
        is_again: bool,
    },
    /// A call of `goexit`.
    Goexit,
}

impl Flight {
    /// What a panic with a value that nobody has met is on its way with.
    pub(super) fn new(value: Payload, is_again: bool) -> Self {
        let identity = from_ref(&*value).addr();
        Self::Panic { link: Link::new(value), identity, is_again }
    }
}

/// A panic that a deferred call has ended.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Recovered {
    /// The frame that deferred the call: an address, never followed.
    pub(super) by: usize,
    /// The panic below the one that was recovered: likewise.
    pub(super) above: usize,
}

/// What our own unwinding carries, instead of a payload of the user.
///
/// A `catch_unwind` of the user may get hold of one, keep it, send it to
/// another thread and resume it where it means nothing. So it has nothing in
/// it that could be followed.
pub(super) enum Signal {
    /// Nobody recovered, so all ends at [`go`](super::go). Never empty, oldest
    /// first.
    Flying(Vec<Flight>),
    /// A deferred call recovered.
    Recovered(Recovered),
}

impl Drop for Signal {
    fn drop(&mut self) {
        if let Self::Flying(flights) = self {
            discard(std::mem::take(flights));
        }
    }
}

/// Returns whether `payload` says that the unwinding is to stop at `frame`.
pub(super) fn is_recovery_by(frame: *const (), payload: &Payload) -> bool {
    match payload.downcast_ref() {
        Some(Signal::Recovered(recovered)) => recovered.by == frame.addr(),
        _ => false,
    }
}

/// Runs `body`. Returns what came out of it, if it did not return.
pub(super) fn caught<R>(body: impl FnOnce() -> R) -> Result<R, Payload> {
    catch_unwind(AssertUnwindSafe(body))
}

/// How often in a row a destructor may panic with a value whose destructor
/// panics. Then the next one is leaked, as there might be no end.
const PATIENCE: usize = 100;

/// Drops what nobody waits for any more: a payload that was replaced. Its
/// destructor is the user's and may panic; that panic ends here.
pub(super) fn discard<T>(value: T) {
    #[cfg(test)]
    if is_planted(Bug::Destructor) {
        return drop(value);
    }
    let mut thrown = caught(|| drop(value)).err();
    for _ in 0..PATIENCE {
        match thrown {
            Some(payload) => thrown = caught(|| drop(payload)).err(),
            None => return,
        }
    }
    std::mem::forget(thrown);
}

thread_local! {
    /// How many calls of `go` this thread is in.
    pub(super) static DEPTH: Cell<usize> = const { Cell::new(0) };
}

/// Returns whether somebody waits for the end of this goroutine.
pub(super) fn is_inside() -> bool {
    DEPTH.get() > 0
}

/// Whether the message of a panic has been printed, or need not be.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Message {
    /// Not yet.
    Due,
    /// It was a panic of Rust, whose hook prints before it unwinds.
    Printed,
}

/// Returns what `value` is raised with, and whether somebody boxed it before:
/// then it may be what a `recover` returned.
pub(super) fn boxed(value: impl Any + Send) -> (Payload, bool) {
    let value: Payload = Box::new(value);
    match value.downcast::<Payload>() {
        Ok(payload) => (*payload, true),
        Err(value) => (value, false),
    }
}

/// Leaves everything up to [`go`](super::go). Without one, it is a panic of
/// Rust.
#[inline(always)]
pub(super) fn crash(flights: Vec<Flight>, message: Message) -> ! {
    resume_unwind(thrown(flights, message))
}

/// Returns what [`crash`] throws, unless it is a panic of Rust.
pub(super) fn thrown(flights: Vec<Flight>, message: Message) -> Payload {
    if is_inside() {
        return Box::new(Signal::Flying(flights));
    }
    crash_outside(flights, message)
}

/// Makes the newest panic one of Rust.
#[cold]
fn crash_outside(mut flights: Vec<Flight>, message: Message) -> ! {
    let value = match flights.last_mut() {
        Some(Flight::Panic { link, .. }) => link.value.take(),
        _ => None,
    };
    let Some(value) = value else {
        // Somebody caught a `goexit`, and resumed it outside of `go`.
        resume_unwind(Box::new(Signal::Flying(flights)));
    };
    // Now, as a destructor that panics while this unwinds ends the process.
    discard(flights);
    match message {
        Message::Due => raise_in_rust(value),
        Message::Printed => resume_unwind(value),
    }
}

/// Panics with the usual message, where the payload has one.
fn raise_in_rust(value: Payload) -> ! {
    let value = match value.downcast::<&'static str>() {
        Ok(text) => panic_any(*text),
        Err(value) => value,
    };
    match value.downcast::<String>() {
        Ok(text) => panic_any(*text),
        Err(value) => resume_unwind(value),
    }
}
