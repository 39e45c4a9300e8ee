//! A piece of the slab: slots that are allocated and returned together.

use std::mem::{forget, replace};

use crate::structures::violation::Violation;

/// Slots of a chunk. It is fixed, so that one comparison is all that a slot's
/// number needs.
pub(crate) const CHUNK: usize = 512;

/// No slot.
const NIL: u32 = u32::MAX;

/// Room for an entry.
#[derive(Debug)]
pub(super) enum Slot<E> {
    Vacant {
        generation: u32,
        /// The next vacant slot of the chunk, or `NIL`.
        next: u32,
    },
    Used {
        generation: u32,
        /// A mark of the owner; see [`Slab::release`](super::Slab::release).
        released: bool,
        entry: E,
    },
}

/// [`CHUNK`] slots; the vacant ones are a list threaded through them.
#[derive(Debug)]
pub(super) struct Chunk<E, H> {
    vacant: u32,
    used: u32,
    /// What is looked at most of each slot, side by side.
    hot: Box<[H; CHUNK]>,
    slots: Box<[Slot<E>; CHUNK]>,
}

impl<E> Slot<E> {
    #[inline(always)]
    pub(super) fn generation(&self) -> u32 {
        match *self {
            Self::Vacant { generation, .. } | Self::Used { generation, .. } => {
                generation
            }
        }
    }

    #[inline(always)]
    pub(super) fn get(&self) -> Option<&E> {
        match self {
            Self::Used { entry, .. } => Some(entry),
            Self::Vacant { .. } => None,
        }
    }

    #[inline(always)]
    pub(super) fn get_mut(&mut self) -> Option<&mut E> {
        match self {
            Self::Used { entry, .. } => Some(entry),
            Self::Vacant { .. } => None,
        }
    }

    /// Returns whether it is marked, if it is in use.
    #[inline(always)]
    pub(super) fn released(&mut self) -> Option<&mut bool> {
        match self {
            Self::Used { released, .. } => Some(released),
            Self::Vacant { .. } => None,
        }
    }

    /// Tells the processor that it will soon be used.
    #[inline(always)]
    pub(super) fn prefetch(&self) {
        #[cfg(target_arch = "x86_64")]
        {
            use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
            // SAFETY: this is a hint, which changes nothing that a program
            // sees, and the pointer comes from a reference.
            unsafe {
                _mm_prefetch::<_MM_HINT_T0>(std::ptr::from_ref(self).cast())
            }
        }
    }

    /// Puts an entry into a vacant slot.
    #[inline(always)]
    pub(super) fn fill(&mut self, generation: u32, entry: E) {
        debug_assert!(self.get().is_none(), "a slot in use was reserved");
        let used = Self::Used { generation, released: false, entry };
        // Nothing is there to drop, which the compiler cannot know.
        forget(replace(self, used));
    }
}

impl<E, H: Copy + Default> Chunk<E, H> {
    /// Returns a chunk of vacant slots, the first ones of a generation.
    pub(super) fn new(generation: u32) -> Self {
        let vacant = |at| {
            let next = if at + 1 < CHUNK { at as u32 + 1 } else { NIL };
            Slot::Vacant { generation, next }
        };
        Self {
            vacant: 0,
            used: 0,
            hot: boxed((0..CHUNK).map(|_| H::default())),
            slots: boxed((0..CHUNK).map(vacant)),
        }
    }

    /// Returns true if no slot is in use.
    pub(super) fn is_empty(&self) -> bool {
        self.used == 0
    }

    /// Returns true if a slot is vacant.
    pub(super) fn has_room(&self) -> bool {
        self.used as usize != CHUNK
    }

    /// Returns true if every slot but one is in use, just after one became
    /// vacant.
    pub(super) fn was_full(&self) -> bool {
        self.used as usize + 1 == CHUNK
    }

    /// Returns the newest generation of a slot. It is asked for once in a
    /// chunk's life, and no removal has to keep it.
    pub(super) fn newest(&self) -> u32 {
        let generations = self.slots.iter().map(Slot::generation);
        generations.max().unwrap_or_default()
    }

    #[inline(always)]
    pub(super) fn slot(&self, at: usize) -> &Slot<E> {
        &self.slots[at % CHUNK]
    }

    #[inline(always)]
    pub(super) fn slot_mut(&mut self, at: usize) -> &mut Slot<E> {
        &mut self.slots[at % CHUNK]
    }

    #[inline(always)]
    pub(super) fn hot(&self, at: usize) -> &H {
        &self.hot[at % CHUNK]
    }

