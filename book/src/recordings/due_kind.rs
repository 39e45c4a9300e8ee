//! Finalizers and cleanups: the chapters show one beside the other.

use finalizers::gc::{Driver, Heap};

/// What a collection makes due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DueKind {
    Finalizer,
    Cleanup,
}

impl DueKind {
    pub(super) const BOTH: [Self; 2] = [Self::Finalizer, Self::Cleanup];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Finalizer => "finalizer",
            Self::Cleanup => "cleanup",
        }
    }

    pub(super) fn due<D: Driver>(self, heap: &Heap<D>) -> usize {
        match self {
            Self::Finalizer => heap.finalizers_due(),
            Self::Cleanup => heap.cleanups_due(),
        }
    }
}
