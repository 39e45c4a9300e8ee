//! Panics that run what is deferred first, and unwind afterwards.
//!
//! Contract, as of `gopanic` in Go's `runtime/panic.go`:
//! - the panics of a thread are a list, newest first; each lies in the frame
//!   of [`raise`] or [`goexit`], and leaves the list when that frame ends;
//! - a panic runs the deferred calls of *all* frames, newest first, on top of
//!   the stack of the one that panicked: nothing is unwound yet;
//! - when a call has recovered, the stack is unwound to the frame that
//!   deferred it, and the panics whose frames lie in between end with it;
//! - a `goexit` in between stops that unwinding, and goes on.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::ptr::null;

use super::Payload;
use super::chain::{self, Record};
use super::goroutine::{Flight, Link, Message, Signal, crash, is_inside};

/// A panic that is running, or a `goexit`.
pub(super) struct Panic {
    /// `None` once recovered, and always for a `goexit`.
    value: Cell<Option<Payload>>,
    recovered: Cell<bool>,
    is_goexit: bool,
    link: Cell<*const Panic>,
}

/// The right to end a panic, which only a directly deferred call is given.
#[derive(Clone, Copy)]
pub struct Recovery<'a> {
    panic: Option<&'a Panic>,
}

impl<'a> Recovery<'a> {
    /// Nothing to recover from: the function just returns.
    pub(super) fn none() -> Self {
        Self { panic: None }
    }

    pub(super) fn from(panic: &'a Panic) -> Self {
        let panic = (!panic.is_goexit).then_some(panic);
        Self { panic }
    }

    /// Ends the panic and says what it was raised with.
    ///
    /// `None` when there is no panic: when the function returns, when it is
    /// ended by `goexit`, and when the panic was recovered already.
    pub fn recover(&self) -> Option<Payload> {
        let panic = self.panic?;
        match panic.recovered.replace(true) {
            true => None,
            false => panic.value.take(),
        }
    }
}

impl Panic {
    pub(super) fn new(value: Payload) -> Self {
        Self {
            value: Cell::new(Some(value)),
            recovered: Cell::new(false),
            is_goexit: false,
            link: Cell::new(null()),
        }
    }

    pub(super) fn goexit() -> Self {
        Self {
            value: Cell::new(None),
            recovered: Cell::new(false),
            is_goexit: true,
            link: Cell::new(null()),
        }
    }

    pub(super) fn is_recovered(&self) -> bool {
        self.recovered.get()
    }

    pub(super) fn is_goexit(&self) -> bool {
        self.is_goexit
    }

    /// Takes out what a crash tells of this one.
    pub(super) fn flight(&self) -> Flight {
        match self.is_goexit {
            true => Flight::Goexit,
            false => Flight::Panic(Link {
                value: self.value.take(),
                recovered: self.recovered.get(),
            }),
        }
    }

    /// What a crash told of, as a panic of its own again.
    pub(super) fn from_flight(flight: Flight) -> Self {
        match flight {
            Flight::Goexit => Self::goexit(),
            Flight::Panic(Link { value, recovered }) => Self {
                value: Cell::new(value),
                recovered: Cell::new(recovered),
                is_goexit: false,
                link: Cell::new(null()),
            },
        }
    }
}

thread_local! {
    /// The newest panic of this thread.
    static TOP: Cell<*const Panic> = const { Cell::new(null()) };
}

/// Hides the panics of this thread from a new goroutine.
pub(super) fn set_aside() -> *const Panic {
    TOP.replace(null())
}

/// Undoes [`set_aside`].
pub(super) fn put_back(top: *const Panic) {
    TOP.set(top);
}

/// A panic in the list, for as long as its frame stands.
pub(super) struct Listed<'a>(&'a Panic);

impl<'a> Listed<'a> {
    pub(super) fn new(panic: &'a Panic) -> Self {
        panic.link.set(TOP.replace(panic));
        Self(panic)
    }
}

impl Drop for Listed<'_> {
    fn drop(&mut self) {
        TOP.set(self.0.link.get());
    }
}

// ANCHOR: search
/// Runs deferred calls, newest first, until one has recovered, and says
/// whose it was; `run` says whether to go on.
pub(super) fn search(
    panic: &Panic,
    mut run: impl FnMut(Record, &Recovery<'_>) -> bool,
) -> Option<*const ()> {
    while let Some(record) = chain::pop() {
        let frame = Record::frame(&record);
        let goes_on = run(record, &Recovery::from(panic));
        if !goes_on {
            return None;
        }
        if panic.is_recovered() {
            return Some(frame);
        }
    }
    None
}
// ANCHOR_END: search

// ANCHOR: raise
/// Panics with `value`.
#[cold]
pub(super) fn raise(value: Payload, message: Message) -> ! {
    let panic = Panic::new(value);
    let listed = Listed::new(&panic);
    let recovered = search(&panic, |record, recovery| {
        run(record, recovery);
        true
    });
    if let Some(frame) = recovered {
        drop(listed);
        resume_unwind(Box::new(Signal::Recovered(frame)));
    }
    crash(flights(), message)
}
// ANCHOR_END: raise

/// Ends the goroutine.
#[cold]
pub(super) fn goexit() -> ! {
    assert!(is_inside(), "goexit was called outside of `go`");
    let panic = Panic::goexit();
    let _listed = Listed::new(&panic);
    while let Some(record) = chain::pop() {
        let call = || run(record, &Recovery::from(&panic));
        let Err(payload) = catch_unwind(AssertUnwindSafe(call)) else {
            continue;
        };
        // A later panic was recovered by a frame further out: that must not
        // jump over this `goexit`, which goes on with the rest.
        match payload.downcast::<Signal>().map(|signal| *signal) {
            Ok(Signal::Recovered(_)) => {}
            Ok(signal) => resume_unwind(Box::new(signal)),
            Err(payload) => resume_unwind(payload),
        }
    }
    crash(flights(), Message::Printed)
}

/// Runs one deferred call; a panic of Rust in it goes on as one of ours,
/// while the panic that runs it still stands.
fn run(record: Record, recovery: &Recovery<'_>) {
    let call = AssertUnwindSafe(|| record.run(recovery));
    if let Err(payload) = catch_unwind(call) {
        match payload.is::<Signal>() {
            true => resume_unwind(payload),
            false => raise(payload, Message::Printed),
        }
    }
}

/// All panics of the thread, oldest first.
fn flights() -> Vec<Flight> {
    let mut flights = Vec::new();
    let mut next = TOP.get();
    // SAFETY: a panic is in the list only while its frame stands (`Listed`).
    while let Some(panic) = unsafe { next.as_ref() } {
        flights.push(panic.flight());
        next = panic.link.get();
    }
    flights.reverse();
    flights
}
