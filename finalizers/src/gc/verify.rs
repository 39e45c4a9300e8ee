//! The invariants of a heap, checked.

use std::collections::HashSet;
use std::fmt;

use super::driver::Driver;
use super::heap::Heap;
use super::memory::SlotRef;
use super::pointer::Pointer;
use super::span;
use super::special::SpecialKind;

/// An invariant of a heap that does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Violation {
    /// The bit that says whether a slot has records is wrong.
    RecordBit {
        /// The number of the span.
        span: usize,
        /// The slot in the span.
        slot: usize,
        /// How many records the slot has.
        records: usize,
    },
    /// There are records that are in no object's list.
    LostRecords {
        /// How many records the lists have.
        listed: usize,
        /// How many there are.
        all: usize,
    },
    /// An object is freed and has a record.
    RecordOfFreed {
        /// The object.
        object: Pointer,
    },
    /// A record is in the list of another object.
    RecordElsewhere {
        /// The object that the record names.
        object: Pointer,
        /// The object in whose list it is.
        list_of: Pointer,
    },
    /// A weak handle is not that of the object whose record names it.
    WeakHandle {
        /// The number of the handle.
        handle: u32,
        /// The object that the record names.
        object: Pointer,
        /// The object that the handle names.
        found: Option<Pointer>,
    },
    /// A root keeps an object that is freed.
    FreedRoot {
        /// The object.
        object: Pointer,
    },
    /// A finalizer is due for an object that is freed.
    FreedDue {
        /// The object.
        object: Pointer,
    },
    /// The value of an ephemeron is freed, and its key is not.
    FreedValue {
        /// The key.
        key: Pointer,
        /// The value.
        value: Pointer,
    },
    /// An object was followed while a collection marks, but leads to one that
    /// is not marked.
    Overlooked {
        /// The object that was followed.
        object: Pointer,
        /// What it leads to.
        target: Pointer,
    },
    /// A pointer field leads to an object that is freed.
    FieldToFreed {
        /// The object with the field.
        object: Pointer,
        /// Where the field leads.
        target: Pointer,
    },
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RecordBit { span, slot, records } => write!(
                f,
                "span {span}, slot {slot}: the bit does not say that there \
                 are {records} records"
            ),
            Self::LostRecords { listed, all } => {
                write!(f, "{listed} of {all} records are in lists")
            }
            Self::RecordOfFreed { object } => {
                write!(f, "{object} is freed but has a record")
            }
            Self::RecordElsewhere { object, list_of } => {
                write!(f, "the record of {object} is in the list of {list_of}")
            }
            Self::WeakHandle { handle, object, .. } => {
                write!(f, "weak handle {handle} is not that of {object}")
            }
            Self::FreedRoot { object } => write!(f, "root {object} is freed"),
            Self::FreedDue { object } => write!(f, "due {object} is freed"),
            Self::FreedValue { key, value } => {
                write!(f, "the value {value} of the key {key} is freed")
            }
            Self::Overlooked { object, target } => {
                write!(f, "{object} was followed, but {target} is not marked")
            }
            Self::FieldToFreed { object, target } => {
                write!(f, "{object} points to {target}, which is freed")
            }
        }
    }
}

impl std::error::Error for Violation {}

impl<D: Driver> Heap<D> {
    /// Checks all invariants. It runs after each collection in debug builds.
    ///
    /// # Errors
    ///
    /// The first one that does not hold.
    pub fn verify(&self) -> Result<(), Violation> {
        let mut listed = 0;
        for (number, span) in self.memory.spans.iter().enumerate() {
            for index in 0..span.slots as usize {
                let records = self.verify_records(number, index)?;
                if span::is_set(&span.special, index) != (records > 0) {
                    let (span, slot) = (number, index);
                    return Err(Violation::RecordBit { span, slot, records });
                }
                listed += records;
            }
        }
        let all = self.specials.len();
        if listed != all {
            return Err(Violation::LostRecords { listed, all });
        }
        let is_freed = |object: &Pointer| !self.is_allocated(*object);
        if let Some(object) = self.roots.iter().find(is_freed) {
            return Err(Violation::FreedRoot { object });
        }
        let mut due = self.due_finalizers.iter().map(|due| due.object);
        match due.find(is_freed) {
            Some(object) => Err(Violation::FreedDue { object }),
            None => self.verify_marks(),
        }
    }

