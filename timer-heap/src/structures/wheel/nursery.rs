//! Timers that were armed since the wheel was last looked at, in no order.
//!
//! Most timers are stopped soon, so a new one has no place in the wheel yet: it
//! waits here. Whoever wants to know what comes next moves those that are left
//! into the wheel first, and so does who finds the room full.

/// For how many timers there is room. So many are moved at once, under a lock
/// around the wheel.
pub(super) const ROOM: usize = 64;

/// No timer's index.
const NOBODY: u32 = u32::MAX;

/// Timers by their index; each knows its position here.
#[derive(Debug)]
pub(super) struct Nursery {
    indices: [u32; ROOM],
    len: usize,
}

impl Default for Nursery {
    fn default() -> Self {
        Self { indices: [NOBODY; ROOM], len: 0 }
    }
}

impl Nursery {
    #[inline(always)]
    pub(super) fn is_empty(&self) -> bool {
        self.len == 0
    }

    #[inline(always)]
    pub(super) fn is_full(&self) -> bool {
        self.len >= ROOM
    }

    /// Adds a timer, for which there must be room, and returns its position.
    #[inline(always)]
    pub(super) fn push(&mut self, index: u32) -> u32 {
        let position = self.len % ROOM;
        self.indices[position] = index;
        self.len = position + 1;
        position as u32
    }

    /// Notes that the timer at a position went. The youngest goes most often.
    #[inline(always)]
    pub(super) fn forget(&mut self, position: u32) {
        let position = position as usize;
        if position + 1 == self.len {
            self.len = position;
        } else if let Some(place) = self.indices.get_mut(position) {
            *place = NOBODY;
        }
    }

    /// Returns how many positions are in use, those of timers that went
    /// included.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Returns the timer at a position in use, unless it went.
    #[inline(always)]
    pub(super) fn at(&self, position: usize) -> Option<u32> {
        let index = self.indices[position % ROOM];
        (index != NOBODY).then_some(index)
    }

    /// Returns how many timers there are.
    pub(super) fn count(&self) -> usize {
        self.iter().count()
    }

    /// Forgets all.
    pub(super) fn clear(&mut self) {
        self.len = 0;
    }

    /// Returns every position and timer.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, u32)> {
        let all = (0..).zip(self.indices.iter().copied()).take(self.len);
        all.filter(|&(_, index)| index != NOBODY)
    }
}
