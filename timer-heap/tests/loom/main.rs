//! Models of the wake-up protocol, each with the bug that it would find.
#![cfg(loom)]

mod fire;
mod wake_up;
