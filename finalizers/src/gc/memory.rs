//! Spans by address, and slots by size: what the heap allocates from.

use super::layout::{CLASSES, Layout, WORD, class_of};
use super::pointer::Pointer;
use super::span::{self, PAGE, Span};
use super::tiny::Tiny;

/// Spans with and without pointers are kept apart, as in Go.
const SPAN_CLASSES: usize = CLASSES.len() * 2;

#[derive(Debug)]
pub(super) struct Memory {
    pub(super) spans: Vec<Span>,
    /// For each page, the span it belongs to. Page 0 belongs to none.
    pages: Vec<u32>,
    /// For each span class, the span to allocate from.
    current: [Option<u32>; SPAN_CLASSES],
    /// For each span class, the swept spans that have free slots.
    partial: [Vec<u32>; SPAN_CLASSES],
    /// Spans without objects, for any class to use.
    empty: Vec<u32>,
    tiny: Tiny,
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
            pages: vec![span::NONE],
            current: [None; SPAN_CLASSES],
            partial: [const { Vec::new() }; SPAN_CLASSES],
            empty: Vec::new(),
            tiny: Tiny::default(),
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
                Some(class) => self.alloc_slot(class, layout.pointers()),
                None => self.alloc_large(layout),
            },
        }
    }
    // ANCHOR_END: alloc

    /// Puts the object into the tiny block in use, or begins another.
    fn alloc_tiny(&mut self, size: usize) -> Pointer {
        if let Some(pointer) = self.tiny.alloc(size) {
            return pointer;
        }
        let class = class_of(Tiny::BLOCK).expect("a small block");
        let block = self.alloc_slot(class, 0);
        self.tiny.begin(block, size);
        block
    }

    #[inline]
    fn alloc_slot(&mut self, class: usize, pointers: usize) -> Pointer {
        let span_class = class * 2 + usize::from(pointers > 0);
        loop {
            if let Some(index) = self.current[span_class] {
                let span = &mut self.spans[index as usize];
                if let Some(slot) = span.take() {
                    self.allocated_bytes += u64::from(span.slot_size);
                    return occupy(span, slot, pointers);
                }
            }
            let next = self.next_span(class, pointers > 0);
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
        match self.empty.iter().position(|&i| self.is_page(i)) {
            Some(at) => {
                let index = self.empty.swap_remove(at);
                let base = self.spans[index as usize].base;
                self.spans[index as usize] =
                    Span::new(base, 1, size, has_pointers);
                index
            }
            None => self.add_span(1, size, has_pointers),
        }
    }

    fn is_page(&self, index: u32) -> bool {
        self.spans[index as usize].pages() == 1
    }

    /// Allocates a span for this object alone.
    #[cold]
    fn alloc_large(&mut self, layout: Layout) -> Pointer {
        let pages = layout.size().div_ceil(PAGE).max(2);
        let has_pointers = layout.pointers() > 0;
        let fits = |&i: &u32| self.spans[i as usize].pages() == pages;
        let index = match self.empty.iter().position(fits) {
            Some(at) => {
                let index = self.empty.swap_remove(at);
                let base = self.spans[index as usize].base;
                self.spans[index as usize] =
                    Span::new(base, pages, pages * PAGE, has_pointers);
                index
            }
            None => self.add_span(pages, pages * PAGE, has_pointers),
        };
        self.allocated_bytes += (pages * PAGE) as u64;
        let span = &mut self.spans[index as usize];
        let slot = span.take().expect("the span is new");
        occupy(span, slot, layout.pointers())
    }

    fn add_span(&mut self, pages: usize, size: usize, pointers: bool) -> u32 {
        let base = u32::try_from(self.pages.len() * PAGE)
            .expect("a heap of at most 4 GiB");
        let index = self.spans.len() as u32;
        self.spans.push(Span::new(base, pages, size, pointers));
        self.pages.resize(self.pages.len() + pages, index);
        index
    }

    /// Frees what is not marked and sorts the spans by the room they have.
    ///
    /// Returns the bytes of the slots still taken.
    pub(super) fn sweep(&mut self) -> u64 {
        self.tiny = Tiny::default();
        self.current = [None; SPAN_CLASSES];
        self.partial.iter_mut().for_each(Vec::clear);
        self.empty.clear();
        let mut live = 0;
        for (index, span) in self.spans.iter_mut().enumerate() {
            let left = span.sweep();
            live += u64::from(left) * u64::from(span.slot_size);
            if left == 0 {
                self.empty.push(index as u32);
            } else if left < span.slots {
                let class = class_of(span.slot_size as usize)
                    .expect("large spans have one slot");
                let has_pointers = usize::from(!span.pointers.is_empty());
                self.partial[class * 2 + has_pointers].push(index as u32);
            }
        }
        live
    }

    /// Returns the slot that `pointer` points into, or `None` if it is free or
    /// outside of the heap.
    #[inline]
    pub(super) fn find(&self, pointer: Pointer) -> Option<SlotRef> {
        let page = pointer.address() as usize / PAGE;
        let span = *self.pages.get(page)? as usize;
        let found = self.spans.get(span)?;
        let slot = found.slot_of(pointer.address());
        (slot < found.slots as usize && span::is_set(&found.allocated, slot))
            .then_some(SlotRef { span, index: slot })
    }

    /// Returns the object of a slot that holds one.
    pub(super) fn object_at(&self, slot: SlotRef) -> Pointer {
        let address = self.spans[slot.span].address_of(slot.index);
        Pointer::new(address).expect("no slot is at address 0")
    }

    /// Returns the words of a slot, and how many of them are pointer fields.
    pub(super) fn words(&mut self, slot: SlotRef) -> (&mut [u64], usize) {
        let span = &mut self.spans[slot.span];
        let words = span.slot_size as usize / WORD;
        let pointers = span.pointers_of(slot.index);
        (&mut span.words[slot.index * words..][..words], pointers)
    }
}

#[inline]
fn occupy(span: &mut Span, slot: usize, pointers: usize) -> Pointer {
    if pointers > 0 {
        span.pointers[slot] = pointers as u16;
    }
    Pointer::new(span.address_of(slot)).expect("page 0 is not used")
}
