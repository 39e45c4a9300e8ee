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
//! The face is what programs use, a file each:
//!
//! - `timers`: [`Timers`], the service; `builder`: [`Builder`], its options.
//! - `timer`: [`Timer`], the handle of a callback; `cancel_on_drop`:
//!   [`CancelOnDrop`], one that ends its timer; `once`: callbacks for one call.
//! - `own_timer`: [`SharedTimer`] and [`OwnTimer`], for callbacks that reach
//!   their timers; `periodic`: [`Periodic`], one that is called in each period.
//! - `timeout`: [`Timeout`], a future with a deadline; `interval`:
//!   [`Interval`], ticks for a task.
//! - `generation_text`: a [`Generation`] as text, and [`UnknownGeneration`].
//! - `unwind`: that a panic leaves all of these usable.
//! - `channel`: [`ChannelTimer`] and [`Ticker`], values to receive;
//!   `legacy_channel`: [`LegacyTimer`], a channel as of Go 1.22.
//! - `ticks`: [`Ticks`], a ticker in a loop; `recv_async`: [`Recv`], a receive
//!   in a task; `receivers`: which tasks wait; `stream`: ticks as a `Stream`.
//! - `crossbeam_channels`: channels of `crossbeam`, to select over.
//! - `sleep`: [`Sleep`], a future.
//! - `fake_time`: [`FakeTime`], time moved by hand.
//! - `error`: [`ShutDown`] and [`TimeoutError`], why a wait ended.
//! - `waker_cell`: whom a sleeping future wakes.
//! - `life`: whether a service runs, and who hears of its end; `threads`: its
//!   threads, and how to wait for theirs.
//! - `shared`: what all of these hold, and the start of the threads.
//!
//! The folders each keep a rule:
//!
//! - `service` has the locks and what threads do under them, and starts no
//!   thread: [`Generation`] says which of Go's designs it is, a shard is a
//!   queue behind a `biased_lock`, and `alarm` is the wake-up protocol of
//!   `timerproc`.
//! - `time` knows what time it is and how to wait, and imports nothing else
//!   of the crate: `clock` is real or fake.
//! - `structures` keeps timers in order, and touches nothing: it imports
//!   nothing else of the crate, reads no clock and starts no thread. [`queue`] is what a structure can do.
//!   [`heap`] is the 4-ary heap with its two ways to sift, [`lazy_heap`] the
//!   same with removal put off, and [`wheel`] parks far timers instead of
//!   sorting them, and wins. [`oracle`] is the obviously right one.
//!   [`violation`] is what their `verify` finds, and `steps` what a model
//!   can leave out.
//!
//! `service`, `alarm`, `biased_lock`, `clock` and `steps` are internals, and no
//! promise. The feature `internals` shows them to the models, the examples and
//! the book.

// Without it nothing outside reaches them.
#![cfg_attr(
    not(feature = "internals"),
    allow(
        dead_code,
        private_bounds,
        private_interfaces,
        unreachable_pub,
        unused_imports
    )
)]

mod builder;
mod cancel_on_drop;
mod channel;
#[cfg(feature = "crossbeam")]
mod crossbeam_channels;
mod error;
mod fake_time;
mod generation_text;
mod interval;
mod legacy_channel;
mod life;
mod once;
mod own_timer;
mod periodic;
mod receivers;
mod recv_async;
#[cfg(feature = "internals")]
pub mod service;
#[cfg(not(feature = "internals"))]
mod service;
mod shared;
mod sleep;
#[cfg(feature = "stream")]
mod stream;
mod structures;
mod threads;
mod ticks;
mod time;
mod timeout;
mod timer;
mod timers;
mod unwind;
mod waker_cell;

pub use builder::Builder;
pub use cancel_on_drop::CancelOnDrop;
pub use channel::{ChannelTimer, Ticker};
pub use error::{ShutDown, TimeoutError};
pub use fake_time::{Deadlock, FakeTime};
pub use generation_text::UnknownGeneration;
pub use interval::{Interval, MissedTickBehavior};
pub use legacy_channel::LegacyTimer;
pub use own_timer::{OwnTimer, SharedTimer};
pub use periodic::Periodic;
pub use recv_async::Recv;
pub use service::generation::Generation;
pub use sleep::Sleep;
#[cfg(feature = "stream")]
pub use stream::TickerStream;
pub use structures::timer_queue as queue;
pub use structures::{heap, lazy_heap, oracle, violation, wheel};
pub use ticks::{IntoTicks, Ticks};
pub use timeout::Timeout;
pub use timer::Timer;
pub use timers::{Timers, WeakTimers};

#[cfg(feature = "internals")]
pub use service::{alarm, biased_lock};
#[cfg(feature = "internals")]
pub use structures::steps;
#[cfg(feature = "internals")]
pub use time::clock;
