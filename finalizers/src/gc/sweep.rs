//! What becomes of the records of objects that are not in use.

use std::num::NonZeroU32;

use support::probe::Probe;

use super::cleanup::DueCleanup;
use super::driver::Driver;
use super::finalizer::DueFinalizer;
use super::heap::Heap;
use super::memory::SlotRef;
use super::pointer::Pointer;
use super::span;
use super::special::SpecialKind;
use super::step::Step;

impl<D: Driver> Heap<D> {
    /// Looks at every object that has records and was not marked.
    pub(super) fn sweep_specials(&mut self) {
        for span in 0..self.memory.spans.len() {
            for word in 0..self.memory.spans[span].bitmap_words() {
                let found = &self.memory.spans[span];
                let dead = found.special[word] & !found.marked[word];
                for index in span::slots_in(word, dead) {
                    self.sweep_object(SlotRef { span, index });
                }
            }
        }
    }

    /// Clears the weak pointers to a dead object; then its finalizers are due
    /// and it lives on, or else its cleanups are due and it goes.
    fn sweep_object(&mut self, slot: SlotRef) {
        // ANCHOR: revive
        let is_revived = self
            .specials
            .list(&self.memory, slot)
            .any(|special| matches!(special.kind, SpecialKind::Finalizer(_)));
        if is_revived {
            span::set(&mut self.memory.spans[slot.span].marked, slot.index);
        }
        // ANCHOR_END: revive
        let stamp = self.memory.spans[slot.span].stamps[slot.index];
        let named = |place: NonZeroU32| Pointer::at(place, stamp);
        // ANCHOR: sweep
        self.specials.take(
            &mut self.memory,
            slot,
            |special| !(is_revived && special.is_cleanup()),
            |special| match special.kind {
                SpecialKind::Ephemeron { .. } => {}
                SpecialKind::Weak(handle) => self.weak.clear(handle),
                SpecialKind::Finalizer(function) => {
                    let object = named(special.object);
                    self.probe.emit(|| Step::Due(object));
                    self.due_finalizers.push_back(DueFinalizer {
                        object,
                        held: special.held,
                        function,
                    });
                }
                SpecialKind::Cleanup { function, .. } => {
                    self.probe.emit(|| Step::Due(named(special.object)));
                    let held = special.held;
                    self.due_cleanups.push_back(DueCleanup { held, function });
                }
            },
        );
        // ANCHOR_END: sweep
    }
}
