//! What hangs on an object beside its bytes: finalizers, cleanups, weak
//! pointers.
//!
//! Go calls these records *specials* and keeps those of a span in one list
//! sorted by address, which makes adding them in ascending order slow
//! (Go 1.27, `runtime/mheap.go`, `specialFindSplicePoint`). Here each object
//! has a list of its own, in one table for the whole heap.

use super::driver::Driver;
use super::memory::{Memory, Place};
use super::pointer::Pointer;
use super::span::{self, NONE};

/// One record.
#[derive(Debug)]
pub(super) struct Special<D: Driver> {
    /// The object; in a tiny block, the exact one.
    pub(super) object: Pointer,
    /// What the function of the record holds on to.
    pub(super) held: Option<Pointer>,
    pub(super) kind: Kind<D>,
    next: u32,
}

#[derive(Debug)]
pub(super) enum Kind<D: Driver> {
    Finalizer(D::Finalizer),
    Cleanup {
        id: u64,
        function: D::Cleanup,
    },
    /// The index of a weak handle.
    Weak(u32),
}

impl<D: Driver> Special<D> {
    pub(super) fn is_cleanup(&self) -> bool {
        matches!(self.kind, Kind::Cleanup { .. })
    }
}

/// All records of a heap, by number.
#[derive(Debug)]
pub(super) struct Specials<D: Driver> {
    table: Vec<Option<Special<D>>>,
    free: Vec<u32>,
}

impl<D: Driver> Specials<D> {
    pub(super) fn new() -> Self {
        Specials { table: Vec::new(), free: Vec::new() }
    }

    fn get(&self, number: u32) -> &Special<D> {
        let special = self.table[number as usize].as_ref();
        special.expect("lists hold taken numbers only")
    }

    fn get_mut(&mut self, number: u32) -> &mut Special<D> {
        let special = self.table[number as usize].as_mut();
        special.expect("lists hold taken numbers only")
    }

    /// How many records there are.
    pub(super) fn len(&self) -> usize {
        self.table.len() - self.free.len()
    }

    /// Puts a record in front of the list of the object in `place`.
    #[inline]
    pub(super) fn add(
        &mut self,
        memory: &mut Memory,
        place: Place,
        object: Pointer,
        kind: Kind<D>,
    ) -> u32 {
        let span = &mut memory.spans[place.span];
        if span.heads.is_empty() {
            span.heads = vec![NONE; span.slots as usize].into();
        }
        span::set(&mut span.special, place.slot);
        let head = &mut span.heads[place.slot];
        let special = Some(Special { object, held: None, kind, next: *head });
        *head = match self.free.pop() {
            Some(number) => {
                self.table[number as usize] = special;
                number
            }
            None => {
                self.table.push(special);
                self.table.len() as u32 - 1
            }
        };
        *head
    }

    /// The records in `place`, the latest first.
    #[inline]
    pub(super) fn list(&self, memory: &Memory, place: Place) -> List<'_, D> {
        let heads = &memory.spans[place.span].heads;
        List {
            specials: self,
            number: heads.get(place.slot).copied().unwrap_or(NONE),
        }
    }

    /// The first record in `place` that `wanted` names.
    #[inline]
    pub(super) fn find(
        &mut self,
        memory: &Memory,
        place: Place,
        wanted: impl Fn(&Special<D>) -> bool,
    ) -> Option<&mut Special<D>> {
        let mut list = self.list(memory, place);
        let number = loop {
            let number = list.number;
            if wanted(list.next()?) {
                break number;
            }
        };
        Some(self.get_mut(number))
    }

    /// Takes the records in `place` that `wanted` names out of the list.
    #[inline]
    pub(super) fn take(
        &mut self,
        memory: &mut Memory,
        place: Place,
        wanted: impl Fn(&Special<D>) -> bool,
        mut taken: impl FnMut(Special<D>),
    ) {
        let span = &mut memory.spans[place.span];
        let Some(head) = span.heads.get_mut(place.slot) else {
            return;
        };
        let mut number = std::mem::replace(head, NONE);
        let mut last = NONE;
        while number != NONE {
            let special = self.get_mut(number);
            let next = std::mem::replace(&mut special.next, NONE);
            if wanted(special) {
                let special = self.table[number as usize].take();
                self.free.push(number);
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
            span::unset(&mut span.special, place.slot);
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
