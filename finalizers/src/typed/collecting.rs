//! When values are collected, and how.

use super::heap::TypedHeap;
use crate::gc::Violation;

impl TypedHeap {
    /// Collects: see [`Heap::collect`](crate::gc::Heap::collect). Values that nobody can reach are
    /// dropped, but for those whose finalizer is now due.
    ///
    /// # Panics
    ///
    /// When dropping a value does. The others are dropped all the same.
    pub fn collect(&mut self) {
        self.give_back_roots();
        self.heap.collect();
        self.drop_dead();
    }

    /// Collects if enough was allocated: see [`Heap::collect_if_due`](crate::gc::Heap::collect_if_due). Returns
    /// whether it did.
    pub fn collect_if_due(&mut self) -> bool {
        self.give_back_roots();
        let has_collected = self.heap.collect_if_due();
        self.drop_dead();
        has_collected
    }

    /// Begins a collection in steps: see [`Heap::begin_collection`](crate::gc::Heap::begin_collection).
    pub fn begin_collection(&mut self) {
        self.give_back_roots();
        self.heap.begin_collection();
    }

    /// Goes on with a collection in steps: see [`Heap::mark_some`](crate::gc::Heap::mark_some).
    pub fn mark_some(&mut self, most: usize) -> bool {
        self.heap.mark_some(most)
    }

    /// Collects before each allocation, or no more: see [`Heap::set_stress`](crate::gc::Heap::set_stress).
    pub fn set_stress(&mut self, is_stressed: bool) {
        self.heap.set_stress(is_stressed);
    }

    /// Limits the memory softly: see [`Heap::set_memory_limit`](crate::gc::Heap::set_memory_limit). What counts of
    /// a value is its own size, and not what it owns elsewhere.
    pub fn set_memory_limit(&mut self, bytes: u64) {
        self.heap.set_memory_limit(bytes);
    }

    /// Checks the invariants: see [`Heap::verify`](crate::gc::Heap::verify).
    ///
    /// # Errors
    ///
    /// The first one that does not hold.
    pub fn verify(&self) -> Result<(), Violation> {
        self.heap.verify()
    }
}
