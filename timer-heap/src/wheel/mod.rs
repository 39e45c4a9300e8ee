//! A wheel that parks far timers and sorts only those that are near.
//!
//! A heap keeps all timers in order, although most are stopped before their
//! order matters. Here time is cut into ticks of 131 us. A timer of a later
//! tick is *parked* in a slot without any order; a slot is opened when its
//! time comes, and its timers move to finer slots, at last to the *near*
//! ones, which are ordered by their exact deadlines. Nothing is rounded.
//!
//! Level 0 has 64 slots of one tick, level 1 has 64 slots of 64 ticks, and so
//! on. A timer's level is that of the highest digit (in base 64) in which its
//! tick differs from the wheel's: so it moves at most once for each level,
//! and most timers do not live long enough to move at all. A timer that is
//! reset stays where it is, unless its slot would be opened too late.
//!
//! Opening a slot is cut into pieces, so that a lock around the wheel is
//! never held for long: see [`Expired::Busy`](crate::queue::Expired::Busy).
//!
//! Sources: Varghese and Lauck, *Hashed and hierarchical timing wheels*
//! (1987); the choice of the level as in tokio's `runtime/time/wheel`.

mod list;
mod near;
mod pieces;
mod queue;
mod slots;

use crate::slab::{Slab, TimerId};
use near::Near;
use pieces::PIECE;
use slots::{Slot, Slots};

/// Nanoseconds of a tick, as a power of two: 131 us.
const SHIFT: u32 = 17;

/// A slot of so few timers is searched for its exact first deadline.
const FEW: usize = 32;

/// Where a timer is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Place {
    /// There is no timer.
    #[default]
    Nowhere,
    Idle,
    Near,
    Parked(Slot),
}

// ANCHOR: mark
/// What the wheel knows of a timer. It lies apart from what the timer does:
/// four of these share a cache line, and most operations read nothing else.
#[derive(Clone, Copy, Debug, Default)]
struct Mark {
    when: i64,
    /// Where in its slot's list it is, when parked.
    position: u32,
    place: Place,
}
// ANCHOR_END: mark

/// Timers with exact deadlines, parked until they are near.
///
/// ```
/// use timer_heap::queue::{Expired, TimerQueue};
/// use timer_heap::wheel::Wheel;
///
/// let mut wheel = Wheel::default();
/// let id = wheel.insert(3_600_000_000_001, "an hour and a nanosecond");
/// assert_eq!(wheel.next(), Some(3_600_000_000_001));
/// assert_eq!(wheel.expire(3_600_000_000_000), Expired::Nothing);
/// let when = 3_600_000_000_001;
/// assert_eq!(wheel.expire(when), Expired::Due { id, when });
/// ```
#[derive(Debug)]
pub struct Wheel<T> {
    slab: Slab<T, Mark>,
    slots: Slots,
    near: Near,
    /// The tick up to which slots have been opened.
    tick: i64,
    /// Whether a slot that contains `tick` may hold timers.
    opening: bool,
    /// Whether the slot being opened had too many timers to sort at once.
    cutting: bool,
    /// What was taken out of a slot; empty but for its memory.
    piece: Vec<(i64, u32)>,
    armed: usize,
}

impl<T> Default for Wheel<T> {
    fn default() -> Self {
        Self {
            slab: Slab::default(),
            slots: Slots::default(),
            near: Near::default(),
            tick: 0,
            opening: false,
            cutting: false,
            piece: Vec::new(),
            armed: 0,
        }
    }
}

// ANCHOR: place
/// Puts a timer where its deadline says; returns where that is.
#[inline(always)]
fn park(
    slots: &mut Slots,
    near: &mut Near,
    now: i64,
    index: u32,
    when: i64,
) -> (Place, u32) {
    let tick = when >> SHIFT;
    if tick <= now {
        near.push(when, index);
        return (Place::Near, 0);
    }
    let slot = Slot::of(tick, now);
    (Place::Parked(slot), slots.push(slot, index))
}
// ANCHOR_END: place

impl<T> Wheel<T> {
    /// Puts a timer that is in the slab where its deadline says.
    #[inline]
    fn place(&mut self, index: u32, when: i64) {
        let Self { slots, near, tick, .. } = self;
        let (place, position) = park(slots, near, *tick, index, when);
        *self.mark_mut(index) = Mark { when, position, place };
    }

    /// The mark of a timer that is in the slab.
    #[inline]
    fn mark_mut(&mut self, index: u32) -> &mut Mark {
        self.slab.hot_mut(index).expect("an index in use")
    }

