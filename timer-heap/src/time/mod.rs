//! What time it is, and how to wait for it.
//!
//! Nothing here imports another part of the crate.
//!
//! - [`clock`]: the system's clock, or one moved by hand.
//! - `waiters`: the threads that wait for a clock moved by hand.
//! - `timer_slack`: how late the kernel may wake a thread.

pub mod clock;
pub(crate) mod timer_slack;
pub(crate) mod waiters;
