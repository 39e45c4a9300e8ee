//! The timers of the current tick and before, in exact order.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// With fewer entries than this, dead ones are left to time.
const MANY: usize = 64;

/// A heap of deadlines whose timers may have gone.
///
/// A timer that is stopped while near leaves its entry behind. It is skipped
/// when it comes first, and all such are swept when they are the majority.
#[derive(Debug, Default)]
pub(super) struct Near {
    heap: BinaryHeap<Reverse<(i64, u32)>>,
    dead: usize,
}

impl Near {
    #[inline]
    pub(super) fn push(&mut self, when: i64, index: u32) {
        self.heap.push(Reverse((when, index)));
    }

    // ANCHOR: forget
    /// Notes that one entry is dead, and sweeps if most are.
    pub(super) fn forget_one(&mut self, is_alive: impl Fn(i64, u32) -> bool) {
        self.dead += 1;
        if self.dead > MANY && self.dead > self.heap.len() / 2 {
            self.heap.retain(|&Reverse((when, i))| is_alive(when, i));
            self.heap.shrink_to(2 * self.heap.len());
            self.dead = 0;
        }
    }
    // ANCHOR_END: forget

    /// The first entry that is alive.
    #[inline]
    pub(super) fn first(
        &mut self,
        is_alive: impl Fn(i64, u32) -> bool,
    ) -> Option<(i64, u32)> {
        while let Some(&Reverse((when, index))) = self.heap.peek() {
            if is_alive(when, index) {
                return Some((when, index));
            }
            self.heap.pop();
            self.dead = self.dead.saturating_sub(1);
        }
        None
    }

    /// Removes the first entry.
    #[inline]
    pub(super) fn pop(&mut self) {
        self.heap.pop();
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (i64, u32)> {
        self.heap.iter().map(|&Reverse(entry)| entry)
    }
}
