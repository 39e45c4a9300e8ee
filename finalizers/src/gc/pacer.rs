//! When the next collection is due.

use super::driver::Driver;
use super::heap::Heap;

/// What the collector counts to know when to run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pacing {
    /// Bytes: when as many were allocated as the last collection left, and at
    /// least 4 MiB. This is Go's rule with `GOGC=100`: descriptors weigh
    /// nothing.
    #[default]
    Bytes,
    /// Bytes, and also descriptors: when `most` have been opened since the
    /// last collection.
    BytesAndDescriptors {
        /// How many descriptors may be opened between two collections.
        most: u64,
    },
}

/// As Go's `heapMinimum`.
const LEAST_BYTES: u64 = 4 << 20;

#[derive(Debug)]
pub(super) struct Pacer {
    pacing: Pacing,
    /// The next collection is due when so many bytes have been allocated in
    /// all.
    next_at: u64,
    opened: u64,
}

impl Default for Pacer {
    fn default() -> Self {
        Self { pacing: Pacing::Bytes, next_at: LEAST_BYTES, opened: 0 }
    }
}

impl Pacer {
    // ANCHOR: collected
    pub(super) fn collected(&mut self, live: u64, allocated: u64) {
        self.next_at = allocated + live.max(LEAST_BYTES);
        self.opened = 0;
    }
    // ANCHOR_END: collected

    // ANCHOR: is-due
    fn is_due(&self, allocated: u64) -> bool {
        allocated >= self.next_at
            || match self.pacing {
                Pacing::Bytes => false,
                Pacing::BytesAndDescriptors { most } => self.opened >= most,
            }
    }
    // ANCHOR_END: is-due
}

impl<D: Driver> Heap<D> {
    /// Chooses what [`Heap::collect_if_due`] counts.
    pub fn set_pacing(&mut self, pacing: Pacing) {
        self.pacer.pacing = pacing;
    }

    /// Tells the heap that one of its objects has opened a descriptor.
    pub fn count_descriptor(&mut self) {
        self.pacer.opened += 1;
    }

    /// Collects if enough was allocated. Returns whether it did.
    ///
    /// ```
    /// use finalizers::gc::{Heap, Layout};
    ///
    /// let mut heap = Heap::new();
    /// while !heap.collect_if_due() {
    ///     heap.alloc(Layout::new(0, 1024));
    /// }
    /// assert_eq!(heap.collections(), 1);
    /// ```
    pub fn collect_if_due(&mut self) -> bool {
        let is_due = self.pacer.is_due(self.memory.allocated_bytes);
        if is_due {
            self.collect();
        }
        is_due
    }
}
