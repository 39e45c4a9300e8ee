//! Every interleaving of a few threads, and the bugs that loom finds in them.
//!
//! `RUSTFLAGS="--cfg loom" cargo test --release -p queue-locks --test loom`
#![cfg(loom)]

mod locks;
mod queue;
mod recorded;
