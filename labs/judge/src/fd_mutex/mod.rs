//! The lab *fd-mutex*: the reader writes the lock of a descriptor that several
//! threads use and one of them closes.
//!
//! - [`lock`]: the trait that the reader implements.
//! - [`operations`]: one thread, against a model of three numbers.
//! - [`models`]: readers, writers and a closer under loom.
//! - [`gates`]: what is judged.

pub mod gates;
pub mod lock;
pub mod models;
pub mod operations;

pub use gates::main;
pub use lock::{Closed, FdLock, Release, Side};
