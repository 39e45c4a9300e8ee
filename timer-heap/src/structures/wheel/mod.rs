//! A wheel that parks far timers and sorts only those that are near.
//!
//! A heap keeps all timers in order, although most are stopped before their
//! order matters. Here time is cut into ticks of 131 us. A timer of a later
//! tick is *parked* in a slot without any order. When a slot's time comes, it
//! *cascades*: its timers move to finer slots, and at last to the *near* ones
//! (the due queue), which are ordered by their exact deadlines. Nothing is
//! rounded.
//!
//! Each level has 64 slots, and a slot spans 64 times as much as one of the
//! level below:
//!
//! | level | a slot | all slots |
//! |---|---|---|
//! | 0 | 131 us (a tick) | 8.4 ms |
//! | 1 | 8.4 ms | 0.54 s |
//! | 2 | 0.54 s | 34 s |
//! | 3 | 34 s | 37 min |
//! | 4 | 37 min | 39 h |
//! | 5 | 39 h | 104 days |
//! | 6 | 104 days | 18 years |
//! | 7 | 18 years | 1169 years |
//!
//! A new timer is put nowhere yet: it waits in the *nursery*, a short list,
//! until somebody asks what comes next. Most are stopped before.
//!
//! A timer's level is that of the highest digit (in base 64) in which its
//! tick differs from the wheel's. So it moves at most once for each level,
//! and most timers do not live long enough to move at all. A timer that is
//! reset stays where it is, unless its slot would cascade too late.
//!
//! A cascade is done in steps, so that a lock around the wheel is never held
//! for long: see [`Expired::Busy`](super::timer_queue::Expired::Busy).
//!
//! Sources: Varghese and Lauck, *Hashed and hierarchical timing wheels*
//! (1987); the choice of the level as in tokio's `runtime/time/wheel`.

mod chunked_vec;
mod list;
mod near;
mod nursery;
mod queue;
mod quick;
mod slots;
#[cfg(test)]
mod tests;

use crate::structures::slab::Slab;
use chunked_vec::BLOCK;
use near::entry::Entry;
use near::{First, Near};
use nursery::Nursery;
use slots::{Slot, Slots};

/// Nanoseconds of a tick, as a power of two: 131 us.
const SHIFT: u32 = 17;

/// A slot of no more timers is searched for its exact first deadline.
const FEW: usize = 32;

/// Where a timer is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Location {
    /// There is no timer.
    #[default]
    Nowhere,
    Idle,
    New,
    Near,
    Parked(Slot),
}

// ANCHOR: hot-state
/// What the wheel knows of a timer. It lies apart from what the timer does,
/// because four of these share a cache line and most operations read nothing
/// else.
#[derive(Clone, Copy, Debug, Default)]
struct HotState {
    when: i64,
    /// Where in the nursery it is when new, and in its slot's list when parked.
    position: u32,
    location: Location,
}
// ANCHOR_END: hot-state

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
    slab: Slab<T, HotState>,
    nursery: Nursery,
    slots: Slots,
    near: Near,
    /// The tick up to which slots have cascaded.
    tick: i64,
    /// No slot begins after `tick` and before this tick.
    empty_until: i64,
    /// True if a slot that contains `tick` may hold timers.
    cascading: bool,
    /// True if the slot that cascades had too many timers to sort at once.
    splitting: bool,
    /// What a step takes out of a slot. It is empty between two steps, and
    /// keeps its memory.
    piece: Vec<(i64, u32)>,
    /// How many are armed, new ones not included: most come and go uncounted.
    armed: usize,
}

impl<T> Default for Wheel<T> {
    fn default() -> Self {
        Self {
            slab: Slab::default(),
            nursery: Nursery::default(),
            slots: Slots::default(),
            near: Near::default(),
            tick: 0,
            empty_until: 1,
            cascading: false,
            splitting: false,
            piece: Vec::new(),
            armed: 0,
        }
    }
}

impl<T> Wheel<T> {
    // ANCHOR: place
    /// Puts a timer of the slab where its deadline belongs.
    #[inline(always)]
    fn place(&mut self, index: u32, when: i64) {
        let tick = when >> SHIFT;
        let (location, position) = if tick <= self.tick {
            self.near.push(when, index);
            (Location::Near, 0)
        } else {
            let slot = Slot::of(tick, self.tick);
            self.empty_until = self.tick + 1;
            (Location::Parked(slot), self.slots.push(slot, index))
        };
        *self.hot_mut(index) = HotState { when, position, location };
    }
    // ANCHOR_END: place

    // ANCHOR: settle
    /// Gives each new timer its place in the wheel.
    #[inline(never)]
    fn settle(&mut self) {
        for position in 0..self.nursery.len() {
            if let Some(index) = self.nursery.at(position) {
                let when = self.hot_mut(index).when;
                self.place(index, when);
                self.armed += 1;
            }
        }
        self.nursery.clear();
    }
    // ANCHOR_END: settle

    /// Returns the value of every timer, armed or not, in no order.
    pub(crate) fn into_values(self) -> impl Iterator<Item = T> {
        self.slab.into_values()
    }

    /// Returns the hot state of a timer of the slab.
    #[inline]
    fn hot_mut(&mut self, index: u32) -> &mut HotState {
        self.slab.hot_mut(index).expect("an index in use")
    }

