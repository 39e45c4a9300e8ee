//! Where results come from.

mod alike;
pub mod criterion;
mod divan;
pub mod encoding;
pub mod export;
pub mod golang;
mod google;
mod hyperfine;
mod libtest;
mod not_a_number;
pub mod side;
mod sources;

pub use support::criterion_home as directory;
