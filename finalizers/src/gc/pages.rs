//! Which pages belong to which span, and which are free to use again.

use std::collections::BTreeMap;

use super::span::{NONE, PAGE};

/// The pages of a heap. Page 0 belongs to no span.
#[derive(Debug)]
pub(super) struct Pages {
    /// For each page, the span it belongs to, or `NONE`.
    spans: Vec<u32>,
    /// The free runs: how many pages, by the first. No two touch.
    free: BTreeMap<usize, usize>,
}

impl Pages {
    pub(super) fn new() -> Self {
        Self { spans: vec![NONE], free: BTreeMap::new() }
    }

    /// Returns the span that the page belongs to, or `NONE`.
    #[inline]
    pub(super) fn span_of(&self, page: usize) -> u32 {
        self.spans.get(page).copied().unwrap_or(NONE)
    }

    /// Gives pages to a span: the lowest free run that is long enough, whose
    /// rest stays free, or new ones at the end. Returns their address.
    ///
    /// # Panics
    ///
    /// When the heap would grow beyond 4 GiB.
    pub(super) fn take(&mut self, count: usize, span: u32) -> u32 {
        let fitting = self.free.iter().find(|(_, length)| **length >= count);
        let first = match fitting.map(|(&first, &length)| (first, length)) {
            Some((first, length)) => {
                self.free.remove(&first);
                if length > count {
                    self.free.insert(first + count, length - count);
                }
                first
            }
            None => self.grow(count),
        };
        self.spans[first..first + count].fill(span);
        (first * PAGE) as u32
    }

    /// Adds pages at the end. Returns the first.
    fn grow(&mut self, count: usize) -> usize {
        let first = self.spans.len();
        let end = (first + count) as u64 * PAGE as u64;
        assert!(end <= 1 << 32, "a heap of at most 4 GiB");
        self.spans.resize(first + count, NONE);
        first
    }

    /// Takes pages back from a span, and merges them with free neighbours.
    pub(super) fn give_back(&mut self, address: u32, count: usize) {
        let (mut first, mut length) = (address as usize / PAGE, count);
        self.spans[first..first + count].fill(NONE);
        if let Some(after) = self.free.remove(&(first + length)) {
            length += after;
        }
        let before = self.free.range(..first).next_back();
        if let Some((&start, &before)) = before
            && start + before == first
        {
            first = start;
            length += before;
        }
        self.free.insert(first, length);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_split_and_its_parts_merge_again() {
        let mut pages = Pages::new();
        let whole = pages.take(6, 0);
        pages.give_back(whole, 6);
        let parts = [1, 2, 3].map(|count| pages.take(count, count as u32));
        let page = PAGE as u32;
        assert_eq!(parts, [whole, whole + page, whole + 3 * page]);
        assert_eq!(pages.span_of(whole as usize / PAGE + 4), 3);
        for (part, count) in [(0, 1), (2, 3), (1, 2)] {
            pages.give_back(parts[part], count);
        }
        assert_eq!(pages.span_of(whole as usize / PAGE + 4), NONE);
        assert_eq!(pages.free.len(), 1, "merged");
        assert_eq!(pages.take(6, 7), whole);
        assert!(pages.free.is_empty(), "nothing is left of the run");
    }

    #[test]
    #[should_panic(expected = "at most 4 GiB")]
    fn a_heap_has_addresses_for_4_gib() {
        let mut pages = Pages::new();
        pages.take((1 << 32) / PAGE, 0);
    }
}
