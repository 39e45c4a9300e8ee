//! Cleanups: any number an object, run when it is gone for good.

use std::num::NonZeroU32;

use super::driver::Driver;
use super::heap::Heap;
use super::pointer::Pointer;
use super::root::Root;
use super::special::{Special, SpecialKind};

/// A cleanup whose object is gone.
#[derive(Debug)]
pub(super) struct DueCleanup<D: Driver> {
    pub(super) held: Option<NonZeroU32>,
    pub(super) function: D::Cleanup,
}

/// What a cleanup that runs has captured, kept until it has finished.
#[derive(Debug)]
#[must_use = "the captured object is kept until `Heap::finish_cleanup`"]
pub struct RunningCleanup {
    held: Option<Root>,
}

/// A cleanup that was added, and may be stopped.
///
/// Go 1.27, `runtime/mcleanup.go`, `Cleanup`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cleanup {
    object: Pointer,
    id: u64,
}

impl Cleanup {
    /// Takes the cleanup off its object. Returns whether it was still there.
    ///
    /// Too late once the object was found unreachable: the cleanup is due
    /// then, or has run.
    ///
    /// ```
    /// use finalizers::gc::{Heap, Layout};
    ///
    /// let mut heap = Heap::new();
    /// let object = heap.alloc(Layout::new(0, 64));
    /// let cleanup = heap.add_cleanup(object, |_| unreachable!());
    /// assert!(cleanup.stop(&mut heap));
    /// heap.collect();
    /// assert_eq!(heap.run_cleanups(1), 0);
    /// ```
    pub fn stop<D: Driver>(self, heap: &mut Heap<D>) -> bool {
        let Some(slot) = heap.memory.find(self.object) else {
            return false;
        };
        // Dropped once the heap is whole again: a destructor may panic.
        let mut found = None;
        heap.specials.take(
            &mut heap.memory,
            slot,
            |special| self.names(special),
            |special| found = Some(special),
        );
        found.is_some()
    }

    fn names<D: Driver>(self, special: &Special<D>) -> bool {
        matches!(special.kind, SpecialKind::Cleanup { id, .. } if id == self.id)
    }
}

impl<D: Driver> Heap<D> {
    /// Stores a cleanup in the form of this heap's [`Driver`].
    ///
    /// # Panics
    ///
    /// When the object is freed.
    #[inline]
    #[track_caller]
    pub fn attach_cleanup(
        &mut self,
        object: Pointer,
        function: D::Cleanup,
    ) -> Cleanup {
        self.last_cleanup += 1;
        let id = self.last_cleanup;
        // An object of no size is never gone: nothing to attach to.
        if let Some(slot) = self.slot_of(object) {
            let kind = SpecialKind::Cleanup { id, function };
            self.specials.add(&mut self.memory, slot, object, kind);
        }
        Cleanup { object, id }
    }

    /// Tells the collector that a cleanup has captured `held`.
    ///
    /// The collector keeps what a cleanup has captured. If its object can be
    /// reached from there, the cleanup never runs: see
    /// [`Heap::check_finalizers`].
    ///
    /// # Panics
    ///
    /// When the cleanup is stopped or due, `held` is freed, or `held` is the
    /// cleanup's own object: it would keep itself for ever. Go's `AddCleanup`
    /// panics too.
    #[track_caller]
    pub fn cleanup_holds(&mut self, cleanup: Cleanup, held: Pointer) {
        self.assert_allocated(held);
        assert!(
            held != cleanup.object,
            "the cleanup of {held} would hold its own object and never run"
        );
        let slot = self.memory.find(cleanup.object);
        let found = slot.and_then(|slot| {
            self.specials.find(&self.memory, slot, |s| cleanup.names(s))
        });
        match found {
            Some(special) => special.held = Some(held.place()),
            None => panic!("the cleanup of {} is gone", cleanup.object),
        }
        self.barrier_for(held);
    }

    /// Returns how many cleanups are due.
    pub fn cleanups_due(&self) -> usize {
        self.due_cleanups.len()
    }

    /// Takes the next cleanup that is due, for the caller to run.
    ///
    /// What it has captured is kept until [`Heap::finish_cleanup`].
    #[inline]
    pub fn next_cleanup(&mut self) -> Option<(RunningCleanup, D::Cleanup)> {
        let due = self.due_cleanups.pop_front()?;
        let held =
            due.held.map(|held| self.roots.add(self.memory.object_in(held)));
        Some((RunningCleanup { held }, due.function))
    }

    /// Tells the collector that a cleanup has run: what it has captured may go.
    ///
    /// # Panics
    ///
    /// When the cleanup had captured an object of another heap.
    #[inline]
    pub fn finish_cleanup(&mut self, running: RunningCleanup) {
        running.held.map(|held| self.unroot(held));
    }
}
