//! The invariants of a heap, checked.

use super::Heap;
use super::driver::Driver;
use super::memory::Place;
use super::pointer::Pointer;
use super::span;
use super::special::Kind;

impl<D: Driver> Heap<D> {
    /// Checks all invariants; runs after each collection in debug builds.
    ///
    /// # Panics
    ///
    /// When one is violated, naming it.
    pub fn verify(&self) {
        let mut records = 0;
        for (index, span) in self.memory.spans.iter().enumerate() {
            for slot in 0..span.slots as usize {
                let place = Place { span: index, slot };
                let is_allocated = span::is_set(&span.allocated, slot);
                let count = self.verify_records(place, is_allocated);
                assert_eq!(
                    count > 0,
                    span::is_set(&span.special, slot),
                    "span {index}, slot {slot}: the bit does not say that \
                     there are {count} records"
                );
                records += count;
            }
        }
        assert_eq!(records, self.specials.len(), "records outside lists");
        for root in self.roots.iter() {
            assert!(self.is_allocated(root), "root {root} is freed");
        }
        for due in &self.due_finalizers {
            let object = due.object;
            assert!(self.is_allocated(object), "due {object} is freed");
        }
    }

    /// Checks that no pointer leads to a freed object.
    ///
    /// True right after a collection: what it has kept, it has kept with all
    /// that is reachable from it.
    ///
    /// # Panics
    ///
    /// When one does, naming both objects.
    pub fn verify_fields(&self) {
        for span in &self.memory.spans {
            for slot in 0..span.slots as usize {
                if !span::is_set(&span.allocated, slot) {
                    continue;
                }
                let object = span.address_of(slot);
                for &field in span.fields(slot) {
                    let Some(target) = Pointer::new(field as u32) else {
                        continue;
                    };
                    assert!(
                        self.is_allocated(target),
                        "{object:#x} points to {target}, which is freed"
                    );
                }
            }
        }
    }

    fn verify_records(&self, place: Place, is_allocated: bool) -> usize {
        let mut count = 0;
        for special in self.specials.list(&self.memory, place) {
            count += 1;
            let object = special.object;
            assert!(is_allocated, "{object} is freed but has a record");
            let found = self.memory.find(object).expect("it is allocated");
            assert!(
                (found.span, found.slot) == (place.span, place.slot),
                "the record of {object} is in the list of {place:?}"
            );
            if let Kind::Weak(handle) = special.kind {
                assert_eq!(
                    self.weak.object(handle),
                    Some(object),
                    "weak handle {handle} is not that of {object}"
                );
            }
        }
        count
    }
}
