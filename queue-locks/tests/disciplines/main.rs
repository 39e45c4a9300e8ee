//! What is built on the locks, on real threads: giving up, handing over,
//! waiting for a condition, sharing, and the order of locks.
#![cfg(not(any(loom, shuttle)))]

mod guard;
mod lock_order;
mod rw_lock;
#[cfg(target_os = "linux")]
mod sleeping;
mod waiting;
