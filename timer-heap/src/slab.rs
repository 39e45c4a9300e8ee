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
    /// A mark of the owner; see [`Slab::release`].
    released: bool,
    entry: Option<E>,
}

/// Entries named by [`TimerId`].
#[derive(Debug)]
pub(crate) struct Slab<E> {
    chunks: Vec<Vec<Slot<E>>>,
    /// The chunk that new slots are added to.
    growing: usize,
    /// Chunks whose memory was returned.
    returned: Vec<usize>,
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
            growing: 0,
            returned: Vec::new(),
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
        let index = self.reserve();
        self.fill(index, entry)
    }

    /// A vacant slot, to be [filled](Self::fill) at once.
    #[inline(always)]
    pub(crate) fn reserve(&mut self) -> u32 {
        self.vacant.pop().unwrap_or_else(|| self.grow())
    }

    /// Puts an entry into a slot that was reserved.
    #[inline(always)]
    pub(crate) fn fill(&mut self, index: u32, entry: E) -> TimerId {
        self.len += 1;
        let slot = self.slot_mut(index).expect("reserved slots exist");
        slot.released = false;
        let before = slot.entry.replace(entry);
        debug_assert!(before.is_none(), "slot {index} was in use");
        // Nothing is there to drop, which the compiler cannot know.
        std::mem::forget(before);
        TimerId::new(index, slot.generation)
    }

    /// Adds a vacant slot.
    #[cold]
    fn grow(&mut self) -> u32 {
        if self
            .chunks
            .get(self.growing)
            .is_none_or(|c| c.len() == CHUNK)
        {
            self.add_chunk();
        }
        let chunk = &mut self.chunks[self.growing];
        let index = u32::try_from(self.growing * CHUNK + chunk.len())
            .expect("fewer than 2^32 timers");
        chunk.push(Slot {
            generation: self.fresh,
            released: false,
            entry: None,
        });
        index
    }

    /// Takes a chunk to grow in: where one was returned, or a new one.
    fn add_chunk(&mut self) {
        self.growing = self.returned.pop().unwrap_or(self.chunks.len());
        // The first chunk grows from nothing; a small service stays so.
        let room = if self.chunks.is_empty() { 0 } else { CHUNK };
        let chunk = Vec::with_capacity(room);
        match self.chunks.get_mut(self.growing) {
            Some(returned) => *returned = chunk,
            None => self.chunks.push(chunk),
        }
        let held = self.chunks.len() - self.returned.len();
        self.shrink_at = held * CHUNK / 4;
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
    #[inline]
    fn take(&mut self, index: u32) -> Option<E> {
        let slot = self.slot_mut(index)?;
        let entry = slot.entry.take()?;
        slot.generation = slot.generation.wrapping_add(1);
        self.vacate(index);
        Some(entry)
    }

    /// Drops the entry at an index where it lies, after a last look at it.
    ///
    /// Moving an entry just written is dear: the processor cannot read
    /// sixteen bytes at once that are still on their way to memory as two
    /// times eight.
    #[inline(always)]
    pub(crate) fn discard<R>(
        &mut self,
        index: u32,
        look: impl FnOnce(&mut E) -> R,
    ) -> Option<R> {
        let slot = self.slot_mut(index)?;
        let result = look(slot.entry.as_mut()?);
        slot.entry = None;
        slot.generation = slot.generation.wrapping_add(1);
        self.vacate(index);
        Some(result)
    }

    #[inline(always)]
    fn vacate(&mut self, index: u32) {
        self.vacant.push(index);
        self.len -= 1;
        if self.len < self.shrink_at {
            self.shrink();
        }
    }

    /// Marks an entry; what that means is the owner's affair.
    #[inline]
    pub(crate) fn release(&mut self, id: TimerId) {
        if let Some(slot) = self.slot_mut(id.index)
            && slot.generation == id.generation
        {
            slot.released = true;
        }
    }

    /// Whether the entry exists and was marked.
    #[inline]
    pub(crate) fn is_released(&self, id: TimerId) -> bool {
        self.slot(id.index)
            .is_some_and(|s| s.released && s.generation == id.generation)
    }

    /// Returns the vacant chunks, once most entries are gone.
    #[cold]
    fn shrink(&mut self) {
        for (number, chunk) in self.chunks.iter_mut().enumerate() {
            let is_vacant = chunk.iter().all(|slot| slot.entry.is_none());
            if number == self.growing || chunk.is_empty() || !is_vacant {
                continue;
            }
            let generations = chunk.iter().map(|slot| slot.generation);
            self.fresh = self.fresh.max(generations.max().unwrap_or(0));
            *chunk = Vec::new();
            self.returned.push(number);
        }
        let chunks = &self.chunks;
        let is_held = |index: u32| !chunks[index as usize / CHUNK].is_empty();
        self.vacant.retain(|&index| is_held(index));
        self.vacant.shrink_to(2 * self.vacant.len());
        // Tried again until the last entry is gone: it may be in the way.
        self.shrink_at = match chunks.len() - self.returned.len() {
            1 => 0,
            _ => (self.len / 2).max(1),
        };
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

    /// Like [`find`](Self::find), to change it.
    #[inline]
    pub(crate) fn find_mut(&mut self, index: u32) -> Option<&mut E> {
        self.slot_mut(index)?.entry.as_mut()
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
    fn a_late_survivor_does_not_keep_the_memory_of_a_burst() {
        let mut slab = Slab::default();
        for round in 0..3 {
            let burst: Vec<_> = (0..100_000).map(|n| slab.insert(n)).collect();
            let stays = slab.insert(round);
            for &id in &burst {
                assert!(slab.remove(id).is_some());
            }
            assert!(slab.capacity() <= 4 * CHUNK, "{}", slab.capacity());
            assert_eq!(slab.get(stays), Some(&round));
            assert!(burst.iter().all(|&id| slab.get(id).is_none()));
        }
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
        assert!(slab.capacity() <= 3 * CHUNK, "{}", slab.capacity());
        assert_eq!(slab.get(stays), Some(&0));
        let again: Vec<_> = (0..100_000).map(|n| slab.insert(n)).collect();
        assert!(burst.iter().all(|&id| slab.get(id).is_none()));
        assert!(again.iter().all(|&id| slab.get(id).is_some()));
    }
}
