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
//! - [`Timers`]: the service; [`Timer`], [`ChannelTimer`], [`Ticker`],
//!   [`Sleep`]: its handles; [`FakeTime`]: time moved by hand.
//! - [`LegacyTimer`]: a channel as of Go 1.22, for comparison.
//! - [`Generation`]: which of Go's designs serves the timers.
//! - [`heap`]: the 4-ary heap with its two ways to sift.
//! - [`lazy_heap`]: the same with removal put off.
//! - [`wheel`]: parks far timers instead of sorting them, and wins.
//! - [`queue`]: what the service asks of such a structure; [`oracle`]: the
//!   obviously right one.
//! - [`alarm`]: the wake-up protocol of `timerproc`; [`protocol`]: its steps.
//! - [`biased`]: the lock around a queue.
//! - [`service`]: queues, locks and alarms, without threads; [`clock`]: real
//!   and fake.

pub mod alarm;
mod batch;
pub mod biased;
mod builder;
mod callback;
mod channel;
pub mod clock;
mod fake_time;
mod generation;
pub mod heap;
pub mod lazy_heap;
mod legacy;
pub mod oracle;
pub mod protocol;
pub mod queue;
pub mod service;
mod shard;
mod shared;
mod slab;
mod slack;
mod sleep;
mod structure;
mod timer;
mod timers;
mod waiters;
pub mod wheel;

pub use builder::Builder;
pub use channel::{ChannelTimer, Ticker};
pub use fake_time::{Deadlock, FakeTime};
pub use generation::Generation;
pub use legacy::LegacyTimer;
pub use sleep::Sleep;
pub use timer::Timer;
pub use timers::Timers;
