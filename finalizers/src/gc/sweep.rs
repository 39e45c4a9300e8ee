//! What becomes of the records of objects that are not in use.

use support::probe::Probe;

use super::Heap;
use super::cleanup::DueCleanup;
use super::driver::Driver;
use super::finalizer::DueFinalizer;
use super::memory::Place;
use super::span;
use super::special::Kind;
use super::step::Step;

impl<D: Driver> Heap<D> {
    /// Looks at every object that has records and was not marked.
    pub(super) fn sweep_specials(&mut self) {
        for span in 0..self.memory.spans.len() {
            for word in 0..self.memory.spans[span].bitmap_words() {
                let found = &self.memory.spans[span];
                let dead = found.special[word] & !found.marked[word];
                for slot in span::slots_in(word, dead) {
                    self.sweep_object(Place { span, slot });
                }
            }
        }
    }

    /// Clears the weak pointers to a dead object; then its finalizers are due
    /// and it lives on, or else its cleanups are due and it goes.
    fn sweep_object(&mut self, place: Place) {
        // ANCHOR: revive
        let is_revived = self
            .specials
            .list(&self.memory, place)
            .any(|special| matches!(special.kind, Kind::Finalizer(_)));
        if is_revived {
            span::set(&mut self.memory.spans[place.span].marked, place.slot);
        }
        // ANCHOR_END: revive
        // ANCHOR: sweep
        self.specials.take(
            &mut self.memory,
            place,
            |special| !(is_revived && special.is_cleanup()),
            |special| match special.kind {
                Kind::Weak(handle) => self.weak.clear(handle),
                Kind::Finalizer(function) => {
                    self.probe.emit(|| Step::Due(special.object));
                    self.due_finalizers.push_back(DueFinalizer {
                        object: special.object,
                        held: special.held,
                        function,
                    });
                }
                Kind::Cleanup { function, .. } => {
                    self.probe.emit(|| Step::Due(special.object));
                    let held = special.held;
                    self.due_cleanups.push_back(DueCleanup { held, function });
                }
            },
        );
        // ANCHOR_END: sweep
    }
}
