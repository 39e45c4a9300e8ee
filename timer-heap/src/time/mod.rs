//! What time it is, and how to wait for it.
//!
//! Nothing here imports another part of the crate.
//!
//! - [`clock`]: the system's clock, or one moved by hand.
//! - `epoch`: how far an instant is from the first one of a clock.
//! - `waiters`: the threads that wait for a clock moved by hand.
//! - `timer_slack`: how late the kernel may wake a thread.

pub mod clock;
pub(crate) mod epoch;
pub(crate) mod timer_slack;
pub(crate) mod waiters;
