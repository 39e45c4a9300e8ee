//! Your collector.
//!
//! Write what stands between the lines `YOUR CODE` and `END`, stage by stage,
//! and let it be judged: `cargo lab check collector`. The page of the lab in
//! the book says what each stage is about; `cargo lab hint collector` says
//! more.
//!
//! An object is in a slot of a span. `heap.memory.spans[slot.span]` is the
//! span, and `slot.index` says which of its slots. A span has three kinds of
//! bits, one a slot, in words of 64: `allocated`, `marked` and `special`;
//! `span::set` and the functions beside it are about one of them. What is
//! imported below is documented in the module `collector`:
//! `cargo doc --no-deps --open -p lab-judge`.

#![allow(unused_imports, dead_code, reason = "later stages use them")]

use lab_judge::collector::{
    Collector, DueCleanup, DueFinalizer, Heap, SlotRef, Span, Special,
    SpecialKind, Tested, span,
};

/// Your way to collect.
#[derive(Clone, Copy, Debug, Default)]
pub struct MyCollector;

impl MyCollector {
    // YOUR CODE: mark-fields
    /// Marks what the fields of an object point to, but for the object itself.
    fn mark_fields(heap: &mut Heap, slot: SlotRef) {
        let span = &heap.memory.spans[slot.span];
        let own = span.address_of(slot.index);
        let first = span.fields(slot.index)[0];
        todo!(
            "stage 1: mark what each of the {} fields points to, unless it is \
             0 or {own}, the object itself; the first is {first}",
            span.pointers_of(slot.index)
        )
    }
    // END: mark-fields

    // YOUR CODE: mark-for
    /// Marks what the function of this record will use.
    fn mark_for(heap: &mut Heap, slot: SlotRef, special: &Special) {
        let _ = (heap, slot);
        todo!(
            "stage 3: {special:?} needs what its object points to, if it is a \
             finalizer; but not the object itself"
        )
    }
    // END: mark-for

    // YOUR CODE: sweep-object
    /// Says what becomes of a dead object: with a finalizer it lives once
    /// more, and what hangs on it is taken off.
    fn sweep_object(heap: &mut Heap, slot: SlotRef) {
        // Stage 3: before that, mark the object if it has a finalizer.
        heap.specials.take(
            &mut heap.memory,
            slot,
            // Stage 4: which records are taken off? Now it is each.
            |_| true,
            |special| match special.kind {
                SpecialKind::Finalizer(function) => todo!(
                    "stage 3: finalizer {function} is due, and is given the \
                     object: push it to the back of heap.due_finalizers; and \
                     mark the object, or it is freed"
                ),
                SpecialKind::Weak(handle) => {
                    todo!("stage 4: clear {handle} in heap.weak")
                }
                SpecialKind::Cleanup { function } => todo!(
                    "stage 4: cleanup {function} is due if the object goes"
                ),
            },
        );
    }
    // END: sweep-object
}

impl Collector for MyCollector {
    // YOUR CODE: mark
    /// Marks the object: it is in use.
    fn mark(heap: &mut Heap, address: u32) {
        if let Some(slot) = heap.memory.slot_at(address) {
            todo!(
                "stage 1: set the bit of {slot:?} in `marked`; if it was not \
                 set before, push the slot to heap.gray"
            )
        }
    }
    // END: mark

    // YOUR CODE: drain
    /// Follows what is in `gray`, until nothing is.
    fn drain(heap: &mut Heap) {
        if let Some(slot) = heap.gray.last() {
            todo!(
                "stage 1: take {slot:?} out of heap.gray and mark what its \
                 fields point to; go on until there is none left"
            )
        }
    }
    // END: drain

    // YOUR CODE: sweep
    /// Frees every slot that is not marked, unmarks the others, and returns
    /// how many these are.
    fn sweep(span: &mut Span) -> u32 {
        todo!(
            "stage 2: {} words at a time, let `allocated` be what is allocated \
             and marked, clear `marked`, and count the bits that are left",
            span.bitmap_words()
        )
    }
    // END: sweep

    // YOUR CODE: mark-from-specials
    /// Marks what finalizers will need: all that the object reaches, but not
    /// the object itself, or it would never be found unreachable.
    fn mark_from_specials(heap: &mut Heap) {
        todo!(
            "stage 3: in each of the {} spans, look for the bits of `special`; \
             of each such slot, hand every record of \
             heap.specials.list(slot) to mark_for",
            heap.memory.spans.len()
        )
    }
    // END: mark-from-specials

    // YOUR CODE: sweep-specials
    /// Looks at every object that has records and was not marked.
    fn sweep_specials(heap: &mut Heap) {
        todo!(
            "stage 3: in each of the {} spans, call sweep_object for the slots \
             that are set in `special` and not in `marked`",
            heap.memory.spans.len()
        )
    }
    // END: sweep-specials
}

impl Tested for MyCollector {
    // YOUR CODE: tests
    /// Panics if `C` is not a right collector.
    fn tests<C: Collector>() {
        let mut heap = Heap::default();
        let object = heap.alloc();
        heap.unroot(object);
        let left = heap.collect::<C>();
        todo!(
            "stage 5: panic if {left} objects are left, and so on: make \
             objects, link them, hang something on them, collect, and look"
        )
    }
    // END: tests
}
