//! Timers in the order of their deadlines, and nothing around them.
//!
//! Nothing here reads a clock, starts a thread, waits or imports another
//! part of the crate. A deadline is a number, and time passes when the caller
//! says so.
//!
//! - [`timer_queue`]: the two traits, for programs and for the shard.
//! - [`oracle`]: the obviously right structure.
//! - [`heap`], [`lazy_heap`], [`wheel`]: the fast ones.
//! - `slab`: where these keep their timers.
//! - [`violation`]: what their `verify` finds, with the numbers.
//! - `timer_id`: the handle of a timer.
//! - [`steps`]: what a model can leave out.

pub mod heap;
pub mod lazy_heap;
pub mod oracle;
pub(crate) mod slab;
pub mod steps;
pub(crate) mod timer_id;
pub mod timer_queue;
pub mod violation;
pub mod wheel;
