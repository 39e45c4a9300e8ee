//! The panics of a thread, newest first, and the right to end one.

use std::cell::Cell;
use std::fmt;
use std::ptr::null;

use super::signal::{Flight, Link, Payload};

/// A panic that is running, or a `goexit`.
pub(super) struct Panic {
    /// `None` once recovered, and always for a `goexit`.
    value: Cell<Option<Payload>>,
    recovered: Cell<bool>,
    is_goexit: bool,
    link: Cell<*const Self>,
}

/// The right to end a panic, which only a directly deferred call is given.
#[derive(Clone, Copy)]
pub struct Recovery<'a> {
    panic: Option<&'a Panic>,
}

impl fmt::Debug for Recovery<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_panicking =
            self.panic.is_some_and(|panic| !panic.recovered.get());
        f.debug_struct("Recovery").field("is_panicking", &is_panicking).finish()
    }
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

    /// Ends the panic and returns what it was raised with.
    ///
    /// Returns `None` when there is no panic: when the function returns, when
    /// `goexit` ends it, and when the panic was recovered already.
    pub fn recover(&self) -> Option<Payload> {
        let panic = self.panic?;
        if panic.recovered.replace(true) { None } else { panic.value.take() }
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

    /// Takes out what a crash tells of this panic.
    pub(super) fn flight(&self) -> Flight {
        if self.is_goexit {
            return Flight::Goexit;
        }
        Flight::Panic(Link {
            value: self.value.take(),
            recovered: self.recovered.get(),
        })
    }

    /// Makes a panic of what a crash told of one.
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

/// Returns all panics of the thread, oldest first.
pub(super) fn flights() -> Vec<Flight> {
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
