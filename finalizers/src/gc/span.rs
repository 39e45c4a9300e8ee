//! A run of pages, cut into slots of one size.

use super::layout::{Layout, WORD};
use super::pointer::Pointer;
use super::tiny::Tiny;

/// Bytes of a page; spans of small objects are one page.
pub(super) const PAGE: usize = 8192;

/// Words of a bitmap with a bit a slot: a page has at most 1,024.
const BITMAP: usize = PAGE / WORD / 64;

/// One bit a slot.
pub(super) type Bitmap = [u64; BITMAP];

/// No slot has a special record.
pub(super) const NONE: u32 = u32::MAX;

#[derive(Debug)]
pub(super) struct Span {
    /// The address of the first byte.
    pub(super) base: u32,
    /// Bytes of a slot.
    pub(super) slot_size: u32,
    pub(super) slots: u32,
    pub(super) words: Box<[u64]>,
    /// Which slots hold an object.
    pub(super) allocated: Bitmap,
    /// Which slots the current collection has reached.
    pub(super) marked: Bitmap,
    /// Which slots have special records.
    pub(super) special: Bitmap,
    /// The first special record of each slot. Empty until there is one.
    pub(super) heads: Box<[u32]>,
    /// The pointer fields of each slot's object. Empty in a span of plain bytes,
    /// which the collector need not look into.
    pub(super) pointers: Box<[u16]>,
    /// The stamp of each slot's object.
    pub(super) stamps: Box<[u64]>,
    /// The bytes of each slot's object. In a span of tiny blocks, a bit for each
    /// byte of the block that ends an object.
    sizes: Box<[u32]>,
    /// The word of `allocated` to look for a free slot next.
    next_word: usize,
}

impl Span {
    /// Returns a span of zeroed slots. `slot_size` is a multiple of the word.
    pub(super) fn new(
        base: u32,
        pages: usize,
        slot_size: usize,
        has_pointers: bool,
    ) -> Self {
        let slots = if pages == 1 { PAGE / slot_size } else { 1 };
        let pointers = if has_pointers { slots } else { 0 };
        Self {
            base,
            slot_size: slot_size as u32,
            slots: slots as u32,
            words: vec![0; pages * PAGE / WORD].into(),
            allocated: [0; BITMAP],
            marked: [0; BITMAP],
            special: [0; BITMAP],
            heads: Box::default(),
            pointers: vec![0; pointers].into(),
            stamps: vec![0; slots].into(),
            sizes: vec![0; slots].into(),
            next_word: 0,
        }
    }

    /// Returns a span without pages, in the place of one that was given back.
    pub(super) fn given_back() -> Self {
        Self { slots: 0, ..Self::new(0, 0, WORD, false) }
    }

    /// Puts an object into a slot that was taken for it.
    #[inline]
    pub(super) fn occupy(
        &mut self,
        slot: usize,
        layout: Layout,
        stamp: u64,
    ) -> Pointer {
        if layout.pointers() > 0 {
            self.pointers[slot] = layout.pointers() as u16;
        }
        self.stamps[slot] = stamp;
        self.sizes[slot] = 0;
        self.add_size(slot, 0, layout.size());
        self.pointer_to(slot)
    }

    /// Returns whether the slots are tiny blocks, which objects may share.
    #[inline]
    fn has_tiny_blocks(&self) -> bool {
        self.slot_size as usize == Tiny::BLOCK && self.pointers.is_empty()
    }

    /// Notes the size of the object at `offset` in `slot`.
    #[inline]
    pub(super) fn add_size(&mut self, slot: usize, offset: usize, size: usize) {
        self.sizes[slot] = if self.has_tiny_blocks() {
            self.sizes[slot] | 1 << (offset + size - 1)
        } else {
            size as u32
        };
    }

    /// Returns the size of the object at `offset` in `slot`.
    #[inline]
    pub(super) fn size_of(&self, slot: usize, offset: u32) -> usize {
        let size = self.sizes[slot];
        if self.has_tiny_blocks() {
            return (size >> offset).trailing_zeros() as usize + 1;
        }
        size as usize
    }

    pub(super) fn pages(&self) -> usize {
        self.words.len() * WORD / PAGE
    }

    /// Returns where the number of the slot's first record is.
    #[inline]
    pub(super) fn head(&mut self, slot: usize) -> &mut u32 {
        if self.heads.is_empty() {
            self.add_heads();
        }
        &mut self.heads[slot]
    }

