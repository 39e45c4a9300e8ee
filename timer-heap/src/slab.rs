//! Storage with handles that know when they are stale.
//!
//! Entries live in chunks, so that growing copies nothing, and are named by
//! an index and a generation: reusing a slot changes its generation, and
//! every older handle then names nothing.

const CHUNK: usize = 1024;

/// Names one timer; stale as soon as that timer is gone.
///
/// Eight bytes, free to copy. A slot's generation wraps after 2^32 uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TimerId {
    index: u32,
    generation: u32,
}

impl TimerId {
    pub(crate) fn new(index: u32, generation: u32) -> Self {
        Self { index, generation }
    }

    /// The slot, which other timers use before and after this one.
    pub fn index(self) -> u32 {
        self.index
    }
}

#[derive(Debug)]
struct Slot<E> {
    generation: u32,
    entry: Option<E>,
}

/// Entries named by [`TimerId`].
#[derive(Debug)]
pub(crate) struct Slab<E> {
    chunks: Vec<Vec<Slot<E>>>,
    vacant: Vec<u32>,
    len: usize,
    /// Above every generation given out by slots that are freed memory now.
    fresh: u32,
    /// With no more entries than this, memory is returned.
    shrink_at: usize,
}

impl<E> Default for Slab<E> {
    fn default() -> Self {
        Self {
            chunks: Vec::new(),
            vacant: Vec::new(),
            len: 0,
            fresh: 0,
            shrink_at: 0,
        }
    }
}

impl<E> Slab<E> {
    #[inline]
    pub(crate) fn insert(&mut self, entry: E) -> TimerId {
        self.insert_with(|_| entry)
    }

    /// Inserts an entry that is made with the knowledge of its index.
    #[inline(always)]
    pub(crate) fn insert_with(
        &mut self,
        make: impl FnOnce(u32) -> E,
    ) -> TimerId {
        self.len += 1;
        let index = match self.vacant.pop() {
            Some(index) => index,
            None => self.grow(),
        };
        let slot = self.slot_mut(index).expect("vacant slots exist");
        debug_assert!(slot.entry.is_none());
        slot.entry = Some(make(index));
        TimerId::new(index, slot.generation)
    }

    /// Adds a vacant slot.
    #[cold]
    fn grow(&mut self) -> u32 {
        if self.chunks.last().is_none_or(|chunk| chunk.len() == CHUNK) {
            // The first chunk grows from nothing; a small service stays so.
            let room = if self.chunks.is_empty() { 0 } else { CHUNK };
            self.chunks.push(Vec::with_capacity(room));
            self.shrink_at = self.chunks.len() * CHUNK / 4;
        }
        let before = (self.chunks.len() - 1) * CHUNK;
        let chunk = self.chunks.last_mut().expect("just made");
        let index = u32::try_from(before + chunk.len())
            .expect("fewer than 2^32 timers");
        chunk.push(Slot {
            generation: self.fresh,
            entry: None,
        });
        index
    }

    #[inline]
    // ANCHOR: stale
    pub(crate) fn remove(&mut self, id: TimerId) -> Option<E> {
        if self.slot(id.index)?.generation != id.generation {
            return None;
        }
        self.take(id.index)
    }
    // ANCHOR_END: stale

    /// Removes the entry at an index, if it is in use.
    #[inline(always)]
    pub(crate) fn take(&mut self, index: u32) -> Option<E> {
        let slot = self.slot_mut(index)?;
        let entry = slot.entry.take()?;
        slot.generation = slot.generation.wrapping_add(1);
        self.vacant.push(index);
        self.len -= 1;
        if self.len < self.shrink_at {
            self.shrink();
        }
        Some(entry)
    }

