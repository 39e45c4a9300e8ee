//! All spans, and which slot is next.

use super::span::{FIELDS, PAGE, SLOTS, Span};

/// How far the next slot is from the one before: so few objects come to be in
/// each word of the bits.
const STRIDE: usize = 65;

/// The spans of a heap.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    /// By number: the span at address `8192 * (number + 1)`.
    pub spans: Vec<Span>,
    /// Free slots; the next one is the last.
    free: Vec<SlotRef>,
}

/// Names a slot by its span.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SlotRef {
    /// Which span.
    pub span: usize,
    /// Which of the span's slots.
    pub index: usize,
}

impl Memory {
    /// Returns the slot of the object at this address, or `None` if there is
    /// no object.
    #[inline]
    pub fn slot_at(&self, address: u32) -> Option<SlotRef> {
        let span = (address / PAGE).checked_sub(1)? as usize;
        let found = self.spans.get(span)?;
        let index = found.slot_of(address);
        let is_there = index < SLOTS && found.allocated.has(index);
        is_there.then_some(SlotRef { span, index })
    }

    /// Takes a free slot, and returns the address of the object in it.
    pub(super) fn alloc(&mut self) -> u32 {
        if self.free.is_empty() {
            let number = self.spans.len();
            self.spans.extend([number, number + 1].map(Span::new));
            self.find_free_in(number);
        }
        let SlotRef { span, index } = self.free.pop().expect("just added");
        let span = &mut self.spans[span];
        span.allocated.put(index, true);
        span.pointers[index] = [0; FIELDS];
        span.address_of(index)
    }

    /// Looks for free slots after a sweep.
    pub(super) fn find_free(&mut self) {
        self.free.clear();
        for pair in (0..self.spans.len()).step_by(2).rev() {
            self.find_free_in(pair);
        }
    }

    /// Looks for free slots in the span of this number and the one after it.
    /// The two take turns, so that a span that is forgotten is noticed.
    fn find_free_in(&mut self, pair: usize) {
        for turn in (0..SLOTS).rev() {
            for span in [pair + 1, pair] {
                let index = turn * STRIDE % SLOTS;
                if !self.spans[span].allocated.has(index) {
                    self.free.push(SlotRef { span, index });
                }
            }
        }
    }

    /// Returns the addresses of all objects.
    pub fn objects(&self) -> Vec<u32> {
        let of_span = |span: &Span| {
            let slots = (0..SLOTS).filter(|&it| span.allocated.has(it));
            slots.map(|it| span.address_of(it)).collect::<Vec<_>>()
        };
        self.spans.iter().flat_map(of_span).collect()
    }

    /// Returns whether the object at this address is marked; not counted.
    pub fn is_marked(&self, address: u32) -> bool {
        let marked = |it: SlotRef| self.spans[it.span].marked.has(it.index);
        self.slot_at(address).is_some_and(marked)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collector::span::WORDS;

    #[test]
    fn each_slot_is_given_out_once_and_few_objects_fill_each_word() {
        let mut memory = Memory::default();
        let first: Vec<u32> = (0..8).map(|_| memory.alloc()).collect();
        for word in 0..WORDS {
            for span in &memory.spans {
                assert_ne!(span.allocated.0[word], 0, "word {word}");
            }
        }
        let rest = (8..4 * SLOTS).map(|_| memory.alloc());
        let mut all: Vec<u32> = first.into_iter().chain(rest).collect();
        all.sort_unstable();
        assert_eq!(all, memory.objects());
        assert_eq!(memory.spans.len(), 4);
        assert!(all.iter().all(|&it| memory.slot_at(it).is_some()));
        assert_eq!(memory.slot_at(0), None);
    }
}
