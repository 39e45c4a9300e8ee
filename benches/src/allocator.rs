//! An allocator that counts for each thread.

#[cfg(not(feature = "profile-allocations"))]
use std::alloc::System as Below;
use std::alloc::{GlobalAlloc, Layout};
use std::cell::Cell;

#[cfg(feature = "profile-allocations")]
use dhat::Alloc as Below;

thread_local! {
    // Const and without a destructor: the first use allocates nothing, and
    // the last one, when a thread ends, still finds it.
    static COUNTS: Cell<Counts> = const { Cell::new(Counts::NONE) };
}

/// Allocations of one thread, and their bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    /// Calls that got memory; growing in place is one too, as in Go.
    pub allocations: u64,
    /// Bytes asked for; what is given back is not taken off.
    pub bytes: u64,
}

impl Counts {
    const NONE: Self = Self { allocations: 0, bytes: 0 };
}

/// The system's allocator, counting what each thread asks for.
///
/// The counters are thread-local: shared atomics would slow down what is
/// measured, and count what other threads do.
///
/// ```
/// use benches::allocator::counts;
///
/// let before = counts();
/// let numbers: Vec<u64> = std::hint::black_box(Vec::with_capacity(4));
/// assert_eq!(counts().allocations - before.allocations, 1);
/// assert_eq!(counts().bytes - before.bytes, 32);
/// drop(numbers);
/// ```
#[derive(Debug)]
pub struct Counting;

/// Returns what this thread has allocated so far.
pub fn counts() -> Counts {
    COUNTS.get()
}

// ANCHOR: count
fn count(bytes: usize) {
    // A thread that ends may allocate after its locals are gone.
    let _ = COUNTS.try_with(|counts| {
        let Counts { allocations, bytes: before } = counts.get();
        counts.set(Counts {
            allocations: allocations + 1,
            bytes: before + bytes as u64,
        });
    });
}
// ANCHOR_END: count

// SAFETY: each call is handed on to the system's allocator unchanged, and
// counting neither allocates nor unwinds.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size());
        // SAFETY: the caller keeps the contract, and it is the same one.
        unsafe { Below.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count(layout.size());
        // SAFETY: the caller keeps the contract, and it is the same one.
        unsafe { Below.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, at: *mut u8, old: Layout, size: usize) -> *mut u8 {
        count(size);
        // SAFETY: the caller keeps the contract, and it is the same one.
        unsafe { Below.realloc(at, old, size) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        // SAFETY: the caller keeps the contract, and it is the same one.
        unsafe { Below.dealloc(at, layout) }
    }
}