    /// Checks that no object that was followed leads to one that is not marked:
    /// such a one could be lost, as nobody looks there again.
    fn verify_marks(&self) -> Result<(), Violation> {
        let name = |slot: &SlotRef| (slot.span, slot.index);
        let gray: HashSet<_> = self.gray.iter().map(name).collect();
        for (number, span) in self.memory.spans.iter().enumerate() {
            for index in 0..span.slots as usize {
                let is_marked = span::is_set(&span.marked, index);
                if !is_marked || gray.contains(&(number, index)) {
                    continue;
                }
                let slot = SlotRef { span: number, index };
                let object = self.memory.object_at(slot);
                let is_overlooked = |target: &Pointer| {
                    let slot = self.memory.find(*target);
                    slot.is_some_and(|slot| !self.memory.is_marked(slot))
                };
                let mut targets = self.reached_from(object).into_iter();
                if let Some(target) = targets.find(is_overlooked) {
                    return Err(Violation::Overlooked { object, target });
                }
            }
        }
        Ok(())
    }

    /// Checks that no pointer leads to a freed object.
    ///
    /// This holds right after a collection, because a collection keeps an
    /// object with all that is reachable from it.
    ///
    /// # Errors
    ///
    /// The first pointer that does, as [`Violation::FieldToFreed`].
    pub fn verify_fields(&self) -> Result<(), Violation> {
        for (number, span) in self.memory.spans.iter().enumerate() {
            for index in 0..span.slots as usize {
                if !span::is_set(&span.allocated, index) {
                    continue;
                }
                let fields = span.fields(index).iter();
                let mut targets =
                    fields.filter_map(|&field| self.memory.pointer_at(field));
                let freed = targets.find(|&to| !self.is_allocated(to));
                if let Some(target) = freed {
                    let slot = SlotRef { span: number, index };
                    let object = self.memory.object_at(slot);
                    return Err(Violation::FieldToFreed { object, target });
                }
            }
        }
        Ok(())
    }

    /// Checks the records of one slot, and returns how many there are.
    fn verify_records(
        &self,
        span: usize,
        index: usize,
    ) -> Result<usize, Violation> {
        let slot = SlotRef { span, index };
        let mut count = 0;
        for special in self.specials.list(&self.memory, slot) {
            count += 1;
            let object = self.memory.object_in(special.object);
            let Some(found) = self.memory.find(object) else {
                return Err(Violation::RecordOfFreed { object });
            };
            if (found.span, found.index) != (span, index) {
                let list_of = self.memory.object_at(slot);
                return Err(Violation::RecordElsewhere { object, list_of });
            }
            if let SpecialKind::Weak(handle) = special.kind
                && let found = self.weak.object(handle)
                && found != Some(object)
            {
                return Err(Violation::WeakHandle { handle, object, found });
            }
            if let SpecialKind::Ephemeron { value, .. } = special.kind
                && let value = self.memory.object_in(value)
                && !self.is_allocated(value)
            {
                return Err(Violation::FreedValue { key: object, value });
            }
        }
        Ok(count)
    }
}

/// Each invariant is broken by hand, and named.
#[cfg(test)]
#[cfg(not(any(loom, miri)))] // the heap has no unsafe
mod tests {
    use super::*;
    use crate::gc::Layout;
    use crate::gc::span::{NONE, Span};

    fn two() -> (Heap, [Pointer; 2]) {
        let mut heap = Heap::new();
        let objects = [(); 2].map(|()| heap.alloc(Layout::new(1, 8)));
        (heap, objects)
    }

