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
//! and most timers do not live long enough to move at all.
//!
//! Opening a slot is cut into pieces, so that a lock around the wheel is
//! never held for long: see [`Expired::Busy`](crate::queue::Expired::Busy).
//!
//! Sources: Varghese and Lauck, *Hashed and hierarchical timing wheels*
//! (1987); the choice of the level as in tokio's `runtime/time/wheel`.

mod near;
mod queue;
mod slots;

use crate::slab::{Slab, TimerId};
use near::Near;
use slots::{Slot, Slots};

/// Nanoseconds of a tick, as a power of two: 131 us.
const SHIFT: u32 = 17;

/// How many timers are moved before the lock is offered.
const PIECE: usize = 256;

/// Up to this many parked timers are searched for the exact first deadline.
const FEW: usize = 16;

/// Where a timer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Idle,
    Near,
    Parked(Slot),
}

#[derive(Debug)]
struct Node<T> {
    when: i64,
    /// The index in its slot, when parked.
    position: u32,
    place: Place,
    released: bool,
    value: T,
}

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
    slab: Slab<Node<T>>,
    slots: Slots,
    near: Near,
    /// The tick up to which slots have been opened.
    tick: i64,
    /// Whether a slot that contains `tick` may hold timers.
    opening: bool,
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
            armed: 0,
        }
    }
}

impl<T> Wheel<T> {
    // ANCHOR: place
    /// Puts an armed timer where its deadline says.
    #[inline]
    fn place(&mut self, index: u32, when: i64) {
        let tick = when >> SHIFT;
        let node = self.slab.at_mut(index);
        if tick <= self.tick {
            node.place = Place::Near;
            self.near.push(when, index);
            return;
        }
        let slot = Slot::of(tick, self.tick);
        node.place = Place::Parked(slot);
        node.position = self.slots.push(slot, index);
    }
    // ANCHOR_END: place

    /// Takes an armed timer from where it is.
    #[inline]
    fn displace(&mut self, index: u32) {
        let node = self.slab.at_mut(index);
        let place = std::mem::replace(&mut node.place, Place::Idle);
        let position = node.position;
        match place {
            Place::Idle => {}
            Place::Near => self.forget_near(),
            Place::Parked(slot) => {
                if let Some(moved) = self.slots.remove(slot, position) {
                    self.slab.at_mut(moved).position = position;
                }
            }
        }
    }

    /// A near timer went; what it left behind must not pile up.
    fn forget_near(&mut self) {
        let slab = &self.slab;
        self.near
            .forget_one(|when, index| is_near(slab, when, index));
    }

    // ANCHOR: open
    /// Moves up to [`PIECE`] timers out of a slot that contains the wheel's
    /// tick, and says how many.
    fn open(&mut self) -> usize {
        let Some(slot) = self.slots.containing(self.tick) else {
            self.opening = false;
            return 0;
        };
        let mut piece = [(0, 0); PIECE];
        let taken = self
            .slots
            .take(slot, &mut piece, |index| self.slab.at(index).when);
        for &(when, index) in &piece[..taken] {
            self.place(index, when);
        }
        taken
    }
    // ANCHOR_END: open

    /// Goes on to the first slot that begins by `now`, or to `now`.
    ///
    /// Only when nothing is near and no slot is open.
    fn advance(&mut self, now: i64) {
        let now = now >> SHIFT;
        match self.slots.first(self.tick) {
            Some((_, start)) if start <= now => {
                self.tick = start;
                self.opening = true;
            }
            _ => self.tick = self.tick.max(now),
        }
    }

    /// The first deadline among the parked, or the start of their slot.
    fn first_parked(&self) -> Option<i64> {
        let (slot, start) = self.slots.first(self.tick)?;
        let parked = self.slots.timers(slot);
        if parked.len() > FEW {
            return Some(start << SHIFT);
        }
        parked.iter().map(|&index| self.slab.at(index).when).min()
    }
}

/// Whether a near entry still stands for its timer.
fn is_near<T>(slab: &Slab<Node<T>>, when: i64, index: u32) -> bool {
    slab.find(index)
        .is_some_and(|node| node.place == Place::Near && node.when == when)
}
