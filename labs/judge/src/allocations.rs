//! How often a piece of code asks for memory.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

thread_local! {
    // Const and without a destructor: the first use allocates nothing, and
    // the last one, when a thread ends, still finds it.
    static COUNT: Cell<u64> = const { Cell::new(0) };
}

/// The system's allocator, counting for each thread.
struct Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Runs `f`, and returns how often this thread asked for memory meanwhile.
/// Growing in place counts too.
///
/// ```
/// use lab_judge::allocations::counted;
///
/// let (numbers, count) = counted(|| Vec::<u64>::with_capacity(4));
/// assert_eq!((numbers.len(), count), (0, 1));
/// assert_eq!(counted(|| 2 + 2), (4, 0));
/// ```
pub fn counted<R>(f: impl FnOnce() -> R) -> (R, u64) {
    let before = COUNT.get();
    let value = f();
    (value, COUNT.get() - before)
}

fn count() {
    // A thread that ends may allocate after its locals are gone.
    let _ = COUNT.try_with(|count| count.set(count.get() + 1));
}

// SAFETY: each call is handed on to the system's allocator unchanged, and
// counting neither allocates nor unwinds.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: the caller keeps the contract, and it is the same one.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: the caller keeps the contract, and it is the same one.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, at: *mut u8, old: Layout, size: usize) -> *mut u8 {
        count();
        // SAFETY: the caller keeps the contract, and it is the same one.
        unsafe { System.realloc(at, old, size) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        // SAFETY: the caller keeps the contract, and it is the same one.
        unsafe { System.dealloc(at, layout) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_way_to_get_memory_counts_and_giving_back_does_not() {
        let (mut numbers, count) = counted(|| vec![1_u64]);
        assert_eq!(count, 1);
        assert_eq!(counted(|| numbers.reserve_exact(100)).1, 1);
        assert_eq!(counted(|| vec![0_u64; 100].len()), (100, 1));
        assert_eq!(counted(|| drop(numbers)).1, 0);
    }

    #[test]
    fn what_other_threads_do_does_not_count() {
        let (_, count) = counted(|| {
            std::thread::scope(|scope| {
                scope.spawn(|| {
                    (0..10_000).map(|it| vec![it]).for_each(drop);
                });
            });
        });
        assert!(count < 1_000, "{count}");
    }
}