    /// Returns the vacant chunks at the end, once most entries are gone.
    #[cold]
    fn shrink(&mut self) {
        self.shrink_at = self.len / 2;
        let is_vacant =
            |chunk: &Vec<Slot<E>>| chunk.iter().all(|s| s.entry.is_none());
        while self.chunks.len() > 1 && self.chunks.last().is_some_and(is_vacant)
        {
            let chunk = self.chunks.pop().expect("there is a last one");
            let generations = chunk.iter().map(|slot| slot.generation);
            let highest = generations.max().unwrap_or(0);
            self.fresh = self.fresh.max(highest);
        }
        let end = self.chunks.len() * CHUNK;
        self.vacant.retain(|&index| (index as usize) < end);
        self.vacant.shrink_to(2 * self.vacant.len());
    }

    #[inline]
    fn slot(&self, index: u32) -> Option<&Slot<E>> {
        let index = index as usize;
        self.chunks.get(index / CHUNK)?.get(index % CHUNK)
    }

    #[inline]
    fn slot_mut(&mut self, index: u32) -> Option<&mut Slot<E>> {
        let index = index as usize;
        self.chunks.get_mut(index / CHUNK)?.get_mut(index % CHUNK)
    }

    #[inline]
    pub(crate) fn get(&self, id: TimerId) -> Option<&E> {
        let slot = self.slot(id.index)?;
        let current = slot.generation == id.generation;
        slot.entry.as_ref().filter(|_| current)
    }

    #[inline]
    pub(crate) fn get_mut(&mut self, id: TimerId) -> Option<&mut E> {
        let slot = self.slot_mut(id.index)?;
        let current = slot.generation == id.generation;
        slot.entry.as_mut().filter(|_| current)
    }

    /// The entry at an index, if it is in use.
    #[inline]
    pub(crate) fn find(&self, index: u32) -> Option<&E> {
        self.slot(index)?.entry.as_ref()
    }

    /// The entry at an index that is known to be in use.
    #[inline]
    pub(crate) fn at(&self, index: u32) -> &E {
        let slot = self.slot(index).expect("an index in use");
        slot.entry.as_ref().expect("an index in use")
    }

    /// Like [`at`](Self::at), to change it.
    #[inline]
    pub(crate) fn at_mut(&mut self, index: u32) -> &mut E {
        let slot = self.slot_mut(index).expect("an index in use");
        slot.entry.as_mut().expect("an index in use")
    }

    /// The full name of the entry at an index, if it is in use.
    #[inline]
    pub(crate) fn current(&self, index: u32) -> Option<TimerId> {
        let slot = self.slot(index)?;
        slot.entry.as_ref()?;
        Some(TimerId::new(index, slot.generation))
    }

    /// The full name of the entry at an index in use.
    #[inline]
    pub(crate) fn id(&self, index: u32) -> TimerId {
        let slot = self.slot(index).expect("an index in use");
        TimerId::new(index, slot.generation)
    }

    /// Slots that memory is held for.
    #[cfg(test)]
    fn capacity(&self) -> usize {
        self.chunks.iter().map(Vec::capacity).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reused_slot_makes_the_old_handle_stale() {
        let mut slab = Slab::default();
        let old = slab.insert("old");
        assert_eq!(slab.remove(old), Some("old"));
        let new = slab.insert("new");
        assert_eq!(old.index, new.index);
        assert_eq!(slab.get(old), None);
        assert_eq!(slab.remove(old), None);
        assert_eq!(slab.get(new), Some(&"new"));
    }

    #[test]
    fn memory_is_returned_after_a_burst() {
        let mut slab = Slab::default();
        let stays = slab.insert(0);
        let burst: Vec<_> = (0..100_000).map(|n| slab.insert(n)).collect();
        assert!(slab.capacity() >= 100_000);
        for &id in &burst {
            slab.remove(id);
        }
        assert!(slab.capacity() <= 2 * CHUNK, "{}", slab.capacity());
        assert_eq!(slab.get(stays), Some(&0));
        let again: Vec<_> = (0..100_000).map(|n| slab.insert(n)).collect();
        assert!(burst.iter().all(|&id| slab.get(id).is_none()));
        assert!(again.iter().all(|&id| slab.get(id).is_some()));
    }
}
