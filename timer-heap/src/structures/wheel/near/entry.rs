//! What the near timers are kept by.

/// A deadline, and the index of the timer that had it.
pub(in crate::structures::wheel) type Entry = (i64, u32);
