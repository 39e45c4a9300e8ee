//! Sorted runs of entries, merged as they are taken out.
//!
//! One large heap would have to be swept whole, or to keep a position for each
//! entry. A run is short, so one is swept at a time.
//!
//! Source: multiway merging, as in Knuth, *The Art of Computer Programming*,
//! volume 3, section 5.4.1.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;

use super::entry::Entry;

/// Runs, and the first entry of each.
#[derive(Debug, Default)]
pub(super) struct Runs {
    /// In each the first entry is at the end. One that is empty is vacant.
    runs: Vec<Vec<Entry>>,
    vacant: Vec<u32>,
    /// The first entry of each run, with the run's number.
    fronts: BinaryHeap<Reverse<(Entry, u32)>>,
    len: usize,
    /// The run that is swept next.
    sweeps: usize,
}

impl Runs {
    /// Returns how many entries there are.
    #[inline]
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Adds a run, whose first entry is at the end.
    pub(super) fn push(&mut self, run: Vec<Entry>) {
        let Some(&front) = run.last() else {
            return;
        };
        self.len += run.len();
        let number = match self.vacant.pop() {
            Some(number) => {
                self.runs[number as usize] = run;
                number
            }
            None => {
                self.runs.push(run);
                self.runs.len() as u32 - 1
            }
        };
        self.fronts.push(Reverse((front, number)));
    }

    /// Returns the first entry.
    #[inline(always)]
    pub(super) fn peek(&self) -> Option<Entry> {
        self.fronts.peek().map(|&Reverse((front, _))| front)
    }

    /// Removes the first entry.
    pub(super) fn pop(&mut self) {
        let Some(mut front) = self.fronts.peek_mut() else {
            return;
        };
        let number = front.0.1;
        let run = &mut self.runs[number as usize];
        run.pop();
        self.len -= 1;
        if let Some(&next) = run.last() {
            front.0.0 = next;
        } else {
            PeekMut::pop(front);
            *run = Vec::new();
            self.vacant.push(number);
        }
    }

    /// Sweeps the next run. Returns false when all were swept.
    ///
    /// The first entry of a run stays, dead or alive, because `fronts` has it.
    pub(super) fn sweep(&mut self, is_alive: impl Fn(Entry) -> bool) -> bool {
        let Some(run) = self.runs.get_mut(self.sweeps) else {
            self.sweeps = 0;
            return false;
        };
        self.sweeps += 1;
        if let Some(front) = run.pop() {
            let before = run.len();
            run.retain(|&entry| is_alive(entry));
            self.len -= before - run.len();
            run.push(front);
            run.shrink_to(2 * run.len());
        }
        true
    }

    /// Returns how many runs there were at once.
    #[cfg(test)]
    pub(super) fn places(&self) -> usize {
        self.runs.len()
    }

    /// Returns all entries, in no order.
    pub(super) fn iter(&self) -> impl Iterator<Item = Entry> {
        self.runs.iter().flatten().copied()
    }
}
