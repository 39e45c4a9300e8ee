//! The handle of a timer.

/// Names one timer; stale as soon as that timer is gone.
///
/// Eight bytes, free to copy. A slot's generation wraps after 2^32 uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TimerId {
    pub(super) index: u32,
    pub(super) generation: u32,
}

impl TimerId {
    pub(crate) fn new(index: u32, generation: u32) -> Self {
        Self { index, generation }
    }

    /// Returns the number of the slot, which other timers use before and
    /// after this one.
    pub fn index(self) -> u32 {
        self.index
    }
}
