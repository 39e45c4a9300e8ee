//! Spans by address, and slots by size: what the heap allocates from.

use std::num::NonZeroU32;

use super::layout::{CLASSES, Layout, WORD, class_of};
use super::pages::Pages;
use super::pointer::{Pointer, next_stamp};
use super::span::{self, PAGE, Span};
use super::tiny::Tiny;

/// Spans with and without pointers are kept apart, as in Go.
const SPAN_CLASSES: usize = CLASSES.len() * 2;

#[derive(Debug)]
pub(super) struct Memory {
    pub(super) spans: Vec<Span>,
    pages: Pages,
    /// For each span class, the span to allocate from.
    current: [Option<u32>; SPAN_CLASSES],
    /// For each span class, the swept spans that have free slots.
    partial: [Vec<u32>; SPAN_CLASSES],
    /// The numbers of spans that were given back.
    spare: Vec<u32>,
    tiny: Tiny,
    /// What the pointers to objects allocated now have in them: another one
    /// after each collection, and in each heap.
    stamp: u64,
    /// Bytes of slots taken since the heap was made.
    pub(super) allocated_bytes: u64,
}

/// Names a slot by its span.
#[derive(Clone, Copy, Debug)]
pub(super) struct SlotRef {
    pub(super) span: usize,
    /// Which of the span's slots.
    pub(super) index: usize,
}

impl Memory {
    pub(super) fn new() -> Self {
        Self {
            spans: Vec::new(),
            pages: Pages::new(),
            current: [None; SPAN_CLASSES],
            partial: [const { Vec::new() }; SPAN_CLASSES],
            spare: Vec::new(),
            tiny: Tiny::default(),
            stamp: next_stamp(),
            allocated_bytes: 0,
        }
    }

    // ANCHOR: alloc
    /// Finds room for an object, by size.
    #[inline]
    pub(super) fn alloc(&mut self, layout: Layout) -> Pointer {
        match layout.size() {
            0 => Pointer::ZERO_SIZED,
            size if size < Tiny::BLOCK && layout.pointers() == 0 => {
                self.alloc_tiny(size)
            }
            size => match class_of(size) {
                Some(class) => self.alloc_slot(class, layout),
                None => self.alloc_large(layout),
            },
        }
    }
    // ANCHOR_END: alloc

    /// Puts the object into the tiny block in use, or begins another.
    fn alloc_tiny(&mut self, size: usize) -> Pointer {
        if let Some(pointer) = self.tiny.alloc(size) {
            let slot = self.slot_at(pointer.address()).expect("in its block");
            let span = &mut self.spans[slot.span];
            let offset = pointer.address() - span.address_of(slot.index);
            span.add_size(slot.index, offset as usize, size);
            return pointer;
        }
        let class = class_of(Tiny::BLOCK).expect("a small block");
        let block = self.alloc_slot(class, Layout::new(0, size));
        self.tiny.begin(block, size);
        block
    }

    #[inline]
    fn alloc_slot(&mut self, class: usize, layout: Layout) -> Pointer {
        let has_pointers = layout.pointers() > 0;
        let span_class = class * 2 + usize::from(has_pointers);
        loop {
            if let Some(index) = self.current[span_class] {
                let span = &mut self.spans[index as usize];
                if let Some(slot) = span.take() {
                    self.allocated_bytes += u64::from(span.slot_size);
                    return span.occupy(slot, layout, self.stamp);
                }
            }
            let next = self.next_span(class, has_pointers);
            self.current[span_class] = Some(next);
        }
    }

    /// Returns a span of the class that has a free slot.
    #[cold]
    fn next_span(&mut self, class: usize, has_pointers: bool) -> u32 {
        let span_class = class * 2 + usize::from(has_pointers);
        let size = usize::from(CLASSES[class]);
        if let Some(index) = self.partial[span_class].pop() {
            return index;
        }
        self.add_span(1, size, has_pointers)
    }

