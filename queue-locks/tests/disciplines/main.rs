//! What is built on the locks, on real threads: giving up, handing over,
//! waiting for a condition, sharing, and the order of locks.
#![cfg(not(any(loom, shuttle)))]

mod guard;
mod lock_order;
mod rw_lock;
// They look at the state of a thread in the kernel.
#[cfg(all(target_os = "linux", not(miri)))]
mod sleepers;
#[cfg(all(target_os = "linux", not(miri)))]
mod sleeping;
mod waiting;
