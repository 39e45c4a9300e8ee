//! The generations of Go's timers, as shapes of one service.

use std::thread::available_parallelism;

use crate::heap::{Hole, Indirect, TimerHeap};
use crate::shard::Queue;
use crate::wheel::Wheel;

/// How a service keeps and serves its timers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Generation {
    /// Go up to 1.9: one heap, one lock, one thread.
    Go1_9,
    /// Go 1.10 to 1.13: 64 heaps, each with its lock and its thread.
    Go1_10,
    /// The best of today: a wheel for each processor, one thread for all.
    #[default]
    Best,
}

/// How many of each a service has.
pub(crate) struct Shape {
    /// Alarms, each with workers of its own.
    pub(crate) groups: usize,
    /// Queues in a group.
    pub(crate) shards: usize,
    /// Workers of a group.
    pub(crate) workers: usize,
    /// How many callbacks a worker takes at once.
    pub(crate) batch: usize,
}

impl Generation {
    /// Every generation, oldest first.
    pub const ALL: [Self; 3] = [Self::Go1_9, Self::Go1_10, Self::Best];

    pub(crate) fn shape(self) -> Shape {
        let processors = available_parallelism().map_or(1, usize::from);
        let (groups, shards, workers, batch) = match self {
            Self::Go1_9 => (1, 1, 1, 1),
            Self::Go1_10 => (64, 1, 1, 1),
            Self::Best => (1, processors.next_power_of_two(), 1, 64),
        };
        Shape {
            groups,
            shards,
            workers,
            batch,
        }
    }

    pub(crate) fn queue(self) -> Queue {
        match self {
            Self::Go1_9 | Self::Go1_10 => {
                Box::new(TimerHeap::<_, Hole, Indirect>::default())
            }
            Self::Best => Box::new(Wheel::default()),
        }
    }
}
