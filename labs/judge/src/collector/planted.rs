//! Our collector, and the same with a bug each, which the reader's own tests
//! must catch.

use super::heap::{Collector, DueCleanup, DueFinalizer, Heap};
use super::memory::SlotRef;
use super::span::{Span, set, slots_in};
use super::special::{Special, SpecialKind};

/// The reader's own tests.
pub trait Tested {
    /// Panics if `C` is not a right collector.
    fn tests<C: Collector>();
}

/// What a [`Planted`] does wrong.
const SOUND: usize = usize::MAX;
const FIRST_FIELD_ONLY: usize = 0;
const ONE_STEP_ONLY: usize = 1;
const LAST_WORD_KEPT: usize = 2;
const MARKS_KEPT: usize = 3;
const ALL_AT_ONCE: usize = 4;
const FINALIZER_KEPT: usize = 5;
const WEAK_TOO_LATE: usize = 6;
const CLEANUP_TOO_EARLY: usize = 7;

/// Their names.
pub const NAMES: [&str; 8] = [
    "first-field-only",
    "one-step-only",
    "last-word-kept",
    "marks-kept",
    "all-at-once",
    "finalizer-kept",
    "weak-too-late",
    "cleanup-too-early",
];

/// Runs the reader's tests on the collector of a name: one of [`NAMES`], or
/// `sound`. Returns false if there is no such collector.
pub fn tests<R: Tested>(name: &str) -> bool {
    match NAMES.iter().position(|it| *it == name) {
        None if name == "sound" => R::tests::<Ours>(),
        None => return false,
        Some(FIRST_FIELD_ONLY) => R::tests::<Planted<FIRST_FIELD_ONLY>>(),
        Some(ONE_STEP_ONLY) => R::tests::<Planted<ONE_STEP_ONLY>>(),
        Some(LAST_WORD_KEPT) => R::tests::<Planted<LAST_WORD_KEPT>>(),
        Some(MARKS_KEPT) => R::tests::<Planted<MARKS_KEPT>>(),
        Some(ALL_AT_ONCE) => R::tests::<Planted<ALL_AT_ONCE>>(),
        Some(FINALIZER_KEPT) => R::tests::<Planted<FINALIZER_KEPT>>(),
        Some(WEAK_TOO_LATE) => R::tests::<Planted<WEAK_TOO_LATE>>(),
        Some(_) => R::tests::<Planted<CLEANUP_TOO_EARLY>>(),
    }
    true
}

/// A collector with the bug of this number.
#[derive(Debug)]
pub struct Planted<const BUG: usize>;

/// Our collector.
pub type Ours = Planted<SOUND>;

impl<const BUG: usize> Planted<BUG> {
    fn mark_fields(heap: &mut Heap, slot: SlotRef) {
        let span = &heap.memory.spans[slot.span];
        let own = span.address_of(slot.index);
        let last = match BUG {
            FIRST_FIELD_ONLY => 1,
            _ => span.pointers_of(slot.index),
        };
        for index in 0..last {
            let span = &heap.memory.spans[slot.span];
            let address = span.fields(slot.index)[index];
            if address != 0 && address != own {
                Self::mark(heap, address);
            }
        }
    }

    fn sweep_object(heap: &mut Heap, slot: SlotRef) {
        let finalizer = heap.specials.list(slot).find_map(finalizer_of);
        let is_revived = finalizer.is_some();
        if is_revived {
            Self::revive(heap, slot);
        }
        heap.specials.take(
            &mut heap.memory,
            slot,
            |special| match special.kind {
                SpecialKind::Finalizer(_) => BUG != FINALIZER_KEPT,
                SpecialKind::Weak(_) => BUG != WEAK_TOO_LATE || !is_revived,
                SpecialKind::Cleanup { .. } => {
                    BUG == CLEANUP_TOO_EARLY || !is_revived
                }
            },
            |special| match special.kind {
                SpecialKind::Weak(handle) => heap.weak.clear(handle),
                SpecialKind::Finalizer(_) => {
                    heap.due_finalizers.extend(finalizer_of(special));
                }
                SpecialKind::Cleanup { function } => {
                    heap.due_cleanups.push_back(DueCleanup { function });
                }
            },
        );
        if BUG == FINALIZER_KEPT {
            heap.due_finalizers.extend(finalizer);
        }
    }

    /// Marks an object whose finalizer will be given it.
    fn revive(heap: &mut Heap, slot: SlotRef) {
        let is_new = set(&mut heap.memory.spans[slot.span].marked, slot.index);
        if BUG == ALL_AT_ONCE && is_new {
            heap.gray.push(slot);
        }
    }
}

impl<const BUG: usize> Collector for Planted<BUG> {
    fn mark(heap: &mut Heap, address: u32) {
        if let Some(slot) = heap.memory.slot_at(address) {
            let span = &mut heap.memory.spans[slot.span];
            if set(&mut span.marked, slot.index) {
                heap.gray.push(slot);
            }
        }
    }

    fn drain(heap: &mut Heap) {
        if BUG == ONE_STEP_ONLY {
            for slot in std::mem::take(&mut heap.gray) {
                Self::mark_fields(heap, slot);
            }
            heap.gray.clear();
        }
        while let Some(slot) = heap.gray.pop() {
            Self::mark_fields(heap, slot);
        }
    }

    fn sweep(span: &mut Span) -> u32 {
        let mut left = 0;
        for word in 0..span.bitmap_words() {
            let is_last = word + 1 == span.bitmap_words();
            let mut kept = span.allocated[word];
            if BUG != LAST_WORD_KEPT || !is_last {
                kept &= span.marked[word];
            }
            span.allocated[word] = kept;
            if BUG != MARKS_KEPT {
                span.marked[word] = 0;
            }
            left += kept.count_ones();
        }
        left
    }

    fn mark_from_specials(heap: &mut Heap) {
        if BUG == ALL_AT_ONCE {
            return;
        }
        for span in 0..heap.memory.spans.len() {
            for word in 0..heap.memory.spans[span].bitmap_words() {
                let bits = heap.memory.spans[span].special[word];
                for index in slots_in(word, bits) {
                    let slot = SlotRef { span, index };
                    for special in heap.specials.list(slot) {
                        if finalizer_of(special).is_some() {
                            Self::mark_fields(heap, slot);
                        }
                    }
                }
            }
        }
    }

    fn sweep_specials(heap: &mut Heap) {
        for span in 0..heap.memory.spans.len() {
            for word in 0..heap.memory.spans[span].bitmap_words() {
                let found = &heap.memory.spans[span];
                let dead = found.special[word] & !found.marked[word];
                for index in slots_in(word, dead) {
                    Self::sweep_object(heap, SlotRef { span, index });
                }
            }
        }
        // What the finalizers reach, as one might add it afterwards.
        Self::drain(heap);
    }
}

/// Returns the finalizer of a record, if it is one.
fn finalizer_of(special: Special) -> Option<DueFinalizer> {
    match special.kind {
        SpecialKind::Finalizer(function) => {
            Some(DueFinalizer { object: special.object, function })
        }
        _ => None,
    }
}
