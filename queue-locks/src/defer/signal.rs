//! What our own unwinding carries, and where it begins.

use std::any::Any;
use std::cell::Cell;
use std::fmt;
use std::panic::{panic_any, resume_unwind};

/// What a panic carries: the same as a payload of Rust's panics.
pub type Payload = Box<dyn Any + Send>;

/// One panic of those that led to a crash.
#[derive(Debug)]
pub struct Link {
    /// What it was raised with. `None` when a `recover` has taken it.
    pub value: Option<Payload>,
    /// Whether a deferred call recovered it, and then panicked itself.
    pub recovered: bool,
}

impl fmt::Display for Link {
    /// As Go prints it: `panic: value [recovered]`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = self.value.as_deref();
        let text = value.map_or("(taken)", |value| {
            let text = value.downcast_ref::<&str>().copied();
            let owned = || value.downcast_ref().map(String::as_str);
            text.or_else(owned).unwrap_or("(a value without text)")
        });
        let mark = if self.recovered { " [recovered]" } else { "" };
        write!(f, "panic: {text}{mark}")
    }
}

/// What is on its way out of a goroutine: panics, and calls of `goexit`.
pub(super) enum Flight {
    /// A panic.
    Panic(Link),
    /// A call of `goexit`.
    Goexit,
}

/// What our own unwinding carries, instead of a payload of the user.
pub(super) enum Signal {
    /// Nobody recovered, so all ends at [`go`](super::go). Never empty, oldest
    /// first.
    Flying(Vec<Flight>),
    /// A deferred call of the frame at this address recovered.
    Recovered(*const ()),
}

impl Signal {
    /// Returns whether the unwinding is to stop at `frame`.
    pub(super) fn is_recovery_by(&self, frame: *const ()) -> bool {
        matches!(self, Self::Recovered(by) if *by == frame)
    }
}

// SAFETY: payloads of unwinding must be `Send`, but a signal is caught on its
// own thread: `go` and `with_defers` never let it out to a `join`.
unsafe impl Send for Signal {}

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

/// Leaves everything up to [`go`](super::go). Without one, it is a panic of
/// Rust.
#[cold]
pub(super) fn crash(mut flights: Vec<Flight>, message: Message) -> ! {
    if is_inside() {
        resume_unwind(Box::new(Signal::Flying(flights)));
    }
    let Some(Flight::Panic(Link { value, .. })) = flights.pop() else {
        unreachable!("`goexit` checks that it is inside of `go`");
    };
    let value = value.expect("a panic that was recovered goes no further");
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
