//! Where panics and `Goexit` end: the outermost function of a goroutine.

use super::link::{Link, Payload};
use super::rules::Rules;
use super::signal::{DEPTH, Flight, Signal, caught};
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
    go_by(Rules::current(), body)
}

/// Runs `body` as [`go`] does, by the rules of another Go. A goroutine inside
/// of it has the same rules, unless it says otherwise.
///
/// ```
/// use queue_locks::defer::{Outcome, Rules, go_by, go_panic, goexit};
/// use queue_locks::defer::with_defers;
///
/// let exits_and_recovers = || {
///     with_defers(|d| {
///         d.defer_with(|recovery| drop(recovery.recover()));
///         d.defer(|| go_panic("while it exits"));
///         goexit()
///     })
/// };
/// let outcome = go_by(Rules::Go1_13, exits_and_recovers);
/// assert!(matches!(outcome, Outcome::Returned(())));
/// let outcome = go_by(Rules::Go1_27, exits_and_recovers);
/// assert!(matches!(outcome, Outcome::Exited));
/// ```
pub fn go_by<R>(rules: Rules, body: impl FnOnce() -> R) -> Outcome<R> {
    DEPTH.set(DEPTH.get() + 1);
    let outer = (chain::set_aside(), panic::set_aside());
    let rules_before = rules.replace_current();
    let end = caught(body);
    rules_before.replace_current();
    chain::put_back(outer.0);
    panic::put_back(outer.1);
    DEPTH.set(DEPTH.get() - 1);
    end.map_or_else(|payload| ended(payload, rules), Outcome::Returned)
}

fn ended<R>(payload: Payload, rules: Rules) -> Outcome<R> {
    let mut signal = match payload.downcast::<Signal>() {
        Ok(signal) => signal,
        Err(payload) => return Outcome::Crashed(vec![Link::new(payload)]),
    };
    let Signal::Flying(flights) = &mut *signal else {
        // Somebody kept it, and has resumed it where its frame is gone.
        return Outcome::Crashed(vec![Link::new(signal)]);
    };
    let flights = std::mem::take(flights);
    if let Some(Flight::Goexit) = flights.last() {
        return Outcome::Exited;
    }
    Outcome::Crashed(links(flights, rules))
}

/// Returns what a crash tells, by the rules. A value that was raised again is
/// told once, as from Go 1.25 on.
fn links(flights: Vec<Flight>, rules: Rules) -> Vec<Link> {
    let mut links: Vec<Link> = Vec::new();
    for flight in flights {
        let Flight::Panic { link, is_again, .. } = flight else {
            continue;
        };
        match links.last_mut() {
            Some(before) if is_again && rules == Rules::Go1_27 => {
                before.value = link.value;
                before.repanicked = true;
            }
            _ => links.push(link),
        }
    }
    links
}
