//! Marking: which objects are in use.

use support::probe::Probe;

use super::driver::Driver;
use super::heap::Heap;
use super::memory::{Memory, SlotRef};
use super::span;
use super::special::{Special, SpecialKind};
use super::step::Step;

/// Marks objects and remembers those whose fields are still to be followed.
struct Marker<'a, D: Driver> {
    memory: &'a mut Memory,
    gray: &'a mut Vec<SlotRef>,
    probe: &'a mut D::Probe,
}

impl<D: Driver> Marker<'_, D> {
    // ANCHOR: mark
    /// Marks the object: it is in use.
    #[inline]
    fn mark(&mut self, address: u32) {
        if let Some(slot) = self.memory.slot_at(address) {
            let span = &mut self.memory.spans[slot.span];
            let is_new = span::set(&mut span.marked, slot.index);
            if is_new && span.pointers_of(slot.index) > 0 {
                self.gray.push(slot);
            }
            if is_new {
                self.probe.emit(|| Step::Mark(self.memory.object_at(slot)));
            }
        }
    }
    // ANCHOR_END: mark

    /// Marks what the object's fields point to, but for the object itself: a
    /// pointer to itself keeps nothing, as in Go (`scanobject`).
    #[inline]
    fn mark_fields(&mut self, slot: SlotRef) {
        let span = &self.memory.spans[slot.span];
        let own = span.address_of(slot.index);
        for index in 0..span.pointers_of(slot.index) {
            let span = &self.memory.spans[slot.span];
            let address = span.fields(slot.index)[index] as u32;
            if address != 0 && address != own {
                self.mark(address);
            }
        }
    }

    // ANCHOR: mark-for
    /// Marks what the function of this record will use: all that the object
    /// points to if it is a finalizer, which is given the object, and what the
    /// function has captured.
    #[inline]
    fn mark_for(&mut self, slot: SlotRef, special: &Special<D>) {
        if matches!(special.kind, SpecialKind::Finalizer(_)) {
            self.probe.emit(|| Step::MarkFor(special.object));
            self.mark_fields(slot);
        }
        if let Some(held) = special.held {
            self.mark(held.address());
        }
    }
    // ANCHOR_END: mark-for

    fn drain(&mut self) {
        while let Some(slot) = self.gray.pop() {
            self.probe.emit(|| Step::Follow(self.memory.object_at(slot)));
            self.mark_fields(slot);
        }
    }
}

impl<D: Driver> Heap<D> {
    /// Marks everything that can be reached from the roots, from what is due,
    /// and from objects with finalizers.
    pub(super) fn mark(&mut self) {
        let mut marker = Marker::<D> {
            memory: &mut self.memory,
            gray: &mut self.gray,
            probe: &mut self.probe,
        };
        self.roots.iter().for_each(|object| marker.mark(object.address()));
        for due in &self.due_finalizers {
            marker.mark(due.object.address());
            due.held.into_iter().for_each(|held| marker.mark(held.address()));
        }
        for due in &self.due_cleanups {
            due.held.into_iter().for_each(|held| marker.mark(held.address()));
        }
        self.mark_from_specials();
    }

    /// Marks what finalizers will need: all that the object reaches, but not
    /// the object itself, or it would never be found unreachable.
    fn mark_from_specials(&mut self) {
        let mut marker = Marker::<D> {
            memory: &mut self.memory,
            gray: &mut self.gray,
            probe: &mut self.probe,
        };
        for span in 0..marker.memory.spans.len() {
            for word in 0..marker.memory.spans[span].bitmap_words() {
                let bits = marker.memory.spans[span].special[word];
                for index in span::slots_in(word, bits) {
                    let slot = SlotRef { span, index };
                    for special in self.specials.list(marker.memory, slot) {
                        marker.mark_for(slot, special);
                    }
                }
            }
        }
        marker.drain();
    }
}
