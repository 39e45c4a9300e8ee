//! Go's timers, rebuilt: `after_func`, channel timers, tickers, sleeps.
//!
//! A program has many timers and the machine has one clock interrupt: the
//! first deadline must be found at once, timers are started and stopped far
//! more often than they fire, and a thread that sleeps until the first one
//! must learn of an earlier one. This crate follows the answer of Go's
//! runtime (`runtime/time.go`) from Go 1.9 on.
//!
//! # Map
//!
//! Arrows go down: a folder imports what stands below it in this list.
//!
//! The face, at the top of `src`, is what programs use:
//!
//! - [`Timers`] (`timers`): the service; [`Builder`] (`builder`): its options.
//! - [`Timer`] (`timer`): the handle of a callback.
//! - [`ChannelTimer`], [`Ticker`] (`channel`): values to receive;
//!   [`LegacyTimer`] (`legacy_channel`): a channel as of Go 1.22.
//! - [`Sleep`] (`sleep`): a future. [`FakeTime`] (`fake_time`): time moved by
//!   hand.
//! - `shared`: what all of these hold, and the start of the threads.
//!
//! `service/` has the locks and what the threads do under them; it starts no
//! thread:
//!
//! - [`service`]: groups of shards, and the loop of a worker.
//! - [`Generation`] (`generation`): which of Go's designs serves the timers.
//! - `shard`: one queue behind one lock; `shard_queue`: which queue it is.
//! - `batch`: callbacks between a shard and their calls; `callback`: one.
//! - [`alarm`]: the wake-up protocol of `timerproc`.
//! - [`biased_lock`]: the lock around a queue.
//!
//! `time/` knows what time it is and how to wait. It imports nothing else of
//! the crate:
//!
//! - [`clock`]: real and fake; `waiters`: who waits for a fake one.
//! - `timer_slack`: how late the kernel may wake a thread.
//!
//! `structures/` keeps timers in order. It touches nothing: no clock, no
//! thread, nothing else of the crate:
//!
//! - [`queue`] (`timer_queue`): what a structure can do; [`oracle`]: the
//!   obviously right one; [`verify`]: invariants and their violations.
//! - `slab`: storage with handles that know when they are stale.
//! - [`heap`]: the 4-ary heap with its two ways to sift.
//! - [`lazy_heap`]: the same with removal put off.
//! - [`wheel`]: parks far timers instead of sorting them, and wins.
//! - [`steps`]: the steps of the protocols, which a model can leave out.
//!
//! [`service`], [`alarm`], [`biased_lock`], [`clock`] and [`steps`] are
//! public for the models, the examples and the book: they are internals, and
//! no promise.

mod builder;
mod channel;
mod fake_time;
mod legacy_channel;
pub mod service;
mod shared;
mod sleep;
mod structures;
mod time;
mod timer;
mod timers;

pub use builder::Builder;
pub use channel::{ChannelTimer, Ticker};
pub use fake_time::{Deadlock, FakeTime};
pub use legacy_channel::LegacyTimer;
pub use service::generation::Generation;
pub use service::{alarm, biased_lock};
pub use sleep::Sleep;
pub use structures::timer_queue as queue;
pub use structures::{heap, lazy_heap, oracle, steps, verify, wheel};
pub use time::clock;
pub use timer::Timer;
pub use timers::Timers;
