//! What hangs on an object beside its bytes: finalizers, cleanups, weak
//! pointers, ephemerons.
//!
//! Go calls these records *specials* and keeps those of a span in one list
//! sorted by address, which makes adding them in ascending order slow
//! (Go 1.27, `runtime/mheap.go`, `specialFindSplicePoint`). Here each object
//! has a list of its own, in one table for the whole heap.

use std::num::NonZeroU32;

use super::driver::Driver;
use super::memory::{Memory, SlotRef};
use super::numbered::Numbered;
use super::pointer::Pointer;
use super::span::{self, NONE};

/// One record.
#[derive(Debug)]
pub(super) struct Special<D: Driver> {
    /// Where the object is. In a tiny block, the exact one.
    pub(super) object: NonZeroU32,
    /// Where what the function of the record holds on to is. Addresses do, as
    /// the record keeps the one and ends with the other: a record is copied
    /// when it is made, and when the table grows.
    pub(super) held: Option<NonZeroU32>,
    pub(super) kind: SpecialKind<D>,
    next: u32,
}

#[derive(Debug)]
pub(super) enum SpecialKind<D: Driver> {
    Finalizer(D::Finalizer),
    Cleanup {
        id: u64,
        function: D::Cleanup,
    },
    /// The index of a weak handle.
    Weak(u32),
    /// The object is the key of this value.
    Ephemeron {
        id: u64,
        value: NonZeroU32,
    },
}

impl<D: Driver> Special<D> {
    pub(super) fn is_cleanup(&self) -> bool {
        matches!(self.kind, SpecialKind::Cleanup { .. })
    }
}

/// All records of a heap, by number.
#[derive(Debug)]
pub(super) struct Specials<D: Driver> {
    records: Numbered<Option<Special<D>>>,
}

impl<D: Driver> Specials<D> {
    pub(super) fn new() -> Self {
        Self { records: Numbered::new() }
    }

    fn get(&self, number: u32) -> &Special<D> {
        let special = self.records.get(number).and_then(Option::as_ref);
        special.expect("lists hold taken numbers only")
    }

    fn get_mut(&mut self, number: u32) -> &mut Special<D> {
        let special = self.records.get_mut(number).and_then(Option::as_mut);
        special.expect("lists hold taken numbers only")
    }

    /// Returns how many records there are.
    pub(super) fn len(&self) -> usize {
        self.records.taken()
    }

    /// Puts a record in front of the list of the object in `slot`.
    #[inline]
    pub(super) fn add(
        &mut self,
        memory: &mut Memory,
        slot: SlotRef,
        object: Pointer,
        kind: SpecialKind<D>,
    ) {
        self.add_beside(memory, slot, object, kind, |_| true);
    }

    /// As `add`, if `suits` says so of all records that are there. Returns
    /// whether it did.
    #[inline(always)] // the record is made in its place, not copied there
    pub(super) fn add_beside(
        &mut self,
        memory: &mut Memory,
        slot: SlotRef,
        object: Pointer,
        kind: SpecialKind<D>,
        suits: impl Fn(&Special<D>) -> bool,
    ) -> bool {
        let span = &mut memory.spans[slot.span];
        span::set(&mut span.special, slot.index);
        let head = span.head(slot.index);
        let next = *head;
        if next != NONE && !(List { specials: self, number: next }).all(suits) {
            return false;
        }
        let object = object.place();
        let (number, record) = self.records.take();
        *record = Some(Special { object, held: None, kind, next });
        *head = number;
        true
    }

    /// Returns the records of the object in `slot`, the latest first.
    #[inline]
    pub(super) fn list(&self, memory: &Memory, slot: SlotRef) -> List<'_, D> {
        let heads = &memory.spans[slot.span].heads;
        List {
            specials: self,
            number: heads.get(slot.index).copied().unwrap_or(NONE),
        }
    }

    /// Returns the first record in `slot` that `wanted` names.
    #[inline]
    pub(super) fn find(
        &mut self,
        memory: &Memory,
        slot: SlotRef,
        wanted: impl Fn(&Special<D>) -> bool,
    ) -> Option<&mut Special<D>> {
        let mut list = self.list(memory, slot);
        let number = loop {
            let number = list.number;
            if wanted(list.next()?) {
                break number;
            }
        };
        Some(self.get_mut(number))
    }

    /// Takes the records in `slot` that `wanted` names out of the list.
    #[inline]
    pub(super) fn take(
        &mut self,
        memory: &mut Memory,
        slot: SlotRef,
        wanted: impl Fn(&Special<D>) -> bool,
        mut taken: impl FnMut(Special<D>),
    ) {
        let span = &mut memory.spans[slot.span];
        let Some(head) = span.heads.get_mut(slot.index) else {
            return;
        };
        let mut number = std::mem::replace(head, NONE);
        let mut last = NONE;
        while number != NONE {
            let special = self.get_mut(number);
            let next = std::mem::replace(&mut special.next, NONE);
            if wanted(special) {
                let record = self.records.get_mut(number);
                let special = record.and_then(Option::take);
                self.records.give_back(number);
                taken(special.expect("it was looked at the line before"));
            } else if last == NONE {
                *head = number;
                last = number;
            } else {
                self.get_mut(last).next = number;
                last = number;
            }
            number = next;
        }
        if *head == NONE {
            span::unset(&mut span.special, slot.index);
        }
    }
}

/// The records of one object.
pub(super) struct List<'a, D: Driver> {
    specials: &'a Specials<D>,
    number: u32,
}

impl<'a, D: Driver> Iterator for List<'a, D> {
    type Item = &'a Special<D>;

    #[inline]
    fn next(&mut self) -> Option<&'a Special<D>> {
        if self.number == NONE {
            return None;
        }
        let special = self.specials.get(self.number);
        self.number = special.next;
        Some(special)
    }
}