    /// Allocates a span for this object alone.
    #[cold]
    fn alloc_large(&mut self, layout: Layout) -> Pointer {
        let pages = layout.size().div_ceil(PAGE).max(2);
        let has_pointers = layout.pointers() > 0;
        let index = self.add_span(pages, pages * PAGE, has_pointers);
        self.allocated_bytes += (pages * PAGE) as u64;
        let span = &mut self.spans[index as usize];
        let slot = span.take().expect("the span is new");
        span.occupy(slot, layout, self.stamp)
    }

    fn add_span(&mut self, pages: usize, size: usize, pointers: bool) -> u32 {
        let spare = self.spare.last().copied();
        let index = spare.unwrap_or(self.spans.len() as u32);
        let base = self.pages.take(pages, index);
        let span = Span::new(base, pages, size, pointers);
        match self.spare.pop() {
            Some(index) => self.spans[index as usize] = span,
            None => self.spans.push(span),
        }
        index
    }

    /// Frees what is not marked, gives back the pages of empty spans, and
    /// sorts the others by the room they have.
    ///
    /// Returns the bytes of the slots still taken.
    pub(super) fn sweep(&mut self) -> u64 {
        self.tiny = Tiny::default();
        self.stamp = next_stamp();
        self.current = [None; SPAN_CLASSES];
        self.partial.iter_mut().for_each(Vec::clear);
        let mut live = 0;
        for (index, span) in self.spans.iter_mut().enumerate() {
            if span.slots == 0 {
                continue; // given back before
            }
            let left = span.sweep();
            live += u64::from(left) * u64::from(span.slot_size);
            if left == 0 {
                self.pages.give_back(span.base, span.pages());
                *span = Span::given_back();
                self.spare.push(index as u32);
            } else if left < span.slots {
                let class = class_of(span.slot_size as usize)
                    .expect("large spans have one slot");
                let has_pointers = usize::from(!span.pointers.is_empty());
                self.partial[class * 2 + has_pointers].push(index as u32);
            }
        }
        live
    }

    /// Returns the slot of an object, or `None` if it is freed or of another
    /// heap.
    #[inline]
    pub(super) fn find(&self, pointer: Pointer) -> Option<SlotRef> {
        let slot = self.slot_at(pointer.address())?;
        let stamp = self.spans[slot.span].stamps[slot.index];
        (stamp == pointer.stamp()).then_some(slot)
    }

    /// Returns the slot at this address, or `None` if it is free or outside of
    /// the heap.
    #[inline]
    pub(super) fn slot_at(&self, address: u32) -> Option<SlotRef> {
        let span = self.pages.span_of(address as usize / PAGE) as usize;
        let found = self.spans.get(span)?;
        let slot = found.slot_of(address);
        (slot < found.slots as usize && span::is_set(&found.allocated, slot))
            .then_some(SlotRef { span, index: slot })
    }

    pub(super) fn is_marked(&self, slot: SlotRef) -> bool {
        span::is_set(&self.spans[slot.span].marked, slot.index)
    }

    /// Returns the object of a slot that holds one.
    pub(super) fn object_at(&self, slot: SlotRef) -> Pointer {
        self.spans[slot.span].pointer_to(slot.index)
    }

    /// Returns the object that a record names, which is there.
    #[inline]
    pub(super) fn object_in(&self, place: NonZeroU32) -> Pointer {
        let object = self.pointer_at(place.get().into());
        object.expect("an address is not 0")
    }

    /// Returns what a pointer field holds.
    #[inline]
    pub(super) fn pointer_at(&self, field: u64) -> Option<Pointer> {
        let address = field as u32;
        if address == Pointer::ZERO_SIZED.address() {
            return Some(Pointer::ZERO_SIZED);
        }
        let stamp = match self.slot_at(address) {
            Some(slot) => self.spans[slot.span].stamps[slot.index],
            None => 0, // the object is freed: no object has this stamp
        };
        Pointer::new(address, stamp)
    }

    /// Returns the words of a slot, and how many of them are pointer fields.
    pub(super) fn words(&mut self, slot: SlotRef) -> (&mut [u64], usize) {
        let span = &mut self.spans[slot.span];
        let words = span.slot_size as usize / WORD;
        let pointers = span.pointers_of(slot.index);
        (&mut span.words[slot.index * words..][..words], pointers)
    }
}
