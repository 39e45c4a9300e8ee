//! What does not hold in a structure, although it must.

use std::error::Error;
use std::fmt;

use super::timer_id::TimerId;

/// An invariant that does not hold, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Violation {
    /// In a heap, a timer does not know its own position.
    BackIndex {
        /// Where in the tree the timer is.
        position: usize,
        /// Where it believes itself to be.
        back: usize,
    },
    /// In a heap, a timer is due before its parent.
    EarlierThanParent {
        /// Where in the tree the timer is.
        position: usize,
        /// Its deadline.
        when: i64,
        /// Where its parent is.
        parent: usize,
        /// The parent's deadline.
        parent_when: i64,
    },
    /// In a lazy heap, a timer in the tree says that it is not there.
    IdleInTree {
        /// Which one.
        id: TimerId,
    },
    /// In a lazy heap, a timer is due before its key in the tree, and nobody
    /// would look for it in time.
    DueBeforeKey {
        /// Which one.
        id: TimerId,
        /// Its deadline.
        when: i64,
        /// Its key in the tree.
        key: i64,
    },
    /// The number of armed timers is wrong.
    ArmedCount {
        /// How many there are.
        found: usize,
        /// How many the structure counted.
        counted: usize,
    },
    /// In a wheel, a timer of the nursery does not know that it is there.
    Nursery {
        /// Where in the nursery.
        position: u32,
        /// The index of the timer.
        index: u32,
    },
    /// In a wheel, the bit of a slot is wrong.
    SlotBit {
        /// Which slot, counted over all levels.
        slot: usize,
        /// Whether the bit says that timers are there.
        occupied: bool,
    },
    /// In a wheel, the number of live timers of a slot is wrong.
    SlotCount {
        /// Which slot, counted over all levels.
        slot: usize,
        /// How many there are.
        found: usize,
        /// How many the slot counted.
        counted: usize,
    },
    /// In a wheel, a timer is parked where it would be found too late.
    WrongSlot {
        /// The index of the timer.
        index: u32,
        /// The tick of its deadline.
        tick: i64,
        /// Which slot it is in, counted over all levels.
        slot: usize,
        /// The slot's first tick, and the first one after it.
        ticks: (i64, i64),
        /// The wheel's tick.
        now: i64,
    },
    /// In a slab, the number of slots in use of a chunk is wrong.
    ChunkCount {
        /// Which chunk.
        chunk: usize,
        /// How many slots are in use.
        found: usize,
        /// How many the chunk counted.
        counted: usize,
    },
    /// In a slab, the list of a chunk's vacant slots misses some, or has one
    /// that is in use.
    VacantList {
        /// Which chunk.
        chunk: usize,
        /// How many slots are vacant.
        vacant: usize,
        /// How many the list has.
        listed: usize,
    },
    /// In a slab, a chunk is not listed once as having room, or it is listed
    /// and has none.
    RoomList {
        /// Which chunk.
        chunk: usize,
        /// How often it is listed.
        listed: usize,
    },
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BackIndex { position, back } => {
                write!(f, "back index {back} at position {position}")
            }
            Self::EarlierThanParent { position, when, parent, parent_when } => {
                write!(
                    f,
                    "position {position} ({when}) is earlier than its parent \
                     {parent} ({parent_when})"
                )
            }
            Self::IdleInTree { id } => write!(f, "{id:?} is idle, in the tree"),
            Self::DueBeforeKey { id, when, key } => {
                write!(f, "{id:?} is due at {when}, before its key {key}")
            }
            Self::ArmedCount { found, counted } => {
                write!(f, "{found} timers are armed, {counted} counted")
            }
            Self::Nursery { position, index } => {
                write!(f, "timer {index} is not at {position} of the nursery")
            }
            Self::SlotBit { slot, occupied } => {
                write!(f, "the bit of slot {slot} is wrongly {occupied}")
            }
            Self::SlotCount { slot, found, counted } => {
                write!(f, "{found} of {counted} timers are in slot {slot}")
            }
            Self::WrongSlot { index, tick, slot, ticks: (start, end), now } => {
                write!(
                    f,
                    "timer {index} of tick {tick} is in slot {slot} of ticks \
                     {start} to {end} at tick {now}"
                )
            }
            Self::ChunkCount { chunk, found, counted } => {
                write!(f, "{found} of {counted} entries are in chunk {chunk}")
            }
            Self::VacantList { chunk, vacant, listed } => write!(
                f,
                "chunk {chunk} lists {listed} of {vacant} vacant slots"
            ),
            Self::RoomList { chunk, listed } => {
                write!(f, "chunk {chunk} is listed as roomy {listed} times")
            }
        }
    }
}

impl Error for Violation {}
