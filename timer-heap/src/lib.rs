//! Go's timers, rebuilt: `after_func`, channel timers, tickers, sleeps.
//!
//! A program has many timers and the machine has one clock interrupt: the
//! first deadline must be found at once, timers are started and stopped far
//! more often than they fire, and a thread that sleeps until the first one
//! must learn of an earlier one. This crate follows the answer of Go's
//! runtime (`runtime/time.go`) from Go 1.9 on.
//!
//! ```
//! use std::sync::mpsc::channel;
//! use std::time::Duration;
//! use timer_heap::Timers;
//!
//! let (sender, receiver) = channel();
//! let timers = Timers::new();
//! let ms = Duration::from_millis(1);
//! timers.after_func_once(ms, move || sender.send("a callback").unwrap());
//! assert_eq!(receiver.recv(), Ok("a callback"));
//! assert_eq!(timers.ticker(ms).iter().take(3).count(), 3);
//! ```
//!
//! # What to expect
//!
//! **Threads.** A service of [`Generation::Best`] has one thread, which the
//! first timer starts, and calls one callback after the other: a callback that
//! takes long, or waits for another one, holds up all that are due. Hand long
//! work on, have [several threads](Builder::workers), or an
//! [executor](Builder::execute_with) of your own. Channel timers, tickers and blocking sleeps need no thread.
//!
//! **Order.** Nothing fires early. Timers that one thread started fire in the
//! order of their deadlines, those of one deadline in any order. Between timers
//! of several threads no order is promised, and a callback may come after a
//! later one. On a fake clock all fire in the order of their deadlines, but on
//! no clock is there an order between a callback and what wakes a thread that
//! receives. In [`Generation::Go1_10`] and [`Generation::Go1_14`], which have
//! several threads, callbacks also run at the same time.
//!
//! **Callbacks.** What a callback does to any timer counts at once: what it
//! stops, resets or shuts down and has not begun does not begin. A callback may
//! start and drop timers and services, its own too.
//!
//! **Panics.** A panic ends its own callback, and so does one in the drop of a
//! callback that the service drops, after its call or at the end: the process's
//! hook prints it, the hook of [`Builder::on_panic`] gets its payload, and the
//! service goes on. A timer whose callback panicked can be reset, and is called
//! again. A payload whose own drop panics is forgotten. A callback that a
//! program drops, by a cancel, with the handle of a timer that will not fire
//! again, or by a start after the end, is the program's, and so is the panic.
//!
//! **The end.** The last clone of [`Timers`] to go shuts the service down, or
//! [`Timers::shut_down`] does. Timers that are pending never fire, and whoever
//! waits is told.
//!
//! **Suspension.** Deadlines are those of [`Instant`](std::time::Instant). On
//! Linux and macOS its clock stands still while the machine is suspended, so a
//! timer of an hour fires after an hour of waking time. A change of the wall
//! clock moves nothing.
//!
//! **Fork.** A child has the memory of its parent and none of its threads. In
//! an inherited service starts, stops, cancels and sleeps go on to work, but no
//! callback is ever called, no future is woken, and
//! [`shut_down_and_wait`](Timers::shut_down_and_wait) waits for good. A child
//! makes a new service. That presumes that no other thread of the parent was in
//! a call of the service at the moment of the fork, and that its worker slept,
//! which it does a moment after a callback: else a lock would be held for ever,
//! as with every lock.
//!
//! **Sandboxes.** On Linux the locks of [`Generation::Best`] use
//! `membarrier(2)`. Where it is missing they are plain locks. A process that
//! forbids it later goes on: the next thread that takes such a lock from its
//! owner runs on each processor once, or sleeps for 10 ms where that is
//! forbidden as well, and no lock gets an owner from then on. A filter that
//! kills has to allow the call, or the service is built
//! [without owners](Builder::owned_locks).
//!
//! **Memory.** A service of [`Generation::Best`] takes up to 2 KiB for each
//! processor from the beginning, and up to 60 KiB more for each on which timers
//! are started; the others take less than 64 KiB together.
//! What a burst of timers took is given back when they have fired or gone. A
//! timer that is stopped, not cancelled, is kept with its closure until its
//! handle goes. Queues grow under their locks, so the program's global allocator
//! must not use a service: it would wait for itself, or panic.
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
//! - `unwind`: that a panic leaves all of these usable; `bounds`: what must not
//!   compile, for tests.
//! - `channel`: [`ChannelTimer`] and [`Ticker`], values to receive;
//!   `legacy_channel`: [`LegacyTimer`], a channel as of Go 1.22.
//! - `ticks`: [`Ticks`], a ticker in a loop; `recv_async`: [`Recv`], a receive
//!   in a task; `receivers`: which tasks wait; `stream`: ticks as a `Stream`.
//! - `crossbeam_channels`: channels of `crossbeam`, to select over.
//! - `sleep`: [`Sleep`], a future.
//! - `fake_time`: [`FakeTime`], time moved by hand.
//! - `executor`: callbacks that a program's executor runs.
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

// docs.rs shows which feature an item needs.
#![cfg_attr(docsrs, feature(doc_cfg))]
// Without `internals` nothing outside reaches them.
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

#[cfg(doctest)]
mod bounds;
mod builder;
mod cancel_on_drop;
mod channel;
#[cfg(feature = "crossbeam")]
mod crossbeam_channels;
mod error;
mod executor;
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
pub use service::counts::Metrics;
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
