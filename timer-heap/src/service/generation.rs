//! The generations of Go's timers, as shapes of one service.

// Not modelled: it only counts the processors.
use std::thread::available_parallelism;

use crate::service::biased_lock;
use crate::service::shard_queue::ShardQueue;
use crate::structures::heap::TimerHeap;
use crate::structures::lazy_heap::LazyHeap;

/// How a service keeps and serves its timers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Generation {
    /// Go up to 1.9: one heap, one lock, one thread.
    Go1_9,
    /// Go 1.10 to 1.13: 64 heaps, each with its lock and its thread.
    Go1_10,
    /// Go 1.14 to 1.22: a heap with lazy removal for each processor, and as
    /// many threads, which take each other's timers.
    Go1_14,
    /// The best of today: a wheel for each processor, one thread for all.
    #[default]
    Best,
}

/// How many of each a service has. Groups and shards are powers of two.
pub(crate) struct Shape {
    /// Alarms, each with workers of its own.
    pub(crate) groups: usize,
    /// Queues in a group.
    pub(crate) shards: usize,
    /// Workers of a group.
    pub(crate) workers: usize,
}

impl Shape {
    /// Of a service without workers. All timers are in one queue, so that they
    /// come in the order of their deadlines, whichever thread started them.
    pub(crate) const BY_HAND: Self = Self { groups: 1, shards: 1, workers: 0 };
}

impl Generation {
    /// Every generation, oldest first.
    pub const ALL: [Self; 4] =
        [Self::Go1_9, Self::Go1_10, Self::Go1_14, Self::Best];

    pub(crate) fn shape(self) -> Shape {
        let processors =
            available_parallelism().map_or(1, usize::from).next_power_of_two();
        // ANCHOR: shape
        let (groups, shards, workers) = match self {
            Self::Go1_9 => (1, 1, 1),
            Self::Go1_10 => (64, 1, 1),
            Self::Go1_14 => (1, processors, processors),
            Self::Best => (1, processors, 1),
        };
        // ANCHOR_END: shape
        Shape { groups, shards, workers }
    }

    /// Returns the generation's name in tables, such as `go1.9`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Go1_9 => "go1.9",
            Self::Go1_10 => "go1.10",
            Self::Go1_14 => "go1.14",
            Self::Best => "best",
        }
    }

    /// Returns how often in a row a thread locks a shard to become its owner,
    /// or `None`, because Go's locks have no owners.
    pub(crate) fn patience(self) -> Option<u32> {
        match self {
            Self::Go1_9 | Self::Go1_10 | Self::Go1_14 => None,
            Self::Best => Some(biased_lock::PATIENCE),
        }
    }

    pub(crate) fn queue(self) -> ShardQueue {
        match self {
            Self::Go1_9 | Self::Go1_10 => {
                ShardQueue::Heap(TimerHeap::default())
            }
            Self::Go1_14 => ShardQueue::Lazy(LazyHeap::default()),
            Self::Best => ShardQueue::Wheel(Box::default()),
        }
    }
}
