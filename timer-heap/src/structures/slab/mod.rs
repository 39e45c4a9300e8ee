//! Storage with handles that know when they are stale.
//!
//! Entries live in chunks, so that growing copies nothing, and are named by
//! an index and a generation: reusing a slot changes its generation, and
//! every older handle then names nothing.

mod chunk;
#[cfg(test)]
mod tests;

use chunk::{Chunk, Slot};

use super::timer_id::TimerId;
use super::violation::Violation;

pub(crate) use chunk::CHUNK;

/// Entries named by [`TimerId`].
///
/// A part `H` of each can be kept apart, in a small array of its own: what is
/// looked at without the rest then takes fewer cache lines. It is the default
/// while there is no entry.
///
/// No operation takes longer the more entries there are: each works on one
/// chunk, and a chunk is returned when its own last entry goes.
#[derive(Debug)]
pub(crate) struct Slab<E, H = ()> {
    /// There is no chunk where all entries have gone.
    chunks: Vec<Option<Chunk<E, H>>>,
    /// The chunk that entries are added to.
    filling: usize,
    /// The others that have vacant slots, or were returned since.
    roomy: Vec<u32>,
    /// Chunks whose memory was returned.
    returned: Vec<u32>,
    /// Lower bound for generations of new chunks, above any that was freed.
    fresh: u32,
}

/// A slot that waits for its entry.
pub(crate) struct Vacant<'a, E, H> {
    pub(crate) index: u32,
    generation: u32,
    slot: &'a mut Slot<E>,
    hot: &'a mut H,
}

impl<E, H> Vacant<'_, E, H> {
    /// Puts the entry where it stays. Nothing can panic in between, so the
    /// compiler need not keep a copy elsewhere.
    #[inline(always)]
    pub(crate) fn fill(self, hot: H, entry: E) -> TimerId {
        *self.hot = hot;
        self.slot.fill(self.generation, entry);
        TimerId::new(self.index, self.generation)
    }
}

impl<E, H: Copy + Default> Default for Slab<E, H> {
    fn default() -> Self {
        Self {
            chunks: Vec::new(),
            filling: 0,
            roomy: Vec::new(),
            returned: Vec::new(),
            fresh: 0,
        }
    }
}

impl<E, H: Copy + Default> Slab<E, H> {
    #[inline]
    pub(crate) fn insert(&mut self, entry: E) -> TimerId {
        self.make_room();
        let vacant = self.reserve().expect("room was made");
        vacant.fill(H::default(), entry)
    }

