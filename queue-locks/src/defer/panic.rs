//! The panics of a thread, newest first, and the right to end one.

use std::borrow::Cow;
use std::cell::Cell;
use std::fmt;
use std::ptr::{from_ref, null};

use super::link::{Link, Payload, text_of};
use super::signal::{Flight, discard};

/// A panic that is running, or a `goexit`.
pub(super) struct Panic {
    /// `None` once recovered, and always for a `goexit`.
    value: Cell<Option<Payload>>,
    /// How the value prints, once it was taken.
    text: Cell<Cow<'static, str>>,
    /// Where the value lies: an address, never followed.
    identity: usize,
    recovered: Cell<bool>,
    is_again: Cell<bool>,
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
    ///
    /// A call that cannot handle what it got raises it again, by
    /// [`go_panic`](super::go_panic): the value stays what it was.
    ///
    /// ```
    /// use queue_locks::defer::{Outcome, go, go_panic, with_defers};
    ///
    /// let end: Outcome<()> = go(|| {
    ///     with_defers(|d| {
    ///         d.defer_with(|recovery| {
    ///             if let Some(value) = recovery.recover() {
    ///                 go_panic(value); // not ours to handle
    ///             }
    ///         });
    ///         go_panic(7)
    ///     })
    /// });
    /// let Outcome::Crashed(links) = end else { panic!("it did not crash") };
    /// assert_eq!(links.len(), 1);
    /// assert_eq!(links[0].to_string(), "panic: 7 [recovered, repanicked]");
    /// let value = links[0].value.as_ref().expect("nobody took it");
    /// assert_eq!(value.downcast_ref(), Some(&7));
    /// ```
    pub fn recover(&self) -> Option<Payload> {
        let panic = self.panic?;
        if panic.recovered.replace(true) {
            return None;
        }
        let value = panic.value.take()?;
        panic.text.set(text_of(&*value));
        Some(value)
    }
}

impl Panic {
    /// A panic with a value that nobody has met. `is_again` says that it may
    /// be what a `recover` returned.
    pub(super) fn new(value: Payload, is_again: bool) -> Self {
        Self {
            identity: from_ref(&*value).addr(),
            value: Cell::new(Some(value)),
            text: Cell::default(),
            recovered: Cell::new(false),
            is_again: Cell::new(is_again),
            is_goexit: false,
            link: Cell::new(null()),
        }
    }

    pub(super) fn goexit() -> Self {
        Self {
            identity: 0,
            value: Cell::new(None),
            text: Cell::default(),
            recovered: Cell::new(false),
            is_again: Cell::new(false),
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

    /// Notes which panic is below this one, if any is by now. Only if that was
    /// recovered with the same value is this one that value, raised again.
    pub(super) fn set_below(&self, below: Option<&Self>) {
        let Some(below) = below else { return };
        let is_same = below.recovered.get() && below.identity == self.identity;
        self.is_again.set(self.is_again.get() && is_same);
    }

    /// Takes out what a crash tells of this panic.
    pub(super) fn flight(&self) -> Flight {
        if self.is_goexit {
            return Flight::Goexit;
        }
        let value = self.value.take();
        let known = self.text.take();
        let text = value.as_deref().map_or(known, text_of);
        let recovered = self.recovered.get();
        Flight::Panic {
            link: Link { value, recovered, repanicked: false, text },
            identity: self.identity,
            is_again: self.is_again.get(),
        }
    }

    /// Makes a panic of what a crash told of one.
    pub(super) fn from_flight(flight: Flight) -> Self {
        let Flight::Panic { link, identity, is_again } = flight else {
            return Self::goexit();
        };
        Self {
            identity,
            value: Cell::new(link.value),
            text: Cell::new(link.text),
            recovered: Cell::new(link.recovered),
            is_again: Cell::new(is_again),
            is_goexit: false,
            link: Cell::new(null()),
        }
    }
}

impl Drop for Panic {
    fn drop(&mut self) {
        if let Some(value) = self.value.take() {
            discard(value);
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
        let below = TOP.replace(panic);
        panic.link.set(below);
        // SAFETY: a panic is in the list only while its frame stands.
        panic.set_below(unsafe { below.as_ref() });
        Self(panic)
    }

    /// Returns the address of the panic below this one.
    pub(super) fn below(&self) -> usize {
        self.0.link.get().addr()
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
