//! What hangs on objects.

use std::collections::BTreeMap;

use super::memory::{Memory, SlotRef};
use super::span;

/// One record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Special {
    /// The address of the object.
    pub object: u32,
    /// What hangs on it.
    pub kind: SpecialKind,
}

/// What can hang on an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpecialKind {
    /// A function that is given the object.
    Finalizer(usize),
    /// A function that is called when the object is gone.
    Cleanup {
        /// Which one.
        function: usize,
    },
    /// The weak pointer of this number.
    Weak(usize),
}

impl Special {
    /// Returns whether it is a cleanup.
    pub fn is_cleanup(&self) -> bool {
        matches!(self.kind, SpecialKind::Cleanup { .. })
    }
}

/// All records of a heap.
#[derive(Clone, Debug, Default)]
pub struct Specials {
    lists: BTreeMap<SlotRef, Vec<Special>>,
}

impl Specials {
    /// Returns whether nothing hangs on any object.
    pub fn is_empty(&self) -> bool {
        self.lists.is_empty()
    }

    /// Returns a copy of the records of the object in `slot`, the latest
    /// first.
    pub fn list(&self, slot: SlotRef) -> std::vec::IntoIter<Special> {
        let mut list = self.lists.get(&slot).cloned().unwrap_or_default();
        list.reverse();
        list.into_iter()
    }

    /// Hangs a record on the object in `slot`.
    pub(super) fn add(
        &mut self,
        memory: &mut Memory,
        slot: SlotRef,
        kind: SpecialKind,
    ) {
        let span = &mut memory.spans[slot.span];
        span.special.put(slot.index, true);
        let object = span.address_of(slot.index);
        self.lists.entry(slot).or_default().push(Special { object, kind });
    }

    /// Takes the records in `slot` that `wanted` names off the object, and
    /// hands each to `taken`.
    pub fn take(
        &mut self,
        memory: &mut Memory,
        slot: SlotRef,
        wanted: impl Fn(&Special) -> bool,
        taken: impl FnMut(Special),
    ) {
        let list = self.lists.remove(&slot).unwrap_or_default();
        let (gone, kept): (Vec<_>, Vec<_>) = list.into_iter().partition(wanted);
        if kept.is_empty() {
            span::unset(&mut memory.spans[slot.span].special, slot.index);
        } else {
            self.lists.insert(slot, kept);
        }
        gone.into_iter().rev().for_each(taken);
    }

    /// Forgets what hung on an object that is no more.
    pub(super) fn forget(&mut self, memory: &mut Memory, slot: SlotRef) {
        self.lists.remove(&slot);
        memory.spans[slot.span].special.put(slot.index, false);
    }
}

/// The objects that weak pointers lead to, by number.
#[derive(Clone, Debug, Default)]
pub struct WeakHandles {
    objects: Vec<Option<u32>>,
}

impl WeakHandles {
    pub(super) fn add(&mut self, object: u32) -> usize {
        self.objects.push(Some(object));
        self.objects.len() - 1
    }

    /// Makes the weak pointer of this number lead nowhere.
    pub fn clear(&mut self, handle: usize) {
        self.objects[handle] = None;
    }

    pub(super) fn object(&self, handle: usize) -> Option<u32> {
        self.objects[handle]
    }
}
