//! A piece of the slab: slots that are allocated and returned together.

use std::mem::{forget, replace};

/// Slots of a chunk.
pub(crate) const CHUNK: usize = 1024;

/// No slot.
const NIL: u32 = u32::MAX;

#[derive(Debug)]
pub(super) struct Slot<E> {
    pub(super) generation: u32,
    /// A mark of the owner; see [`Slab::release`](super::Slab::release).
    pub(super) released: bool,
    entry: Entry<E>,
}

#[derive(Debug)]
enum Entry<E> {
    /// The next vacant slot of the chunk, or `NIL`.
    Vacant(u32),
    Used(E),
}

/// Up to [`CHUNK`] slots; the vacant ones are a list threaded through them.
#[derive(Debug)]
pub(super) struct Chunk<E> {
    slots: Vec<Slot<E>>,
    vacant: u32,
    used: u32,
    /// At least the generation of every slot.
    newest: u32,
}

impl<E> Slot<E> {
    #[inline]
    pub(super) fn get(&self) -> Option<&E> {
        match &self.entry {
            Entry::Used(entry) => Some(entry),
            Entry::Vacant(_) => None,
        }
    }

    #[inline]
    pub(super) fn get_mut(&mut self) -> Option<&mut E> {
        match &mut self.entry {
            Entry::Used(entry) => Some(entry),
            Entry::Vacant(_) => None,
        }
    }
}

impl<E> Slot<E> {
    /// Puts an entry into a vacant slot.
    #[inline(always)]
    pub(super) fn fill(&mut self, entry: E) {
        debug_assert!(self.get().is_none(), "a slot in use was reserved");
        self.released = false;
        // Nothing is there to drop, which the compiler cannot know.
        forget(replace(&mut self.entry, Entry::Used(entry)));
    }
}

impl<E> Chunk<E> {
    /// A chunk with room for some slots, the first ones of a generation.
    pub(super) fn new(room: usize, generation: u32) -> Self {
        Self {
            slots: Vec::with_capacity(room),
            vacant: NIL,
            used: 0,
            newest: generation,
        }
    }

    /// No slot is in use.
    pub(super) fn is_empty(&self) -> bool {
        self.used == 0
    }

    /// A slot is vacant, or can be added.
    #[inline(always)]
    pub(super) fn has_room(&self) -> bool {
        self.used as usize != CHUNK
    }

    /// Every slot but one is in use.
    pub(super) fn has_one_vacant(&self) -> bool {
        self.used as usize + 1 == CHUNK
    }

    /// Its memory was returned, or it never had any.
    pub(super) fn is_returned(&self) -> bool {
        self.slots.capacity() == 0
    }

    /// Slots that memory is held for.
    #[cfg(test)]
    pub(super) fn capacity(&self) -> usize {
        self.slots.capacity()
    }

    /// At least the generation of every slot.
    pub(super) fn newest(&self) -> u32 {
        self.newest
    }

    #[inline(always)]
    pub(super) fn slot(&self, at: usize) -> Option<&Slot<E>> {
        self.slots.get(at)
    }

    #[inline(always)]
    pub(super) fn slot_mut(&mut self, at: usize) -> Option<&mut Slot<E>> {
        self.slots.get_mut(at)
    }

    /// Takes a vacant slot, if there is one, to be filled at once.
    #[inline(always)]
    pub(super) fn reserve(&mut self) -> Option<(usize, &mut Slot<E>)> {
        let at = match self.vacant {
            NIL => self.grow()?,
            at => at as usize,
        };
        let slot = self.slots.get_mut(at)?;
        if let Entry::Vacant(next) = slot.entry {
            self.vacant = next;
        }
        self.used += 1;
        Some((at, slot))
    }

    /// Adds a slot.
    #[cold]
    fn grow(&mut self) -> Option<usize> {
        let at = self.slots.len();
        if at == CHUNK {
            return None;
        }
        self.slots.push(Slot {
            generation: self.newest,
            released: false,
            entry: Entry::Vacant(NIL),
        });
        Some(at)
    }

    /// Takes the entry out of a slot in use, which is vacant then.
    #[inline]
    pub(super) fn take(&mut self, at: usize) -> Option<E> {
        let slot = self.slots.get_mut(at)?;
        slot.get()?;
        let vacant = Entry::Vacant(self.vacant);
        let before = replace(&mut slot.entry, vacant);
        self.note_vacant(at);
        match before {
            Entry::Used(entry) => Some(entry),
            Entry::Vacant(_) => None,
        }
    }

    /// Drops the entry where it lies, after a last look at it.
    #[inline(always)]
    pub(super) fn discard<R>(
        &mut self,
        at: usize,
        look: impl FnOnce(&mut E) -> R,
    ) -> Option<R> {
        let slot = self.slots.get_mut(at)?;
        let result = look(slot.get_mut()?);
        slot.entry = Entry::Vacant(self.vacant);
        self.note_vacant(at);
        Some(result)
    }

    #[inline(always)]
    fn note_vacant(&mut self, at: usize) {
        let slot = &mut self.slots[at];
        slot.generation = slot.generation.wrapping_add(1);
        self.newest = self.newest.max(slot.generation);
        self.vacant = at as u32;
        self.used -= 1;
    }
}