    /// Returns a vacant slot, to be filled at once, or `None` if there is no
    /// [room](Self::make_room).
    #[inline(always)]
    pub(crate) fn reserve(&mut self) -> Option<Vacant<'_, E, H>> {
        let chunk = self.chunks.get_mut(self.filling)?.as_mut()?;
        let (at, generation, slot, hot) = chunk.reserve()?;
        let index = (self.filling * CHUNK + at) as u32;
        Some(Vacant { index, generation, slot, hot })
    }

    /// Sees to it that the chunk that is filled has a vacant slot.
    #[inline]
    pub(crate) fn make_room(&mut self) {
        if !self.has_room() {
            self.filling = self.next_roomy();
        }
    }

    #[inline]
    fn has_room(&self) -> bool {
        self.chunk(self.filling).is_some_and(Chunk::has_room)
    }

    /// Returns the number of a chunk with vacant slots. One in use comes
    /// before a new one.
    #[cold]
    fn next_roomy(&mut self) -> usize {
        while let Some(number) = self.roomy.pop() {
            if self.chunks[number as usize].is_some() {
                return number as usize;
            }
            self.returned.push(number);
        }
        let chunk = Some(Chunk::new(self.fresh));
        if let Some(number) = self.returned.pop() {
            self.chunks[number as usize] = chunk;
            return number as usize;
        }
        self.chunks.push(chunk);
        let most = u32::MAX as usize / CHUNK;
        assert!(self.chunks.len() <= most, "fewer than 2^32 timers");
        self.chunks.len() - 1
    }

    #[inline]
    // ANCHOR: stale
    pub(crate) fn remove(&mut self, id: TimerId) -> Option<E> {
        if self.slot(id.index)?.generation() != id.generation {
            return None;
        }
        self.take(id.index)
    }
    // ANCHOR_END: stale

    /// Removes the entry at an index, if it is in use.
    #[inline]
    fn take(&mut self, index: u32) -> Option<E> {
        let (number, at) = split(index);
        let entry = self.chunk_mut(number)?.take(at)?;
        self.note_vacant(number);
        Some(entry)
    }

    /// Forgets the entry at an index where it lies, when `take` has taken what
    /// it owns, and has left the part that is kept apart as of no entry. Returns
    /// what that returned; if it is `None`, nothing is done.
    ///
    /// Moving an entry that was just written is slow, because the processor
    /// cannot read sixteen bytes at once while they are on their way to memory
    /// as two writes of eight.
    #[inline(always)]
    pub(crate) fn discard<R>(
        &mut self,
        index: u32,
        take: impl FnOnce(&mut E, &mut H) -> Option<R>,
    ) -> Option<R> {
        let (number, at) = split(index);
        let result = self.chunk_mut(number)?.discard(at, take)?;
        self.note_vacant(number);
        Some(result)
    }

    /// Like [`discard`](Self::discard), in the chunk that is filled: in another
    /// one nothing is done. There is nothing else to note then.
    #[inline(always)]
    pub(crate) fn discard_young<R>(
        &mut self,
        index: u32,
        take: impl FnOnce(&mut E, &mut H) -> Option<R>,
    ) -> Option<R> {
        let (number, at) = split(index);
        if number != self.filling {
            return None;
        }
        self.chunk_mut(number)?.discard(at, take)
    }

    /// Notes that a slot of a chunk has just become vacant.
    #[inline(always)]
    fn note_vacant(&mut self, number: usize) {
        if number != self.filling {
            self.note_room(number);
        }
    }

    /// Remembers that a chunk has room, and returns it when it is empty. If the
    /// one that is filled is full, another is filled from now on: so whoever
    /// takes out as many as it adds always finds room.
    fn note_room(&mut self, number: usize) {
        let Some(chunk) = self.chunk_mut(number) else {
            return;
        };
        let (was_full, is_empty) = (chunk.was_full(), chunk.is_empty());
        if was_full {
            self.roomy.push(number as u32);
        }
        if is_empty {
            let freed = self.chunks[number].take();
            let newest = freed.map_or(0, |chunk| chunk.newest());
            self.fresh = self.fresh.max(newest);
        } else if !self.has_room() {
            self.filling = self.next_roomy();
        }
    }

    /// Marks an entry. What that means is the owner's affair.
    #[inline]
    pub(crate) fn release(&mut self, id: TimerId) {
        if let Some(slot) = self.slot_mut(id.index)
            && slot.generation() == id.generation
            && let Some(released) = slot.released()
        {
            *released = true;
        }
    }

    /// Returns true if the entry exists and was marked.
    #[inline]
    pub(crate) fn is_released(&self, id: TimerId) -> bool {
        let Some(Slot::Used { generation, released, .. }) = self.slot(id.index)
        else {
            return false;
        };
        *released && *generation == id.generation
    }

    #[inline(always)]
    fn chunk(&self, number: usize) -> Option<&Chunk<E, H>> {
        self.chunks.get(number)?.as_ref()
    }

    #[inline(always)]
    fn chunk_mut(&mut self, number: usize) -> Option<&mut Chunk<E, H>> {
        self.chunks.get_mut(number)?.as_mut()
    }

    #[inline]
    fn slot(&self, index: u32) -> Option<&Slot<E>> {
        let (number, at) = split(index);
        Some(self.chunk(number)?.slot(at))
    }

    #[inline]
    fn slot_mut(&mut self, index: u32) -> Option<&mut Slot<E>> {
        let (number, at) = split(index);
        Some(self.chunk_mut(number)?.slot_mut(at))
    }

    #[inline]
    pub(crate) fn get(&self, id: TimerId) -> Option<&E> {
        let slot = self.slot(id.index)?;
        let current = slot.generation() == id.generation;
        slot.get().filter(|_| current)
    }

    #[inline]
    pub(crate) fn get_mut(&mut self, id: TimerId) -> Option<&mut E> {
        let slot = self.slot_mut(id.index)?;
        let current = slot.generation() == id.generation;
        slot.get_mut().filter(|_| current)
    }

    /// Returns the entry at an index that is known to be in use.
    #[inline]
    pub(crate) fn at(&self, index: u32) -> &E {
        let slot = self.slot(index).expect("an index in use");
        slot.get().expect("an index in use")
    }

    /// Like [`at`](Self::at), to change it.
    #[inline]
    pub(crate) fn at_mut(&mut self, index: u32) -> &mut E {
        let slot = self.slot_mut(index).expect("an index in use");
        slot.get_mut().expect("an index in use")
    }

    /// Returns all entries.
    pub(crate) fn into_values(self) -> impl Iterator<Item = E> {
        let chunks = self.chunks.into_iter().flatten();
        chunks.flat_map(Chunk::into_values)
    }

    /// Returns true if memory is held for an index.
    pub(crate) fn has_slot(&self, index: u32) -> bool {
        self.slot(index).is_some()
    }

    /// Returns the full name of the entry at an index, if it is in use.
    #[inline]
    pub(crate) fn current(&self, index: u32) -> Option<TimerId> {
        let slot = self.slot(index)?;
        slot.get()?;
        Some(TimerId::new(index, slot.generation()))
    }

    /// Returns the full name of the entry at an index in use.
    #[inline]
    pub(crate) fn id(&self, index: u32) -> TimerId {
        let slot = self.slot(index).expect("an index in use");
        TimerId::new(index, slot.generation())
    }

    /// Returns the full name of the entry at an index, and both parts of it, if
    /// it is in use.
    #[inline(always)]
    pub(crate) fn parts_mut(
        &mut self,
        index: u32,
    ) -> Option<(TimerId, &mut E, &mut H)> {
        let (number, at) = split(index);
        let (slot, hot) = self.chunk_mut(number)?.parts_mut(at);
        let id = TimerId::new(index, slot.generation());
        Some((id, slot.get_mut()?, hot))
    }

    /// Returns the entry, the part that is kept apart, and the
    /// [mark](Self::release) of the entry.
    #[inline(always)]
    pub(crate) fn marked_mut(
        &mut self,
        id: TimerId,
    ) -> Option<(&mut E, &H, bool)> {
        let (number, at) = split(id.index);
        let (slot, hot) = self.chunk_mut(number)?.parts_mut(at);
        match slot {
            Slot::Used { generation, released, entry }
                if *generation == id.generation =>
            {
                Some((entry, hot, *released))
            }
            _ => None,
        }
    }

    /// Tells the processor that the entry at an index will soon be used, so
    /// that it fetches the entry from memory and goes on meanwhile.
    #[inline(always)]
    pub(crate) fn prefetch(&self, index: u32) {
        if let Some(slot) = self.slot(index) {
            slot.prefetch();
        }
    }

    /// Like [`hot_mut`](Self::hot_mut) of an entry that is
    /// [prefetched](Self::prefetch).
    #[inline(always)]
    pub(crate) fn hot_mut_of_soon(&mut self, index: u32) -> Option<&mut H> {
        let (number, at) = split(index);
        let (slot, hot) = self.chunk_mut(number)?.parts_mut(at);
        slot.prefetch();
        Some(hot)
    }

    /// Returns the part of the entry that is kept apart, if memory is held at
    /// the index.
    #[inline(always)]
    pub(crate) fn hot(&self, index: u32) -> Option<&H> {
        let (number, at) = split(index);
        Some(self.chunk(number)?.hot(at))
    }

    /// Like [`hot`](Self::hot), to change it.
    #[inline(always)]
    pub(crate) fn hot_mut(&mut self, index: u32) -> Option<&mut H> {
        let (number, at) = split(index);
        Some(self.chunk_mut(number)?.hot_mut(at))
    }

    /// Checks the counts and the lists of every chunk.
    ///
    /// # Errors
    ///
    /// Returns the first violation.
    pub(crate) fn verify(&self) -> Result<(), Violation> {
        let mut listed = vec![0; self.chunks.len()];
        for &number in self.roomy.iter().chain(&self.returned) {
            listed[number as usize] += 1;
        }
        for (number, chunk) in self.chunks.iter().enumerate() {
            let mut has_room = true;
            if let Some(chunk) = chunk {
                chunk.verify(number)?;
                has_room = chunk.has_room();
            }
            // The chunk that is filled is the only one that need not be found.
            let wanted = number != self.filling && has_room;
            if listed[number] != usize::from(wanted) {
                let listed = listed[number];
                return Err(Violation::RoomList { chunk: number, listed });
            }
        }
        Ok(())
    }

    /// Returns how many slots memory is held for.
    #[cfg(test)]
    fn capacity(&self) -> usize {
        self.chunks.iter().flatten().count() * CHUNK
    }
}

/// Returns the chunk of an index, and the slot there.
#[inline(always)]
fn split(index: u32) -> (usize, usize) {
    let index = index as usize;
    (index / CHUNK, index % CHUNK)
}