    /// Takes a timer from where it was.
    #[inline(always)]
    fn displace(&mut self, location: Location, position: u32) {
        match location {
            Location::Nowhere | Location::Idle => {}
            Location::New => self.nursery.forget(position),
            Location::Near => self.forget_near(),
            Location::Parked(slot) => self.unpark(slot, position),
        }
    }

    /// Takes a timer from its slot.
    #[inline(never)]
    fn unpark(&mut self, slot: Slot, position: u32) {
        if self.slots.forget(slot, position) {
            self.sweep(slot);
        }
    }

    /// Does a step of a sweep: timers that are still here get a new position.
    #[cold]
    fn sweep(&mut self, slot: Slot) {
        let Self { slab, slots, .. } = self;
        slots.sweep(slot, |index, from, to| {
            let hot = slab.hot_mut(index);
            let hot = hot.filter(|hot| hot.is_parked(slot, from));
            hot.map(|hot| hot.position = to).is_some()
        });
    }

    #[inline]
    fn first_near(&mut self) -> First {
        let slab = &self.slab;
        self.near.first(|entry| is_near(slab, entry))
    }

    /// Notes that a near timer went. What it left behind must not pile up.
    #[inline(never)]
    fn forget_near(&mut self) {
        let slab = &self.slab;
        self.near.forget_one(|entry| is_near(slab, entry));
    }

    /// Moves a block of timers out of a slot that contains the wheel's tick: to
    /// finer slots if the slot has more, and else to the near timers. Returns
    /// how many entries it looked at.
    fn cascade_step(&mut self) -> usize {
        let Some(slot) = self.slots.containing(self.tick) else {
            (self.cascading, self.splitting) = (false, false);
            return 0;
        };
        let mut piece = std::mem::take(&mut self.piece);
        let list = self.slots.list(slot);
        let is_last = list.is_some_and(|list| list.len() <= BLOCK);
        // Sorting a few is cheaper than moving them level by level.
        let are_few = is_last && !self.splitting;
        let Self { slab, slots, .. } = self;
        let examined = if are_few {
            slots.take(slot, &mut piece, |index, position| {
                let hot = slab.hot_mut_of_soon(index)?;
                let is_here = hot.is_parked(slot, position);
                is_here.then(|| {
                    hot.location = Location::Near;
                    hot.when
                })
            })
        } else {
            slots.take(slot, &mut piece, |index, position| {
                let hot = slab.hot(index)?;
                hot.is_parked(slot, position).then_some(hot.when)
            })
        };
        if are_few {
            self.near.append(&mut piece);
        } else {
            self.cascade(&mut piece);
            self.splitting = self.slots.is_occupied(slot);
        }
        self.piece = piece;
        examined
    }

    // ANCHOR: cascade
    /// Gives each timer that came out of a slot its new place. Leaves `piece`
    /// empty.
    fn cascade(&mut self, piece: &mut Vec<(i64, u32)>) {
        for (when, index) in piece.drain(..) {
            self.place(index, when);
            if when >> SHIFT <= self.tick {
                self.slab.prefetch(index);
            }
        }
    }
    // ANCHOR_END: cascade

    /// Goes on to the first slot that begins by `now`, or to `now` if there is
    /// none. Returns true if there is a slot, which is to cascade.
    #[inline]
    fn advance(&mut self, now: i64) -> bool {
        let now = now >> SHIFT;
        if now <= self.tick {
            // All slots that begin by then have cascaded.
            return false;
        }
        let first = self.slots.first(self.tick);
        let start = first.map_or(i64::MAX, |(_, start)| start);
        self.cascading = start <= now;
        self.tick = start.min(now);
        self.empty_until = if start <= now { self.tick + 1 } else { start };
        self.cascading
    }

    /// Returns the first deadline among the parked, or a time before it.
    fn first_parked(&self) -> Option<i64> {
        let (slot, start) = self.slots.first(self.tick)?;
        let list = self.slots.list(slot)?;
        if list.len() > FEW {
            return Some(start << SHIFT);
        }
        let alive = list.iter().filter_map(|(position, index)| {
            let hot = self.slab.hot(index)?;
            hot.is_parked(slot, position).then_some(hot.when)
        });
        // Those put off may be later than what other slots hold.
        let last = Slots::ticks(slot, self.tick).1 - 1;
        let end = (last << SHIFT) | ((1 << SHIFT) - 1);
        alive.min().map(|when| when.min(end))
    }
}

impl HotState {
    /// Returns true if it is among those that are counted as armed.
    #[inline(always)]
    fn is_counted(&self) -> bool {
        matches!(self.location, Location::Near | Location::Parked(_))
    }

    fn is_armed(&self) -> bool {
        !matches!(self.location, Location::Nowhere | Location::Idle)
    }

    /// Returns true if a near entry with this deadline stands for the timer.
    #[inline(always)]
    fn is_near(&self, when: i64) -> bool {
        self.location == Location::Near && self.when == when
    }

    #[inline]
    fn is_parked(&self, slot: Slot, position: u32) -> bool {
        self.location == Location::Parked(slot) && self.position == position
    }
}

/// Returns true if a near entry still stands for its timer.
fn is_near<T>(slab: &Slab<T, HotState>, (when, index): Entry) -> bool {
    slab.hot(index).is_some_and(|hot| hot.is_near(when))
}
