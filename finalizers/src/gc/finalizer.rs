//! Finalizers: at most one an object, which is given the object back.

use std::num::NonZeroU32;

use super::driver::Driver;
use super::heap::Heap;
use super::pointer::Pointer;
use super::root::Root;
use super::special::{Special, SpecialKind};

/// A finalizer whose object was found unreachable.
#[derive(Debug)]
pub(super) struct DueFinalizer<D: Driver> {
    pub(super) object: Pointer,
    pub(super) held: Option<NonZeroU32>,
    pub(super) function: D::Finalizer,
}

/// The object of a finalizer that runs, kept until it has finished.
#[derive(Debug)]
#[must_use = "the object is kept until `Heap::finish_finalizer`"]
pub struct RunningFinalizer {
    object: Pointer,
    root: Root,
    held: Option<Root>,
}

impl RunningFinalizer {
    /// Returns the object to give to the finalizer.
    pub fn object(&self) -> Pointer {
        self.object
    }
}

impl<D: Driver> Heap<D> {
    /// Stores a finalizer in the form of this heap's [`Driver`].
    ///
    /// # Panics
    ///
    /// When the object has one already, or is freed.
    #[inline]
    #[track_caller]
    pub fn attach_finalizer(
        &mut self,
        object: Pointer,
        function: D::Finalizer,
    ) {
        let Some(slot) = self.slot_of(object) else {
            return; // an object of no size is never unreachable
        };
        let kind = SpecialKind::Finalizer(function);
        let is_only = self.specials.add_beside(
            &mut self.memory,
            slot,
            object,
            kind,
            |special| !is_finalizer_of(special, object),
        );
        assert!(is_only, "{object} has a finalizer already");
        if self.is_marking {
            // The objects with finalizers were looked at when it began.
            self.marker().mark_fields(slot);
        }
    }

    /// Takes the finalizer off the object. Returns whether it had one.
    ///
    /// # Panics
    ///
    /// When the object is freed.
    #[track_caller]
    pub fn clear_finalizer(&mut self, object: Pointer) -> bool {
        self.take_finalizer(object).is_some()
    }

    /// Takes the finalizer off the object, for the caller to drop once the
    /// heap is whole again: a destructor may panic.
    #[track_caller]
    pub(super) fn take_finalizer(
        &mut self,
        object: Pointer,
    ) -> Option<D::Finalizer> {
        let slot = self.slot_of(object)?;
        let mut found = None;
        self.specials.take(
            &mut self.memory,
            slot,
            |special| is_finalizer_of(special, object),
            |special| found = Some(special.kind),
        );
        match found? {
            SpecialKind::Finalizer(function) => Some(function),
            _ => unreachable!("only finalizers were taken"),
        }
    }

    /// Tells the collector that the finalizer of `object` has captured `held`.
    ///
    /// The collector keeps what a finalizer has captured. If `object` can be
    /// reached from there, it never becomes unreachable: see
    /// [`Heap::check_finalizers`].
    ///
    /// # Panics
    ///
    /// When `object` has no finalizer, or either is freed.
    #[track_caller]
    pub fn finalizer_holds(&mut self, object: Pointer, held: Pointer) {
        self.assert_allocated(held);
        let found = self.slot_of(object).and_then(|slot| {
            self.specials.find(&self.memory, slot, |special| {
                is_finalizer_of(special, object)
            })
        });
        match found {
            Some(special) => special.held = Some(held.place()),
            None => panic!("{object} has no finalizer"),
        }
        self.barrier_for(held);
    }

    /// Returns how many finalizers are due.
    pub fn finalizers_due(&self) -> usize {
        self.due_finalizers.len()
    }

    /// Takes the next finalizer that is due, for the caller to run.
    ///
    /// Its object is kept until [`Heap::finish_finalizer`].
    #[inline]
    pub fn next_finalizer(
        &mut self,
    ) -> Option<(RunningFinalizer, D::Finalizer)> {
        let due = self.due_finalizers.pop_front()?;
        let running = RunningFinalizer {
            object: due.object,
            root: self.roots.add(due.object),
            held: due
                .held
                .map(|held| self.roots.add(self.memory.object_in(held))),
        };
        Some((running, due.function))
    }

    /// Tells the collector that a finalizer has run: its object may go.
    ///
    /// # Panics
    ///
    /// When the finalizer was taken from another heap.
    #[inline]
    pub fn finish_finalizer(&mut self, running: RunningFinalizer) {
        self.unroot(running.root);
        running.held.map(|held| self.unroot(held));
    }
}

fn is_finalizer_of<D: Driver>(special: &Special<D>, object: Pointer) -> bool {
    special.object == object.place()
        && matches!(special.kind, SpecialKind::Finalizer(_))
}
