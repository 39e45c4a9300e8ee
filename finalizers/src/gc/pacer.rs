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

/// Bytes that may be allocated between two collections however near the limit
/// is, or a heap that is full would do nothing but collect.
const LEAST_ROOM: u64 = 64 << 10;

#[derive(Debug)]
pub(super) struct Pacer {
    pacing: Pacing,
    /// The next collection is due when so many bytes have been allocated in
    /// all.
    next_at: u64,
    opened: u64,
    /// Bytes that the live and the new objects are to stay below together.
    limit: u64,
    /// Collect before each allocation.
    pub(super) is_stressed: bool,
}

impl Default for Pacer {
    fn default() -> Self {
        Self {
            pacing: Pacing::Bytes,
            next_at: LEAST_BYTES,
            opened: 0,
            limit: u64::MAX,
            is_stressed: false,
        }
    }
}

impl Pacer {
    // ANCHOR: collected
    pub(super) fn collected(&mut self, live: u64, allocated: u64) {
        let room = self.limit.saturating_sub(live).max(LEAST_ROOM);
        self.next_at = allocated + live.max(LEAST_BYTES).min(room);
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

    /// Collects more often as the heap comes near `bytes`, from the next
    /// collection on.
    ///
    /// The limit is soft, as Go's `GOMEMLIMIT` is: what is live stays, and
    /// allocating goes on beyond it.
    ///
    /// ```
    /// use finalizers::gc::{Heap, Layout};
    ///
    /// let mut heap = Heap::new();
    /// heap.set_memory_limit(1 << 20);
    /// heap.collect();
    /// let mut objects = 0;
    /// while !heap.collect_if_due() {
    ///     heap.alloc(Layout::new(0, 1024));
    ///     objects += 1;
    /// }
    /// assert_eq!(objects, 1024);
    /// ```
    pub fn set_memory_limit(&mut self, bytes: u64) {
        self.pacer.limit = bytes;
    }

    /// Collects before each allocation from now on, or no more.
    ///
    /// So an object that was not rooted in time is gone at the very next
    /// allocation, in every run, and its pointer is refused. Slow, for tests.
    ///
    /// ```
    /// use finalizers::gc::{Heap, Layout};
    ///
    /// let mut heap = Heap::new();
    /// heap.set_stress(true);
    /// let forgotten = heap.alloc(Layout::new(0, 64));
    /// heap.alloc(Layout::new(0, 64));
    /// assert!(!heap.is_allocated(forgotten));
    /// ```
    pub fn set_stress(&mut self, is_stressed: bool) {
        self.pacer.is_stressed = is_stressed;
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
