//! The heap: allocation, fields, and what a collection does in which order.

use std::collections::VecDeque;
use std::mem;

use super::cleanup::DueCleanup;
use super::driver::{Driver, Stepping};
use super::finalizer::DueFinalizer;
use super::layout::Layout;
use super::memory::{Memory, SlotRef};
use super::pacer::Pacer;
use super::pointer::{Pointer, next_stamp};
use super::root::Roots;
use super::special::Specials;
use super::weak::WeakHandles;

/// A mark-sweep heap with finalizers, cleanups and weak pointers.
///
/// Nothing happens by itself: [`Heap::collect`] collects, and the
/// [`Driver`] decides who runs what has become due. So every run of a program
/// does the same.
#[derive(Debug)]
pub struct Heap<D: Driver = Stepping> {
    /// Which heap it is: in its roots and weak pointers too.
    pub(super) id: u64,
    pub(super) memory: Memory,
    pub(super) specials: Specials<D>,
    pub(super) weak: WeakHandles,
    pub(super) roots: Roots,
    pub(super) due_finalizers: VecDeque<DueFinalizer<D>>,
    pub(super) due_cleanups: VecDeque<DueCleanup<D>>,
    pub(super) last_cleanup: u64,
    pub(super) last_ephemeron: u64,
    pub(super) pacer: Pacer,
    /// Where marking has to go on; kept for its memory.
    pub(super) gray: Vec<SlotRef>,
    /// A collection was begun that has not ended.
    pub(super) is_marking: bool,
    pub(super) collections: u64,
    pub(super) probe: D::Probe,
}

impl Heap {
    /// Returns an empty heap whose calls run on the caller's thread.
    pub fn new() -> Self {
        Self::default()
    }
}

impl<D: Driver> Default for Heap<D> {
    fn default() -> Self {
        let id = next_stamp();
        Self {
            id,
            memory: Memory::new(),
            specials: Specials::new(),
            weak: WeakHandles::new(id),
            roots: Roots::new(id),
            due_finalizers: VecDeque::new(),
            due_cleanups: VecDeque::new(),
            last_cleanup: 0,
            last_ephemeron: 0,
            pacer: Pacer::default(),
            gray: Vec::new(),
            is_marking: false,
            collections: 0,
            probe: D::Probe::default(),
        }
    }
}

impl<D: Driver> Heap<D> {
    /// Allocates an object: its pointers are empty, its bytes zero.
    ///
    /// Never collects, but under [`Heap::set_stress`]; see
    /// [`Heap::collect_if_due`].
    ///
    /// # Panics
    ///
    /// When the heap would grow beyond 4 GiB.
    ///
    /// ```
    /// use finalizers::gc::{Heap, Layout};
    ///
    /// let mut heap = Heap::new();
    /// let node = heap.alloc(Layout::new(1, 8));
    /// heap.set_word(node, 0, 42);
    /// let list = heap.alloc(Layout::new(1, 8));
    /// heap.set_field(list, 0, Some(node));
    /// assert_eq!(heap.word(heap.field(list, 0).unwrap(), 0), 42);
    /// ```
    #[inline]
    pub fn alloc(&mut self, layout: Layout) -> Pointer {
        if self.pacer.is_stressed {
            self.collect();
        }
        let object = self.memory.alloc(layout);
        if self.is_marking {
            self.marker().mark_new(object.address());
        }
        object
    }

    // ANCHOR: collect
    /// Finds the objects that are in use, and frees the others.
    ///
    /// An object that is not in use but has a finalizer is kept once more:
    /// its weak pointers are cleared and its finalizer is due. Any other has
    /// its weak pointers cleared and its cleanups due, and is gone. Go 1.27,
    /// `runtime/mgcsweep.go`, `sweep`.
    ///
    /// If a collection was begun by [`Heap::begin_collection`], ends that one:
    /// what has died since it began is for the next.
    pub fn collect(&mut self) {
        self.begin_collection();
        self.mark_some(usize::MAX);
        self.is_marking = false;
        self.sweep_specials();
        let live = self.memory.sweep();
        self.pacer.collected(live, self.memory.allocated_bytes);
        self.collections += 1;
        debug_assert_eq!(self.verify(), Ok(()));
    }
    // ANCHOR_END: collect

    /// Returns how many collections there have been.
    pub fn collections(&self) -> u64 {
        self.collections
    }

