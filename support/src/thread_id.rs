//! A number for each thread, cheaper than `std`'s `ThreadId`.
//!
//! A number is given once and to one thread, so that who remembers it can
//! never take another thread for that one. [`Life`] says when it has ended.
//!
//! Who calls what: any thread asks for its own number. The one that ends marks
//! its [`Life`], while its locals are dropped, and another thread may look at
//! it; no lock is involved.

use std::cell::{Cell, OnceCell};
use std::sync::Arc;
// Not modelled: the numbers, and whether a thread lives, are no part of what is
// modelled, and loom has no statics.
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// What [`thread_id`] returns before the thread asks for a number, and after it
/// has ended. No thread has it.
pub const UNKNOWN: usize = usize::MAX;

// Loom knows no `const` here, which spares `std` a check at each access.
#[cfg(not(any(loom, shuttle)))]
std::thread_local! {
    static ID: Cell<usize> = const { Cell::new(UNKNOWN) };
    static ENDING: OnceCell<Ending> = const { OnceCell::new() };
}
#[cfg(any(loom, shuttle))]
crate::sync::thread_local! {
    static ID: Cell<usize> = Cell::new(UNKNOWN);
    static ENDING: OnceCell<Ending> = OnceCell::new();
}

/// Whether a thread still lives, for others to see.
#[derive(Clone, Debug)]
pub struct Life(Arc<AtomicBool>);

/// Marks the end of its thread when it is dropped.
struct Ending(Life);

/// Returns the number of this thread, or [`UNKNOWN`] if it has none: see
/// [`Life::of_current`]. A thread whose locals were dropped has none any more.
#[inline]
pub fn thread_id() -> usize {
    ID.try_with(Cell::get).unwrap_or(UNKNOWN)
}

impl Life {
    /// Returns the number and the life of this thread, or `None` if its locals
    /// have been dropped.
    ///
    /// ```
    /// use support::thread_id::{Life, thread_id};
    ///
    /// let other = std::thread::spawn(|| Life::of_current().unwrap());
    /// let (number, life) = other.join().unwrap();
    /// assert!(life.is_over());
    /// assert_ne!(Life::of_current().unwrap().0, number);
    /// assert_eq!(Life::of_current().unwrap().0, thread_id());
    /// ```
    pub fn of_current() -> Option<(usize, Self)> {
        static NEXT: AtomicUsize = AtomicUsize::new(1);
        let life = ENDING.try_with(|ending| {
            let new = || Ending(Self(Arc::new(AtomicBool::new(false))));
            ending.get_or_init(new).0.clone()
        });
        let life = life.ok()?;
        if thread_id() == UNKNOWN {
            let number = NEXT.fetch_add(1, Ordering::Relaxed);
            ID.try_with(|id| id.set(number)).ok()?;
        }
        Some((thread_id(), life))
    }

    /// Returns true once the thread has no number any more. What it did before
    /// is then seen by the caller.
    pub fn is_over(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        // From here on this thread is nobody, also in its other destructors.
        let _ = ID.try_with(|id| id.set(UNKNOWN));
        self.0.0.store(true, Ordering::Release);
    }
}
