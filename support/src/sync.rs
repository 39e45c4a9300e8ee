//! The only place that chooses between `std`, loom and shuttle.
//!
//! Concurrent code of the workspace names atomics, locks, threads and cells
//! through this module, so that the code that is shipped is the code that is
//! modelled: build with `RUSTFLAGS="--cfg loom"` and every name below is
//! loom's, with `RUSTFLAGS="--cfg shuttle"` shuttle's.
//!
//! Loom tries every interleaving and every reordering of two or three
//! threads; shuttle tries random interleavings of many threads and long
//! histories, and takes every atomic access as `SeqCst`.

// ANCHOR: choice
#[cfg(loom)]
pub use loom::{
    cell::UnsafeCell,
    hint,
    sync::{Arc, Condvar, Mutex, MutexGuard, RwLock},
    thread_local,
};
// Loom's too, and they tell where they are used.
#[cfg(loom)]
pub use crate::located::{atomic, thread};
#[cfg(shuttle)]
pub use shuttle::{
    hint,
    sync::{Arc, Condvar, Mutex, MutexGuard, RwLock, atomic},
    thread, thread_local,
};
#[cfg(not(any(loom, shuttle)))]
pub use std::{
    hint,
    sync::{Arc, Condvar, Mutex, MutexGuard, RwLock, atomic},
    thread, thread_local,
};
// ANCHOR_END: choice

/// `std`'s cell with the access style of loom, which checks each access.
#[cfg(not(loom))]
#[derive(Debug, Default)]
pub struct UnsafeCell<T>(std::cell::UnsafeCell<T>);

#[cfg(not(loom))]
impl<T> UnsafeCell<T> {
    /// Wraps `value`.
    pub const fn new(value: T) -> Self {
        Self(std::cell::UnsafeCell::new(value))
    }

    /// Calls `f` with a pointer for reading.
    #[inline(always)]
    pub fn with<R>(&self, f: impl FnOnce(*const T) -> R) -> R {
        f(self.0.get())
    }

    /// Calls `f` with a pointer for writing.
    #[inline(always)]
    pub fn with_mut<R>(&self, f: impl FnOnce(*mut T) -> R) -> R {
        f(self.0.get())
    }

    /// Unwraps the value.
    pub fn into_inner(self) -> T {
        self.0.into_inner()
    }
}