    #[inline(always)]
    pub(super) fn hot_mut(&mut self, at: usize) -> &mut H {
        &mut self.hot[at % CHUNK]
    }

    /// Returns both parts of a slot.
    #[inline(always)]
    pub(super) fn parts_mut(&mut self, at: usize) -> (&mut Slot<E>, &mut H) {
        (&mut self.slots[at % CHUNK], &mut self.hot[at % CHUNK])
    }

    /// Takes a vacant slot, if there is one, to be filled at once. Returns it
    /// with its number, its generation and its hot part.
    #[inline(always)]
    pub(super) fn reserve(
        &mut self,
    ) -> Option<(usize, u32, &mut Slot<E>, &mut H)> {
        let at = self.vacant as usize;
        // There is none at `NIL`.
        let slot = self.slots.get_mut(at)?;
        let hot = self.hot.get_mut(at)?;
        let Slot::Vacant { next, generation } = *slot else {
            return None;
        };
        self.vacant = next;
        self.used += 1;
        Some((at, generation, slot, hot))
    }

    /// Takes the entry out of a slot in use, which becomes vacant.
    #[inline]
    pub(super) fn take(&mut self, at: usize) -> Option<E> {
        let next = self.vacant;
        let (slot, hot) = self.parts_mut(at);
        slot.get()?;
        let generation = slot.generation().wrapping_add(1);
        let before = replace(slot, Slot::Vacant { generation, next });
        *hot = H::default();
        self.note_vacant(at);
        match before {
            Slot::Used { entry, .. } => Some(entry),
            Slot::Vacant { .. } => None,
        }
    }

    /// Makes a slot in use vacant, when `take` has taken what the entry owns.
    /// Both parts are forgotten; of the hot one stays what it leaves. If it
    /// returns `None`, nothing is done.
    #[inline(always)]
    pub(super) fn discard<R>(
        &mut self,
        at: usize,
        take: impl FnOnce(&mut E, &mut H) -> Option<R>,
    ) -> Option<R> {
        let next = self.vacant;
        let (slot, hot) = self.parts_mut(at);
        let result = take(slot.get_mut()?, hot)?;
        let generation = slot.generation().wrapping_add(1);
        // A drop could panic, and a lock would have to be ready for that.
        forget(replace(slot, Slot::Vacant { generation, next }));
        self.note_vacant(at);
        Some(result)
    }

    /// Returns the entries of the slots in use.
    pub(super) fn into_values(self) -> impl Iterator<Item = E> {
        let slots: Box<[_]> = self.slots;
        slots.into_iter().filter_map(|slot| match slot {
            Slot::Used { entry, .. } => Some(entry),
            Slot::Vacant { .. } => None,
        })
    }

    /// Checks the count and the list of vacant slots.
    ///
    /// # Errors
    ///
    /// Returns the first violation; `chunk` is this one's number.
    pub(super) fn verify(&self, chunk: usize) -> Result<(), Violation> {
        let in_use = |slot: &&Slot<_>| slot.get().is_some();
        let found = self.slots.iter().filter(in_use).count();
        let counted = self.used as usize;
        if found != counted {
            return Err(Violation::ChunkCount { chunk, found, counted });
        }
        let vacant = self.slots.len() - found;
        // One more than there are ends a list that has a circle.
        let listed = self.vacant_list().take(vacant + 1).count();
        if listed != vacant {
            return Err(Violation::VacantList { chunk, vacant, listed });
        }
        Ok(())
    }

    /// Returns the vacant slots, as far as their list leads.
    fn vacant_list(&self) -> impl Iterator<Item = u32> {
        let next = |&at: &u32| match self.slots.get(at as usize) {
            Some(&Slot::Vacant { next, .. }) => Some(next),
            _ => None,
        };
        let is_vacant = move |at: &u32| next(at).is_some();
        std::iter::successors(Some(self.vacant), next).take_while(is_vacant)
    }

    #[inline(always)]
    fn note_vacant(&mut self, at: usize) {
        self.vacant = at as u32;
        self.used -= 1;
    }
}

/// Returns an array that was never on the stack, which may be small.
fn boxed<T>(items: impl Iterator<Item = T>) -> Box<[T; CHUNK]> {
    let items: Box<[T]> = items.collect();
    match items.try_into() {
        Ok(array) => array,
        Err(_) => unreachable!("a chunk's worth"),
    }
}

/// Faults, for the tests of `verify`.
#[cfg(test)]
impl<E, H> Chunk<E, H> {
    pub(super) fn miscount(&mut self) {
        self.used += 1;
    }

    pub(super) fn cut_list(&mut self) {
        self.vacant = NIL;
    }
}
