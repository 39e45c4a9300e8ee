//! The steps that the protocols of this crate take, and those that a planted
//! bug leaves out.
//!
//! The real code asks these constants. [`Sound`] takes every step, and each
//! planted type of `tests` leaves one out; the tests there prove that each bug
//! is found. Nothing here carries a promise to `unsafe` code.

/// The steps that a protocol must not leave out.
pub trait Steps {
    /// Whether who goes to sleep looks for work once more after saying so.
    const LOOKS_AGAIN: bool = true;
    /// Whether the two sides of the cleanup pool pass a fence between their
    /// own write and their read of the other's.
    const FENCES: bool = true;
    /// Whether closing a descriptor wakes those who wait for a lock of it.
    const WAKES_WAITERS: bool = true;
    /// Whether a descriptor is kept as long as there are references.
    const COUNTS_REFERENCES: bool = true;

    /// Whether a write of a pointer marks what the field held before, while
    /// objects are marked.
    const MARKS_OLD: bool = true;
    /// Whether it marks what the field holds now.
    const MARKS_NEW: bool = true;

    /// Tells a model what this thread read.
    fn loaded(_word: &'static str, _value: usize) {}
    /// Tells a model what this thread wrote.
    fn stored(_word: &'static str, _value: usize) {}
}

/// Leaves out nothing.
#[derive(Debug)]
pub enum Sound {}

impl Steps for Sound {}
