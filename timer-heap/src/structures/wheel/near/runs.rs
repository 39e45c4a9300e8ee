//! Sorted runs of entries, merged as they are taken out.
//!
//! One large heap would have to be swept whole, or to keep a position for each
//! entry. A run is short, so one is swept at a time.
//!
//! Source: multiway merging, as in Knuth, *The Art of Computer Programming*,
//! volume 3, section 5.4.1.

use std::collections::BTreeSet;

use super::entry::Entry;

/// A run has room for no more than so many times what is in it.
const SPARE: usize = 4;

/// Runs, and the first entry of each.
#[derive(Debug, Default)]
pub(super) struct Runs {
    /// In each the first entry is at the end. One that is empty is vacant.
    runs: Vec<Vec<Entry>>,
    vacant: Vec<u32>,
    /// The first entry of each run, with the run's number. It is a set and no
    /// heap, because a sweep takes out what is in the middle.
    fronts: BTreeSet<(Entry, u32)>,
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
        self.fronts.insert((front, number));
    }

    /// Returns the first entry.
    #[inline(always)]
    pub(super) fn peek(&self) -> Option<Entry> {
        self.fronts.first().map(|&(front, _)| front)
    }

    /// Removes the first entry.
    pub(super) fn pop(&mut self) {
        let Some((_, number)) = self.fronts.pop_first() else {
            return;
        };
        self.runs[number as usize].pop();
        self.len -= 1;
        self.put_back(number);
    }

    /// Notes the first entry of a run that has changed, or that it is vacant.
    fn put_back(&mut self, number: u32) {
        let run = &mut self.runs[number as usize];
        if run.capacity() > SPARE * run.len() {
            run.shrink_to_fit();
        }
        match run.last() {
            Some(&front) => _ = self.fronts.insert((front, number)),
            None => self.vacant.push(number),
        }
    }

    /// Sweeps the next run. Returns false when all were swept.
    pub(super) fn sweep(&mut self, is_alive: impl Fn(Entry) -> bool) -> bool {
        let Some(run) = self.runs.get_mut(self.sweeps) else {
            self.sweeps = 0;
            return false;
        };
        let number = self.sweeps as u32;
        self.sweeps += 1;
        if let Some(&front) = run.last() {
            self.fronts.remove(&(front, number));
            let before = run.len();
            run.retain(|&entry| is_alive(entry));
            self.len -= before - run.len();
            self.put_back(number);
        }
        true
    }

    /// Returns how many runs there were at once.
    #[cfg(test)]
    pub(super) fn places(&self) -> usize {
        self.runs.len()
    }

    /// Returns how many entries there is room for.
    #[cfg(test)]
    pub(super) fn room(&self) -> usize {
        self.runs.iter().map(Vec::capacity).sum()
    }

    /// Returns all entries, in no order.
    pub(super) fn iter(&self) -> impl Iterator<Item = Entry> {
        self.runs.iter().flatten().copied()
    }
}
