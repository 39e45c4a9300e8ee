//! Marking: which objects are in use.

use support::probe::Probe;

use super::driver::Driver;
use super::heap::Heap;
use super::memory::{Memory, SlotRef};
use super::span;
use super::special::{Special, SpecialKind, Specials};
use super::step::Step;

/// Marks objects and remembers those whose fields are still to be followed.
pub(super) struct Marker<'a, D: Driver> {
    memory: &'a mut Memory,
    specials: &'a Specials<D>,
    gray: &'a mut Vec<SlotRef>,
    probe: &'a mut D::Probe,
}

impl<D: Driver> Marker<'_, D> {
    // ANCHOR: mark
    /// Marks the object: it is in use.
    #[inline]
    pub(super) fn mark(&mut self, address: u32) {
        if let Some(slot) = self.memory.slot_at(address) {
            let span = &mut self.memory.spans[slot.span];
            let is_new = span::set(&mut span.marked, slot.index);
            let has_fields = span.pointers_of(slot.index) > 0;
            if !is_new {
                return;
            }
            self.probe.emit(|| Step::Mark(self.memory.object_at(slot)));
            if has_fields || self.is_key(slot) {
                self.gray.push(slot);
            }
        }
    }
    // ANCHOR_END: mark

    /// Marks an object that was just allocated, whose fields are empty.
    pub(super) fn mark_new(&mut self, address: u32) {
        if let Some(slot) = self.memory.slot_at(address) {
            let span = &mut self.memory.spans[slot.span];
            let is_new = span::set(&mut span.marked, slot.index);
            // A tiny object may have got a neighbour that was there before.
            if is_new && self.is_key(slot) {
                self.gray.push(slot);
            }
        }
    }

    #[inline]
    fn is_key(&self, slot: SlotRef) -> bool {
        let mut list = self.specials.list(self.memory, slot);
        list.any(|s| matches!(s.kind, SpecialKind::Ephemeron { .. }))
    }

    /// Marks what the object's fields point to, but for the object itself: a
    /// pointer to itself keeps nothing, as in Go (`scanobject`).
    #[inline]
    pub(super) fn mark_fields(&mut self, slot: SlotRef) {
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

    // ANCHOR: mark-values
    /// Marks the values whose key is in this slot, which is in use.
    #[inline]
    fn mark_values(&mut self, slot: SlotRef) {
        let specials = self.specials;
        for special in specials.list(self.memory, slot) {
            if let SpecialKind::Ephemeron { value, .. } = special.kind {
                self.mark(value.get());
            }
        }
    }
    // ANCHOR_END: mark-values

    // ANCHOR: mark-for
    /// Marks what the function of this record will use: all that the object
    /// points to if it is a finalizer, which is given the object, and what the
    /// function has captured.
    #[inline]
    fn mark_for(&mut self, slot: SlotRef, special: &Special<D>) {
        if matches!(special.kind, SpecialKind::Finalizer(_)) {
            self.probe
                .emit(|| Step::MarkFor(self.memory.object_in(special.object)));
            self.mark_fields(slot);
        }
        if let Some(held) = special.held {
            self.mark(held.get());
        }
    }
    // ANCHOR_END: mark-for

    /// Marks what finalizers will need: all that the object reaches, but not
    /// the object itself, or it would never be found unreachable.
    fn mark_from_specials(&mut self) {
        for span in 0..self.memory.spans.len() {
            for word in 0..self.memory.spans[span].bitmap_words() {
                let bits = self.memory.spans[span].special[word];
                for index in span::slots_in(word, bits) {
                    let slot = SlotRef { span, index };
                    let specials = self.specials;
                    for special in specials.list(self.memory, slot) {
                        self.mark_for(slot, special);
                    }
                }
            }
        }
    }

    /// Follows up to `most` gray objects. Returns whether none is left.
    pub(super) fn drain(&mut self, most: usize) -> bool {
        for _ in 0..most {
            let Some(slot) = self.gray.pop() else { break };
            self.probe.emit(|| Step::Follow(self.memory.object_at(slot)));
            self.mark_fields(slot);
            self.mark_values(slot);
        }
        self.gray.is_empty()
    }
}

impl<D: Driver> Heap<D> {
    /// Marks, but follows nothing: the roots, what is due, and what objects
    /// with finalizers point to.
    pub(super) fn mark_starts(&mut self) {
        let mut marker = Marker::<D> {
            memory: &mut self.memory,
            specials: &self.specials,
            gray: &mut self.gray,
            probe: &mut self.probe,
        };
        self.roots.iter().for_each(|object| marker.mark(object.address()));
        for due in &self.due_finalizers {
            marker.mark(due.object.address());
            due.held.into_iter().for_each(|held| marker.mark(held.get()));
        }
        for due in &self.due_cleanups {
            due.held.into_iter().for_each(|held| marker.mark(held.get()));
        }
        marker.mark_from_specials();
    }

    pub(super) fn marker(&mut self) -> Marker<'_, D> {
        Marker {
            memory: &mut self.memory,
            specials: &self.specials,
            gray: &mut self.gray,
            probe: &mut self.probe,
        }
    }
}
