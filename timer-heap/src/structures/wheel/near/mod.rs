//! The timers of the slots that cascaded last, in exact order: the due queue.

pub(super) mod entry;
mod runs;
#[cfg(test)]
#[cfg(not(loom))]
mod tests;

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::chunked_vec::BLOCK;
use entry::Entry;
use runs::Runs;

/// With fewer dead entries than this, a sweep costs more than it frees.
const MANY: usize = 64;

/// A run of fewer entries is not worth its place.
const FEW: usize = 16;

/// Deadlines in order, of timers that may have gone.
///
/// What came out of a slot together is sorted once. What comes later, one by
/// one, goes to a heap beside it, and from there, when it has many, to runs. A
/// timer that is stopped while near leaves its entry behind: that is skipped
/// when it comes first, and all such are swept when they are the majority.
///
/// No call takes longer the more entries there are, but for the heights of
/// heaps and trees.
#[derive(Debug, Default)]
pub(super) struct Near {
    /// The first deadline is at the end. No more than [`BLOCK`].
    sorted: Vec<Entry>,
    /// No more than [`BLOCK`].
    heap: BinaryHeap<Reverse<Entry>>,
    runs: Runs,
    dead: usize,
    /// What a sort works on. It is empty between two sorts, and keeps its
    /// memory.
    keys: Vec<u64>,
}

/// What comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum First {
    Nothing,
    Alive {
        when: i64,
        index: u32,
    },
    /// So many entries were dead that there was no time to look at the next
    /// one. It is of this deadline.
    Unknown {
        when: i64,
    },
}

// ANCHOR: sort
/// Sorts by deadline, the first to the end.
///
/// The timers of a slot are rarely more than four seconds apart: then the
/// distance to the last deadline and the index fit into one number, and
/// numbers are sorted almost twice as fast as pairs.
fn sort(piece: &mut [Entry], keys: &mut Vec<u64>) {
    let whens = || piece.iter().map(|&(when, _)| when);
    let (first, last) = (whens().min(), whens().max());
    let (Some(first), Some(last)) = (first, last) else {
        return;
    };
    if last.abs_diff(first) > u64::from(u32::MAX) {
        return piece.sort_unstable_by_key(|&(when, _)| Reverse(when));
    }
    let key =
        |&(when, index): &Entry| (last.abs_diff(when) << 32) | u64::from(index);
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
        if self.heap.len() == BLOCK {
            self.spill();
        }
        self.heap.push(Reverse((when, index)));
    }

    /// Makes a run of what is in the heap.
    #[cold]
    fn spill(&mut self) {
        let sorted = std::mem::take(&mut self.heap).into_sorted_vec();
        self.runs
            .push(sorted.into_iter().map(|Reverse(entry)| entry).collect());
    }

    /// Adds up to [`BLOCK`] at once, and leaves `piece` empty.
    pub(super) fn append(&mut self, piece: &mut Vec<Entry>) {
        debug_assert!(piece.len() <= BLOCK, "a piece is a block");
        sort(piece, &mut self.keys);
        if piece.len() > self.sorted.len() {
            std::mem::swap(&mut self.sorted, piece);
        }
        if piece.len() >= FEW {
            self.runs.push(piece.to_vec());
            piece.clear();
        } else {
            piece.drain(..).for_each(|(when, index)| self.push(when, index));
        }
    }

    fn len(&self) -> usize {
        self.sorted.len() + self.heap.len() + self.runs.len()
    }

    // ANCHOR: forget
    /// Notes that one entry is dead. If most are, does a step of a sweep.
    pub(super) fn forget_one(&mut self, is_alive: impl Fn(Entry) -> bool) {
        self.dead += 1;
        let are_most = self.dead > MANY && self.dead > self.len() / 2;
        if are_most && !self.runs.sweep(&is_alive) {
            self.sorted.retain(|&entry| is_alive(entry));
            self.heap.retain(|&Reverse(entry)| is_alive(entry));
            self.heap.shrink_to(2 * self.heap.len());
            self.dead = 0;
        }
    }
    // ANCHOR_END: forget

    /// Returns the first entry that is alive, if not too many before it are
    /// dead.
    #[inline]
    pub(super) fn first(&mut self, is_alive: impl Fn(Entry) -> bool) -> First {
        for _ in 0..BLOCK {
            let Some(entry) = self.peek() else {
                return First::Nothing;
            };
            if is_alive(entry) {
                return First::Alive { when: entry.0, index: entry.1 };
            }
            self.pop(entry);
            self.dead = self.dead.saturating_sub(1);
        }
        match self.peek() {
            Some((when, _)) => First::Unknown { when },
            None => First::Nothing,
        }
    }

    /// Returns the first entry, dead or alive, if it is one of those that are
    /// sorted.
    #[inline(always)]
    pub(super) fn first_sorted(&self) -> Option<Entry> {
        let first = self.sorted.last().copied()?;
        self.late().is_none_or(|late| first <= late).then_some(first)
    }

    /// Removes what [`first_sorted`](Self::first_sorted) returned.
    #[inline(always)]
    pub(super) fn pop_sorted(&mut self) {
        self.sorted.pop();
    }

    /// Returns the first entry of those that came late.
    #[inline(always)]
    fn late(&self) -> Option<Entry> {
        earlier(self.heap.peek().map(|&Reverse(entry)| entry), self.runs.peek())
    }

    /// Returns the first entry.
    #[inline]
    fn peek(&self) -> Option<Entry> {
        earlier(self.sorted.last().copied(), self.late())
    }

    /// Removes the first entry.
    #[inline]
    pub(super) fn pop(&mut self, first: Entry) {
        if self.sorted.last() == Some(&first) {
            self.sorted.pop();
        } else if self.heap.peek() == Some(&Reverse(first)) {
            self.heap.pop();
        } else {
            self.runs.pop();
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = Entry> {
        let late = self.heap.iter().map(|&Reverse(entry)| entry);
        self.sorted.iter().copied().chain(late).chain(self.runs.iter())
    }
}

/// Returns the earlier entry of those that there are.
#[inline(always)]
fn earlier(left: Option<Entry>, right: Option<Entry>) -> Option<Entry> {
    match (left, right) {
        (Some(left), Some(right)) => Some(left.min(right)),
        (one, other) => one.or(other),
    }
}