    /// Returns how many finalizers, cleanups, weak handles and ephemerons hang
    /// on objects.
    pub fn specials(&self) -> usize {
        self.specials.len()
    }

    /// Returns how many slots hold objects. All objects of a tiny block count
    /// as one.
    pub fn objects(&self) -> usize {
        let spans = self.memory.spans.iter();
        let words = spans.flat_map(|span| span.allocated);
        words.map(|word| word.count_ones() as usize).sum()
    }

    /// Returns whether the object is there: in use, or not collected yet.
    pub fn is_allocated(&self, object: Pointer) -> bool {
        object == Pointer::ZERO_SIZED || self.memory.find(object).is_some()
    }

    /// Returns how many pointer fields the object has.
    ///
    /// # Panics
    ///
    /// When the object is freed.
    #[track_caller]
    pub fn fields(&self, object: Pointer) -> usize {
        let slot = self.slot_of(object);
        let span = |slot: SlotRef| &self.memory.spans[slot.span];
        slot.map_or(0, |slot| span(slot).pointers_of(slot.index))
    }

    /// Returns what pointer field `index` of the object holds.
    ///
    /// # Panics
    ///
    /// When the object is freed or has no such field.
    #[inline]
    #[track_caller]
    pub fn field(&self, object: Pointer, index: usize) -> Option<Pointer> {
        let slot = self.allocated_slot(object);
        let fields = self.memory.spans[slot.span].fields(slot.index);
        self.memory.pointer_at(fields[index])
    }

    /// Makes pointer field `index` of the object hold `value`.
    ///
    /// # Panics
    ///
    /// When the object is freed or has no such field, or when `value` is
    /// freed.
    #[inline]
    #[track_caller]
    pub fn set_field(
        &mut self,
        object: Pointer,
        index: usize,
        value: Option<Pointer>,
    ) {
        if let Some(value) = value {
            self.assert_allocated(value);
        }
        let slot = self.allocated_slot(object);
        let (words, pointers) = self.memory.words(slot);
        let new = value.map_or(0, Pointer::address);
        let old = mem::replace(&mut words[..pointers][index], new.into());
        if self.is_marking {
            self.write_barrier(old as u32, new);
        }
    }

    /// Returns word `index` of the object's plain bytes.
    ///
    /// # Panics
    ///
    /// When the object is freed, or too small or misaligned for the word.
    #[inline]
    #[track_caller]
    pub fn word(&self, object: Pointer, index: usize) -> u64 {
        let (slot, word) = self.word_of(object, index);
        self.memory.spans[slot.span].words[word]
    }

    /// Sets word `index` of the object's plain bytes.
    ///
    /// # Panics
    ///
    /// When the object is freed, or too small or misaligned for the word.
    #[inline]
    #[track_caller]
    pub fn set_word(&mut self, object: Pointer, index: usize, value: u64) {
        let (slot, word) = self.word_of(object, index);
        self.memory.spans[slot.span].words[word] = value;
    }

    #[inline]
    #[track_caller]
    fn word_of(&self, object: Pointer, index: usize) -> (SlotRef, usize) {
        let slot = self.allocated_slot(object);
        let span = &self.memory.spans[slot.span];
        let first = object.address() - span.base;
        assert!(first.is_multiple_of(8), "{object} is not at a whole word");
        let offset = object.address() - span.address_of(slot.index);
        let pointers = span.pointers_of(slot.index);
        let words = span.size_of(slot.index, offset) / 8 - pointers;
        assert!(index < words, "{object} has no word {index}");
        (slot, first as usize / 8 + pointers + index)
    }

    /// Returns the slot of an object, or `None` for an object of no size.
    #[inline]
    #[track_caller]
    pub(super) fn slot_of(&self, object: Pointer) -> Option<SlotRef> {
        let slot = self.memory.find(object);
        if slot.is_none() && object != Pointer::ZERO_SIZED {
            no_object(object);
        }
        slot
    }

    #[inline]
    #[track_caller]
    fn allocated_slot(&self, object: Pointer) -> SlotRef {
        match self.memory.find(object) {
            Some(slot) => slot,
            None => no_object(object),
        }
    }

    #[track_caller]
    pub(super) fn assert_allocated(&self, object: Pointer) {
        let _ = self.slot_of(object);
    }
}

#[cold]
#[track_caller]
fn no_object(object: Pointer) -> ! {
    panic!("no object at {object}: it was freed, or is of another heap")
}
