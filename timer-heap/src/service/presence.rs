//! In which lock a thread says that it is.
//!
//! # Contract
//!
//! A thread that owns locks says in a record of its own which of them it is
//! inside of, or about to enter: one at a time. Nobody else writes there. So
//! one that was evicted, and does not know it yet, can write nothing that the
//! next owner of that lock, or who evicts that one, would take for theirs.
//!
//! A record belongs to one thread at a time and outlives it, because whoever
//! evicts may look at it at any later time. So records are never freed: one
//! whose thread has ended is the next new thread's, and with it what it owned.
//! There are as many as there were threads at once.
//!
//! Who calls what: any thread reads and writes its own record, without a lock,
//! and reads that of an owner which it evicts. The lock of the free records is
//! held to take one and to give it back, perhaps under the mutex of a biased
//! lock; no other lock is taken under it.

use std::cell::{Cell, OnceCell};
// Not modelled: a lock of loom cannot be a static.
use std::sync::{Mutex, MutexGuard, PoisonError};

use support::sync::atomic::{AtomicUsize, Ordering};

/// The place of a thread that is inside no lock as its owner.
const NOWHERE: usize = 0;

/// Where one thread is. It has cache lines of its own, because its thread
/// writes it with each lock.
#[derive(Debug)]
#[repr(align(128))]
pub(crate) struct Presence {
    /// The address of a lock, or [`NOWHERE`].
    place: AtomicUsize,
}

// Loom knows no `const` here, which spares `std` a check at each access, and
// no statics.
#[cfg(not(any(loom, shuttle)))]
std::thread_local! {
    static CURRENT: Cell<&'static Presence> = const { Cell::new(&UNKNOWN) };
    static LEASE: OnceCell<Lease> = const { OnceCell::new() };
}
#[cfg(not(any(loom, shuttle)))]
static UNKNOWN: Presence = Presence { place: AtomicUsize::new(NOWHERE) };

#[cfg(any(loom, shuttle))]
support::sync::thread_local! {
    static CURRENT: Cell<&'static Presence> = Cell::new(unknown());
    static LEASE: OnceCell<Lease> = OnceCell::new();
}

/// Records without a thread.
static FREE: Mutex<Vec<&'static Presence>> = Mutex::new(Vec::new());

/// Gives a record back when its thread ends.
struct Lease(&'static Presence);

/// Returns this thread's record, or one that is nobody's if it has none: see
/// [`of_current`].
#[inline]
pub(crate) fn current() -> &'static Presence {
    CURRENT.try_with(Cell::get).unwrap_or_else(|_| unknown())
}

/// Returns this thread's record, and takes one if it had none. Returns nothing
/// when the thread's locals have been dropped.
pub(crate) fn of_current() -> Option<&'static Presence> {
    let own = LEASE.try_with(|lease| match lease.get() {
        Some(own) => own.0,
        None => first(lease).0,
    });
    let own = own.ok()?;
    CURRENT.try_with(|current| current.set(own)).ok()?;
    Some(own)
}

/// Returns the lease of a thread that had none. An allocator that uses timers
/// may take one while another is made, which is given back then.
fn first(lease: &OnceCell<Lease>) -> &Lease {
    let new = Lease::new();
    let late = lease.set(new);
    drop(late);
    lease.get().expect("it was set")
}

/// Returns a record that no thread writes.
#[cfg(not(any(loom, shuttle)))]
fn unknown() -> &'static Presence {
    &UNKNOWN
}

#[cfg(any(loom, shuttle))]
fn unknown() -> &'static Presence {
    Presence::leaked()
}

impl Presence {
    fn leaked() -> &'static Self {
        Box::leak(Box::new(Self { place: AtomicUsize::new(NOWHERE) }))
    }

    /// Returns where the calling thread, whose record this is, said that it is.
    #[inline]
    pub(crate) fn place(&self) -> Option<usize> {
        let place = self.place.load(Ordering::Relaxed);
        (place != NOWHERE).then_some(place)
    }

    /// Says that the calling thread, whose record this is, is at a place.
    ///
    /// Whoever reads it has then seen what the thread did at the place before.
    #[inline]
    pub(crate) fn enter(&self, place: usize) {
        self.place.store(place, Ordering::Release);
    }

    /// Says that the calling thread, whose record this is, is nowhere.
    #[inline]
    pub(crate) fn leave(&self) {
        self.enter(NOWHERE);
    }

    /// Returns true if the thread of this record is at a place, or about to
    /// enter. If not, what it did there is seen by the caller.
    #[inline]
    pub(crate) fn is_at(&self, place: usize) -> bool {
        self.place.load(Ordering::Acquire) == place
    }
}

impl Lease {
    fn new() -> Self {
        // A record of an earlier run of a model is of no use in the next one.
        let free = if cfg!(any(loom, shuttle)) { None } else { free().pop() };
        Self(free.unwrap_or_else(Presence::leaked))
    }
}

#[cfg(not(any(loom, shuttle)))]
impl Drop for Lease {
    fn drop(&mut self) {
        // From here on this thread is nobody, also in its other destructors.
        let _ = CURRENT.try_with(|current| current.set(unknown()));
        // A guard that was forgotten, or is dropped later, may still use it.
        if self.0.place().is_none() {
            free().push(self.0);
        }
    }
}

fn free() -> MutexGuard<'static, Vec<&'static Presence>> {
    FREE.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
#[cfg(not(loom))]
mod tests {
    use std::collections::BTreeSet;
    use std::thread;

    use super::*;

    #[test]
    fn threads_that_come_and_go_share_records() {
        let address = || {
            assert!(std::ptr::eq(current(), unknown()), "it has none yet");
            let own = of_current().expect("its locals are there");
            assert!(std::ptr::eq(current(), own), "and now it has");
            std::ptr::from_ref(own).addr()
        };
        let threads = if cfg!(miri) { 8 } else { 200 };
        let addresses: BTreeSet<_> = (0..threads)
            .map(|_| thread::spawn(address).join().expect("nothing panics"))
            .collect();
        assert!(addresses.len() < threads / 2, "{} records", addresses.len());
    }

    #[test]
    fn a_record_that_is_in_use_is_nobody_elses() {
        let stays = || {
            let own = of_current().expect("its locals are there");
            own.enter(1);
            own
        };
        let gone = thread::spawn(stays).join().expect("nothing panics");
        assert!(!free().iter().any(|it| std::ptr::eq(*it, gone)));
        gone.leave();
        free().push(gone);
    }
}