    fn place(heap: &mut Heap, object: Pointer) -> (&mut Span, SlotRef) {
        let slot = heap.memory.find(object).expect("it is there");
        (&mut heap.memory.spans[slot.span], slot)
    }

    /// Frees what somebody still names.
    fn free(heap: &mut Heap, object: Pointer) {
        let (span, slot) = place(heap, object);
        span::unset(&mut span.allocated, slot.index);
    }

    #[test]
    fn a_bit_that_is_unset_or_set_for_nothing() {
        for records in [0, 1] {
            let (mut heap, [object, _]) = two();
            (0..records).for_each(|_| _ = heap.downgrade(object));
            assert_eq!(heap.verify(), Ok(()));
            let (span, slot) = place(&mut heap, object);
            span.special[0] ^= 1 << slot.index;
            let (span, slot) = (slot.span, slot.index);
            let violation = Violation::RecordBit { span, slot, records };
            assert_eq!(heap.verify(), Err(violation));
        }
    }

    #[test]
    fn records_in_no_list_or_in_another_or_of_a_freed_object() {
        let (mut heap, objects) = two();
        for object in objects {
            heap.add_cleanup(object, |_| ());
        }
        let [list_of, object] = objects;
        let [first, second] =
            objects.map(|object| place(&mut heap, object).1.index);
        let (span, _) = place(&mut heap, object);
        span.heads.swap(first, second);
        let violation = Violation::RecordElsewhere { object, list_of };
        assert_eq!(heap.verify(), Err(violation));
        let (span, _) = place(&mut heap, object);
        span.heads.swap(first, second);
        span::unset(&mut span.special, first);
        let head = std::mem::replace(&mut span.heads[first], NONE);
        let violation = Violation::LostRecords { listed: 1, all: 2 };
        assert_eq!(heap.verify(), Err(violation));
        let (span, _) = place(&mut heap, object);
        span::set(&mut span.special, first);
        span.heads[first] = head;
        assert_eq!(heap.verify(), Ok(()));
        free(&mut heap, object);
        let violation = heap.verify().expect_err("it is freed").to_string();
        assert_eq!(violation, format!("{object} is freed but has a record"));
    }

    #[test]
    fn a_weak_handle_of_another_object() {
        let (mut heap, [object, found]) = two();
        heap.downgrade(object);
        heap.downgrade(found);
        let slot = heap.memory.find(object).expect("it is there");
        let record = heap.specials.find(&heap.memory, slot, |_| true);
        let handle = 2; // that of the second object
        record.expect("it has one").kind = SpecialKind::Weak(handle);
        let found = Some(found);
        let violation = Violation::WeakHandle { handle, object, found };
        assert_eq!(heap.verify(), Err(violation));
    }

    #[test]
    fn a_freed_object_that_is_kept_or_due_or_a_value_or_pointed_to() {
        let (mut heap, [object, _]) = two();
        let _root = heap.root(object);
        free(&mut heap, object);
        assert_eq!(heap.verify(), Err(Violation::FreedRoot { object }));

        let (mut heap, [object, _]) = two();
        heap.set_finalizer(object, |_, _| ());
        heap.collect();
        free(&mut heap, object);
        assert_eq!(heap.verify(), Err(Violation::FreedDue { object }));

        let (mut heap, [key, value]) = two();
        heap.add_ephemeron(key, value);
        free(&mut heap, value);
        let violation = heap.verify().expect_err("it is freed").to_string();
        let expected = format!("the value {value} of the key {key} is freed");
        assert_eq!(violation, expected);

        let (mut heap, [object, target]) = two();
        heap.set_field(object, 0, Some(target));
        assert_eq!(heap.verify_fields(), Ok(()));
        free(&mut heap, target);
        assert_eq!(heap.verify(), Ok(()), "which is for `verify_fields`");
        let violation = heap.verify_fields().expect_err("it is freed");
        let expected = format!("{object} points to {target}, which is freed");
        assert_eq!(violation.to_string(), expected);
    }
}
