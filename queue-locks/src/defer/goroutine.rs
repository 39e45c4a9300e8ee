//! Where panics and `Goexit` end: the outermost function of a goroutine.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use super::signal::{DEPTH, Flight, Link, Payload, Signal};
use super::{chain, panic};

/// How a goroutine ended.
#[derive(Debug)]
pub enum Outcome<R> {
    /// It returned.
    Returned(R),
    /// It called `goexit`.
    Exited,
    /// It panicked and nobody recovered; Go would print this and exit. The
    /// last link is the panic that nobody recovered, those before it were
    /// replaced by the next.
    Crashed(Vec<Link>),
}

/// Runs `body` as the outermost function of a goroutine, on this thread.
///
/// A panic that nobody recovers, and [`goexit`](super::goexit), end here.
///
/// ```
/// use queue_locks::defer::{Outcome, go, go_panic, goexit};
///
/// assert!(matches!(go(|| 1), Outcome::Returned(1)));
/// assert!(matches!(go(|| goexit()), Outcome::<()>::Exited));
/// let Outcome::<()>::Crashed(links) = go(|| go_panic("no")) else {
///     panic!("it did not crash");
/// };
/// assert_eq!(links[0].to_string(), "panic: no");
/// ```
pub fn go<R>(body: impl FnOnce() -> R) -> Outcome<R> {
    DEPTH.set(DEPTH.get() + 1);
    let outer = (chain::set_aside(), panic::set_aside());
    let end = catch_unwind(AssertUnwindSafe(body));
    chain::put_back(outer.0);
    panic::put_back(outer.1);
    DEPTH.set(DEPTH.get() - 1);
    end.map_or_else(ended, Outcome::Returned)
}

fn ended<R>(payload: Payload) -> Outcome<R> {
    let flights = match payload.downcast::<Signal>().map(|signal| *signal) {
        Ok(Signal::Flying(flights)) => flights,
        Ok(signal) => resume_unwind(Box::new(signal)),
        Err(payload) => {
            vec![Flight::Panic(Link { value: Some(payload), recovered: false })]
        }
    };
    if let Some(Flight::Goexit) = flights.last() {
        return Outcome::Exited;
    }
    let links = flights.into_iter().filter_map(|flight| match flight {
        Flight::Panic(link) => Some(link),
        Flight::Goexit => None,
    });
    Outcome::Crashed(links.collect())
}
