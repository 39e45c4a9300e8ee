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
    sync::{Arc, Condvar, Mutex, MutexGuard, RwLock, atomic},
    thread,
};
#[cfg(shuttle)]
pub use shuttle::{
    hint,
    sync::{Arc, Condvar, Mutex, MutexGuard, RwLock, atomic},
    thread,
};
#[cfg(not(any(loom, shuttle)))]
pub use std::{
    hint,
    sync::{Arc, Condvar, Mutex, MutexGuard, RwLock, atomic},
    thread,
};
// ANCHOR_END: choice

/// A number, not zero, that no other thread has while this one lives.
///
/// It is the address of a variable of the thread: a later thread may get it
/// again, and goes on where the earlier one ended (what hands the memory over
/// orders the two). In a model threads are counted instead.
#[inline]
pub fn thread_id() -> usize {
    #[cfg(not(any(loom, shuttle)))]
    {
        std::thread_local!(static HERE: u8 = const { 0 });
        HERE.with(|here| std::ptr::from_ref(here).addr())
    }
    #[cfg(any(loom, shuttle))]
    {
        #[cfg(loom)]
        use loom::thread_local;
        #[cfg(shuttle)]
        use shuttle::thread_local;
        static NEXT: std::sync::atomic::AtomicUsize =
            std::sync::atomic::AtomicUsize::new(1);
        thread_local!(static HERE: usize =
            NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed));
        HERE.with(|here| *here)
    }
}

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