    /// Takes a timer from where it was.
    #[inline]
    fn displace(&mut self, place: Place, position: u32) {
        match place {
            Place::Nowhere | Place::Idle => {}
            Place::Near => self.forget_near(),
            Place::Parked(slot) => {
                if self.slots.forget(slot, position) {
                    self.sweep(slot);
                }
            }
        }
    }

    /// A step of a sweep: timers that are still here get a new position.
    #[cold]
    fn sweep(&mut self, slot: Slot) {
        let Self { slab, slots, .. } = self;
        slots.sweep(slot, |index, from, to| {
            let mark = slab.hot_mut(index);
            let mark = mark.filter(|mark| mark.is_parked(slot, from));
            mark.map(|mark| mark.position = to).is_some()
        });
    }

    #[inline]
    fn first_near(&mut self) -> Option<(i64, u32)> {
        let slab = &self.slab;
        self.near.first(|when, index| is_near(slab, when, index))
    }

    /// A near timer went; what it left behind must not pile up.
    fn forget_near(&mut self) {
        let slab = &self.slab;
        self.near.forget_one(|when, index| is_near(slab, when, index));
    }

    /// Moves a piece of timers out of a slot that contains the wheel's
    /// tick; says how many entries it looked at.
    fn open(&mut self) -> usize {
        let Some(slot) = self.slots.containing(self.tick) else {
            (self.opening, self.cutting) = (false, false);
            return 0;
        };
        let mut piece = std::mem::take(&mut self.piece);
        let Self { slab, slots, .. } = self;
        let examined = slots.take(slot, &mut piece, |index, position| {
            let mark = slab.hot(index)?;
            mark.is_parked(slot, position).then_some(mark.when)
        });
        self.cutting |= !self.slots.list(slot).is_empty();
        self.move_on(&mut piece);
        self.cutting &= !self.slots.list(slot).is_empty();
        self.piece = piece;
        examined
    }

    // ANCHOR: open
    /// Moves what came out of a slot: to finer slots if there is more of it,
    /// and else to the near timers. Leaves `piece` empty.
    fn move_on(&mut self, piece: &mut Vec<(i64, u32)>) {
        if self.cutting {
            for (when, index) in piece.drain(..) {
                self.place(index, when);
                if when >> SHIFT <= self.tick {
                    self.slab.prefetch(index);
                }
            }
        } else {
            // Sorting a few is cheaper than moving them level by level.
            for &(_, index) in piece.iter() {
                self.mark_mut(index).place = Place::Near;
                self.slab.prefetch(index);
            }
            self.near.append(piece);
        }
    }
    // ANCHOR_END: open

    /// Goes on to the first slot that begins by `now` and opens it; if there
    /// is none, goes on to `now`.
    #[inline]
    fn advance(&mut self, now: i64) -> bool {
        let now = now >> SHIFT;
        let start = self.slots.first(self.tick).map(|(_, start)| start);
        self.opening = start.is_some_and(|start| start <= now);
        self.tick = match start {
            Some(start) if start <= now => start,
            _ => self.tick.max(now),
        };
        self.opening
    }

    /// The first deadline among the parked, or a time before it.
    fn first_parked(&self) -> Option<i64> {
        let (slot, start) = self.slots.first(self.tick)?;
        let list = self.slots.list(slot);
        if list.len() > FEW {
            return Some(start << SHIFT);
        }
        let alive = list.iter().filter_map(|(position, index)| {
            let mark = self.slab.hot(index)?;
            mark.is_parked(slot, position).then_some(mark.when)
        });
        // Those put off may be later than what other slots hold.
        let last = Slots::ticks(slot, self.tick).1 - 1;
        let end = (last << SHIFT) | ((1 << SHIFT) - 1);
        alive.min().map(|when| when.min(end))
    }
}

impl Mark {
    fn is_armed(&self) -> bool {
        !matches!(self.place, Place::Nowhere | Place::Idle)
    }

    #[inline]
    fn is_parked(&self, slot: Slot, position: u32) -> bool {
        self.place == Place::Parked(slot) && self.position == position
    }
}

/// Whether a near entry still stands for its timer.
fn is_near<T>(slab: &Slab<T, Mark>, when: i64, index: u32) -> bool {
    slab.hot(index)
        .is_some_and(|mark| mark.place == Place::Near && mark.when == when)
}

#[cfg(test)]
mod tests;
