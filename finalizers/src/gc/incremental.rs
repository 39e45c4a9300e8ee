//! Marking in small steps, between which the program changes the heap.
//!
//! A collection that is cut into steps may lose an object: the program moves
//! the only pointer to it from an object that is still to be followed into one
//! that was followed already, and nobody looks there again. A *write barrier*
//! prevents that: code that runs with each write of a pointer while objects
//! are marked.
//!
//! The barrier is Go's since 1.8, a hybrid of two: it marks what the field held
//! before (Yuasa, 1990), so that all that was in use when the collection began
//! is kept, wherever the program has carried it; and what the field holds now
//! (Dijkstra et al., 1978), so that no object that was followed ever points to
//! one that is not marked. Go needs the second only while a stack is still to be
//! looked at. Here it is always needed, because a plain
//! [`Pointer`](super::Pointer) in a variable is on a stack that the collector
//! never sees. Go 1.27, `runtime/mbarrier.go`; proposal 17503.

use super::driver::Driver;
use super::heap::Heap;
use super::pointer::Pointer;
use crate::steps::Steps;

impl<D: Driver> Heap<D> {
    /// Begins a collection and returns before it has followed anything.
    ///
    /// [`Heap::mark_some`] goes on with it, between any other calls, and
    /// [`Heap::collect`] ends it. Until then all that was reachable when it
    /// began is kept, and all that was allocated since. Does nothing when a
    /// collection was begun before.
    ///
    /// Looks at all roots and at all objects on which something hangs: that
    /// much is done at once.
    ///
    /// ```
    /// use finalizers::gc::{Heap, Layout};
    ///
    /// let mut heap = Heap::new();
    /// let [from, to, moved] = [(); 3].map(|()| heap.alloc(Layout::new(1, 8)));
    /// let roots = [from, to].map(|object| heap.root(object));
    /// heap.set_field(from, 0, Some(moved));
    ///
    /// heap.begin_collection();
    /// heap.mark_some(1); // `to` is followed, and `from` is not
    /// let value = heap.field(from, 0);
    /// heap.set_field(to, 0, value);
    /// heap.set_field(from, 0, None);
    /// while !heap.mark_some(1) {}
    /// heap.collect();
    /// assert!(heap.is_allocated(moved));
    /// # let _ = roots;
    /// ```
    pub fn begin_collection(&mut self) {
        if !std::mem::replace(&mut self.is_marking, true) {
            self.mark_starts();
        }
    }

    /// Follows the fields of up to `most` objects of the collection that was
    /// begun. Returns whether nothing is left to follow, or none was begun.
    pub fn mark_some(&mut self, most: usize) -> bool {
        self.marker().drain(most)
    }

    /// Returns whether a collection was begun that has not ended.
    pub fn is_marking(&self) -> bool {
        self.is_marking
    }

    // ANCHOR: barrier
    /// Runs with each write of a pointer while objects are marked.
    #[cold]
    pub(super) fn write_barrier(&mut self, old: u32, new: u32) {
        if D::Steps::MARKS_OLD {
            self.marker().mark(old);
        }
        if D::Steps::MARKS_NEW {
            self.marker().mark(new);
        }
    }
    // ANCHOR_END: barrier

    /// As the write barrier, for a pointer that is stored where there was none.
    #[inline]
    pub(super) fn barrier_for(&mut self, stored: Pointer) {
        if self.is_marking {
            self.write_barrier(0, stored.address());
        }
    }
}
