//! The timers of the slots that cascaded last, in exact order: the due queue.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// With fewer dead entries than this, a sweep costs more than it frees.
const MANY: usize = 64;

/// Deadlines in order, of timers that may have gone.
///
/// What came out of a slot together is sorted once. What comes later, one by
/// one, goes to a heap beside it. A timer that is stopped while near leaves
/// its entry behind: that is skipped when it comes first, and all such are
/// swept when they are the majority.
#[derive(Debug, Default)]
pub(super) struct Near {
    /// The first deadline is at the end.
    sorted: Vec<(i64, u32)>,
    heap: BinaryHeap<Reverse<(i64, u32)>>,
    dead: usize,
    /// What a sort works on. It is empty between two sorts, and keeps its
    /// memory.
    keys: Vec<u64>,
}

// ANCHOR: sort
/// Sorts by deadline, the first to the end.
///
/// The timers of a slot are rarely more than four seconds apart: then the
/// distance to the last deadline and the index fit into one number, and
/// numbers are sorted almost twice as fast as pairs.
fn sort(piece: &mut [(i64, u32)], keys: &mut Vec<u64>) {
    let whens = || piece.iter().map(|&(when, _)| when);
    let (first, last) = (whens().min(), whens().max());
    let (Some(first), Some(last)) = (first, last) else {
        return;
    };
    if last.abs_diff(first) > u64::from(u32::MAX) {
        return piece.sort_unstable_by_key(|&(when, _)| Reverse(when));
    }
    let key = |&(when, index): &(i64, u32)| {
        (last.abs_diff(when) << 32) | u64::from(index)
    };
    keys.extend(piece.iter().map(key));
    keys.sort_unstable();
    for (entry, key) in piece.iter_mut().zip(keys.drain(..)) {
        *entry = (last - (key >> 32) as i64, key as u32);
    }
}
// ANCHOR_END: sort

impl Near {
    #[inline]
    pub(super) fn push(&mut self, when: i64, index: u32) {
        self.heap.push(Reverse((when, index)));
    }

    /// Adds many at once, and leaves `piece` empty.
    pub(super) fn append(&mut self, piece: &mut Vec<(i64, u32)>) {
        if piece.len() > self.sorted.len() {
            sort(piece, &mut self.keys);
            std::mem::swap(&mut self.sorted, piece);
        }
        self.heap.extend(piece.drain(..).map(Reverse));
    }

    // ANCHOR: forget
    /// Notes that one entry is dead, and sweeps if most are.
    pub(super) fn forget_one(&mut self, is_alive: impl Fn(i64, u32) -> bool) {
        self.dead += 1;
        let all = self.heap.len() + self.sorted.len();
        if self.dead > MANY && self.dead > all / 2 {
            self.sorted.retain(|&(when, i)| is_alive(when, i));
            self.heap.retain(|&Reverse((when, i))| is_alive(when, i));
            self.heap.shrink_to(2 * self.heap.len());
            self.dead = 0;
        }
    }
    // ANCHOR_END: forget

    /// Returns the first entry that is alive.
    #[inline]
    pub(super) fn first(
        &mut self,
        is_alive: impl Fn(i64, u32) -> bool,
    ) -> Option<(i64, u32)> {
        while let Some((when, index)) = self.peek() {
            if is_alive(when, index) {
                return Some((when, index));
            }
            self.pop((when, index));
            self.dead = self.dead.saturating_sub(1);
        }
        None
    }

    /// Returns the first entry, dead or alive, if it is one of those that are
    /// sorted.
    #[inline(always)]
    pub(super) fn first_sorted(&self) -> Option<(i64, u32)> {
        let first = self.sorted.last().copied()?;
        let is_first = match self.heap.peek() {
            None => true,
            Some(&Reverse(late)) => first <= late,
        };
        is_first.then_some(first)
    }

    /// Removes what [`first_sorted`](Self::first_sorted) returned.
    #[inline(always)]
    pub(super) fn pop_sorted(&mut self) {
        self.sorted.pop();
    }

    /// Returns the first entry.
    #[inline]
    fn peek(&self) -> Option<(i64, u32)> {
        let sorted = self.sorted.last().copied();
        match self.heap.peek() {
            None => sorted,
            Some(&Reverse(late)) => {
                Some(sorted.map_or(late, |entry| entry.min(late)))
            }
        }
    }

    /// Removes the first entry.
    #[inline]
    pub(super) fn pop(&mut self, first: (i64, u32)) {
        if self.sorted.last() == Some(&first) {
            self.sorted.pop();
        } else {
            self.heap.pop();
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (i64, u32)> {
        let late = self.heap.iter().map(|&Reverse(entry)| entry);
        self.sorted.iter().copied().chain(late)
    }
}
