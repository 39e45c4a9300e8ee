//! What is measured: a lock that nobody else wants.

use queue_locks::RawLock;
use queue_locks::locks::{ThreeState, TwoState};

use crate::report::Report;
use crate::stopwatch::measure;

/// How many pairs of lock and unlock are one piece of work.
const PAIRS: usize = 2_000;

/// Measures one of `yours`, `ours` and `naive`, which calls the kernel at each
/// unlock.
pub fn measured<L: RawLock>(whose: &str) -> Report {
    match whose {
        "yours" => pairs::<L>(),
        "ours" => pairs::<ThreeState>(),
        _ => pairs::<TwoState>(),
    }
}

fn pairs<L: RawLock>() -> Report {
    let lock = L::default();
    measure(PAIRS, || {
        for _ in 0..PAIRS {
            std::hint::black_box(&lock).lock();
            // SAFETY: locked on the line before.
            unsafe { lock.unlock() };
        }
    })
}