    #[cold]
    fn add_heads(&mut self) {
        self.heads = vec![NONE; self.slots as usize].into();
    }

    /// Returns the slot that the byte at `address` is in.
    #[inline]
    pub(super) fn slot_of(&self, address: u32) -> usize {
        ((address - self.base) / self.slot_size) as usize
    }

    pub(super) fn address_of(&self, slot: usize) -> u32 {
        self.base + slot as u32 * self.slot_size
    }

    #[inline]
    pub(super) fn pointer_to(&self, slot: usize) -> Pointer {
        Pointer::new(self.address_of(slot), self.stamps[slot])
            .expect("no slot is at address 0")
    }

    /// Takes the lowest free slot and zeroes it. Returns `None` if all are
    /// taken.
    #[inline]
    pub(super) fn take(&mut self) -> Option<usize> {
        while self.next_word < self.bitmap_words() {
            let word = &mut self.allocated[self.next_word];
            let bit = word.trailing_ones();
            let slot = self.next_word * 64 + bit as usize;
            if bit < 64 && slot < self.slots as usize {
                *word |= 1 << bit;
                self.zero(slot);
                return Some(slot);
            }
            self.next_word += 1;
        }
        None
    }

    #[inline]
    fn zero(&mut self, slot: usize) {
        let words = self.slot_size as usize / WORD;
        self.words[slot * words..][..words].fill(0);
    }

    pub(super) fn bitmap_words(&self) -> usize {
        (self.slots as usize).div_ceil(64)
    }

    /// Frees every slot that is not marked, and unmarks the others.
    ///
    /// Returns how many objects are left.
    pub(super) fn sweep(&mut self) -> u32 {
        let mut left = 0;
        for word in 0..self.bitmap_words() {
            let kept = self.allocated[word] & self.marked[word];
            self.allocated[word] = kept;
            self.marked[word] = 0;
            left += kept.count_ones();
        }
        self.next_word = 0;
        left
    }

    /// Returns how many pointer fields the object in `slot` has.
    #[inline]
    pub(super) fn pointers_of(&self, slot: usize) -> usize {
        self.pointers.get(slot).map_or(0, |&count| count.into())
    }

    /// Returns the pointer fields of the object in `slot`.
    #[inline]
    pub(super) fn fields(&self, slot: usize) -> &[u64] {
        let words = self.slot_size as usize / WORD;
        &self.words[slot * words..][..self.pointers_of(slot)]
    }
}

/// Returns whether the bit of `slot` is set.
#[inline]
pub(super) fn is_set(bitmap: &Bitmap, slot: usize) -> bool {
    bitmap[slot / 64] >> (slot % 64) & 1 == 1
}

/// Sets the bit of `slot`. Returns whether it was unset before.
#[inline]
pub(super) fn set(bitmap: &mut Bitmap, slot: usize) -> bool {
    let bit = 1 << (slot % 64);
    let word = &mut bitmap[slot / 64];
    let was_unset = *word & bit == 0;
    *word |= bit;
    was_unset
}

#[inline]
pub(super) fn unset(bitmap: &mut Bitmap, slot: usize) {
    bitmap[slot / 64] &= !(1 << (slot % 64));
}

/// Returns the slots whose bits are set in `word`, the word at `index`.
pub(super) fn slots_in(
    index: usize,
    mut word: u64,
) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let bit = word.trailing_zeros();
        word &= word.wrapping_sub(1);
        (bit < 64).then_some(index * 64 + bit as usize)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_gives_each_slot_once_and_again_after_a_sweep() {
        let mut span = Span::new(PAGE as u32, 1, 48, false);
        let mut slots: Vec<_> = std::iter::from_fn(|| span.take()).collect();
        assert_eq!(slots, (0..PAGE / 48).collect::<Vec<_>>());
        set(&mut span.marked, 3);
        assert_eq!(span.sweep(), 1);
        slots.remove(3);
        let again: Vec<_> = std::iter::from_fn(|| span.take()).collect();
        assert_eq!(again, slots);
    }

    #[test]
    fn the_slots_of_a_word_are_listed_in_order() {
        let word = 1 | 1 << 5 | 1 << 63;
        assert_eq!(slots_in(2, word).collect::<Vec<_>>(), [128, 133, 191]);
        assert_eq!(slots_in(0, 0).count(), 0);
    }
}
