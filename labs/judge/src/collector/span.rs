//! A page of slots, and the bits that say what is in them.

use std::cell::Cell;
use std::ops::{Index, IndexMut};

/// Slots of a span. The last word of its bits is used in part, as most are.
pub const SLOTS: usize = 197;
/// Pointer fields of an object.
pub const FIELDS: usize = 3;
/// Words of a bitmap.
pub const WORDS: usize = SLOTS.div_ceil(64);
/// Bytes of a span, and of a slot.
pub const PAGE: u32 = 8192;
const SLOT: u32 = 40;

thread_local! {
    static TOUCHED: Cell<usize> = const { Cell::new(0) };
    static LOOKED_AT: Cell<usize> = const { Cell::new(0) };
}

/// Returns how many words of bits this thread has read or written by an
/// index, and how many times it has looked at an object's fields.
pub fn steps() -> (usize, usize) {
    (TOUCHED.get(), LOOKED_AT.get())
}

/// One bit a slot. Each use of a word is counted: see [`steps`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bitmap(pub(super) [u64; WORDS]);

impl Index<usize> for Bitmap {
    type Output = u64;

    #[inline]
    fn index(&self, word: usize) -> &u64 {
        TOUCHED.set(TOUCHED.get() + 1);
        &self.0[word]
    }
}

impl IndexMut<usize> for Bitmap {
    #[inline]
    fn index_mut(&mut self, word: usize) -> &mut u64 {
        TOUCHED.set(TOUCHED.get() + 1);
        &mut self.0[word]
    }
}

impl Bitmap {
    /// Returns whether the bit of a slot is set; not counted.
    pub(super) fn has(&self, slot: usize) -> bool {
        self.0[slot / 64] >> (slot % 64) & 1 == 1
    }

    /// Sets or clears the bit of a slot; not counted.
    pub(super) fn put(&mut self, slot: usize, is_set: bool) {
        let word = &mut self.0[slot / 64];
        *word &= !(1 << (slot % 64));
        *word |= u64::from(is_set) << (slot % 64);
    }
}

/// A page of slots. A slot is free, or holds one object.
///
/// ```
/// use lab_judge::collector::span::{Span, set, slots_in};
///
/// let mut span = Span::new(0);
/// assert!(set(&mut span.marked, 70), "it was not marked before");
/// assert!(!set(&mut span.marked, 70));
/// assert_eq!(span.marked[1], 1 << 6);
/// assert_eq!(slots_in(1, span.marked[1]).collect::<Vec<_>>(), [70]);
/// ```
#[derive(Clone, Debug)]
pub struct Span {
    /// Which slots hold an object.
    pub allocated: Bitmap,
    /// Which of them the current collection has reached.
    pub marked: Bitmap,
    /// On which of them something hangs.
    pub special: Bitmap,
    base: u32,
    pub(super) pointers: Box<[[u32; FIELDS]; SLOTS]>,
}

impl Span {
    /// Returns the span of this number, with free slots.
    pub fn new(number: usize) -> Self {
        Self {
            allocated: Bitmap::default(),
            marked: Bitmap::default(),
            special: Bitmap::default(),
            base: (number as u32 + 1) * PAGE,
            pointers: Box::new([[0; FIELDS]; SLOTS]),
        }
    }

    /// Returns how many words the bits of one kind have.
    pub fn bitmap_words(&self) -> usize {
        WORDS
    }

    /// Returns the address of the object in a slot.
    #[inline]
    pub fn address_of(&self, slot: usize) -> u32 {
        self.base + slot as u32 * SLOT
    }

    /// Returns how many pointer fields the object in a slot has.
    #[inline]
    pub fn pointers_of(&self, _slot: usize) -> usize {
        FIELDS
    }

    /// Returns the pointer fields of the object in a slot: each is an address,
    /// or 0. Counted: see [`steps`].
    #[inline]
    pub fn fields(&self, slot: usize) -> &[u32] {
        LOOKED_AT.set(LOOKED_AT.get() + 1);
        &self.pointers[slot]
    }

    /// Returns the slot at an address of this span; not counted.
    #[inline]
    pub(super) fn slot_of(&self, address: u32) -> usize {
        ((address - self.base) / SLOT) as usize
    }
}

/// Returns whether the bit of `slot` is set.
#[inline]
pub fn is_set(bitmap: &Bitmap, slot: usize) -> bool {
    bitmap[slot / 64] >> (slot % 64) & 1 == 1
}

/// Sets the bit of `slot`. Returns whether it was unset before.
#[inline]
pub fn set(bitmap: &mut Bitmap, slot: usize) -> bool {
    let bit = 1 << (slot % 64);
    let word = &mut bitmap[slot / 64];
    let was_unset = *word & bit == 0;
    *word |= bit;
    was_unset
}

/// Clears the bit of `slot`.
#[inline]
pub fn unset(bitmap: &mut Bitmap, slot: usize) {
    bitmap[slot / 64] &= !(1 << (slot % 64));
}

/// Returns the slots whose bits are set in `word`, the word at `index`.
pub fn slots_in(index: usize, mut word: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let bit = word.trailing_zeros();
        word &= word.wrapping_sub(1);
        (bit < 64).then_some(index * 64 + bit as usize)
    })
}
