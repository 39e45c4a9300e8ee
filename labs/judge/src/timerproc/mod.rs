//! The lab *timerproc*: the reader writes the wake-up protocol between the
//! thread that waits for timers and those that start them.
//!
//! - [`alarm`]: the trait that the reader implements, and its clock.
//! - [`starts`]: what a ring answers, without other threads.
//! - [`models`]: starters against a waiter, under loom.
//! - [`gates`]: what is judged.

pub mod alarm;
pub mod gates;
pub mod models;
pub mod starts;

pub use alarm::{Alarm, Clock};
pub use gates::main;
