//! A number for each thread that lives, cheaper than `std`'s `ThreadId`.

/// Returns a number, not zero, that no other thread has while this one lives.
///
/// It is the address of a variable of the thread. A later thread may get it
/// again, and then goes on where the earlier one ended, because what hands
/// the memory over orders the two.
#[cfg(not(any(loom, shuttle)))]
#[inline]
pub fn thread_id() -> usize {
    crate::sync::thread_local!(static HERE: u8 = const { 0 });
    HERE.with(|here| std::ptr::from_ref(here).addr())
}

/// Returns a number, not zero, that no other thread has while this one lives.
///
/// In a model threads are counted: an address would differ from one execution
/// to the next.
#[cfg(any(loom, shuttle))]
pub fn thread_id() -> usize {
    use std::sync::atomic::{AtomicUsize, Ordering};
    // Of `std`, because the number is no part of what is modelled.
    static NEXT: AtomicUsize = AtomicUsize::new(1);
    crate::sync::thread_local!(static HERE: usize =
        NEXT.fetch_add(1, Ordering::Relaxed));
    HERE.with(|here| *here)
}
