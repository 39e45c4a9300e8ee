//! The records of a thread that nobody uses, for the next defer.

use std::cell::Cell;
use std::mem::MaybeUninit;
use std::ptr::null_mut;

use super::record::Entry;

thread_local! {
    /// The records of this thread that nobody uses, linked as in the chain.
    static POOL: Cell<*mut Entry> = const { Cell::new(null_mut()) };
    /// Frees them at the thread's end.
    static REAPER: Reaper = const { Reaper };
}

/// Returns a record from the pool, or a new one. It must be written before it
/// is read.
#[inline(always)]
pub(super) fn take() -> *mut Entry {
    let free = POOL.get();
    if free.is_null() {
        return allocate();
    }
    // SAFETY: what is in the pool is valid, and its link was written.
    POOL.set(unsafe { (*free).link });
    free
}

#[cold]
fn allocate() -> *mut Entry {
    // Touching the reaper has it run at the thread's end. When the thread is
    // at its end already, the record is never freed.
    let _ = REAPER.try_with(|_| ());
    Box::into_raw(Box::<Entry>::new_uninit()).cast()
}

/// Puts a record back into the pool.
///
/// # Safety
///
/// It came from [`take`] on this thread, was written, and its call was moved
/// out; nobody will use it any more.
#[inline(always)]
pub(super) unsafe fn give_back(record: *mut Entry) {
    let below = POOL.replace(record);
    // SAFETY: the record is valid and ours again.
    unsafe { (*record).link = below };
}

struct Reaper;

impl Drop for Reaper {
    fn drop(&mut self) {
        let mut free = POOL.replace(null_mut());
        while !free.is_null() {
            // SAFETY: what is in the pool is valid, and its link was written.
            let next = unsafe { (*free).link };
            let record = free.cast::<MaybeUninit<Entry>>();
            // SAFETY: `allocate` got the memory from such a box.
            drop(unsafe { Box::from_raw(record) });
            free = next;
        }
    }
}
