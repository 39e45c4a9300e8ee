//! Where results come from.

pub mod criterion;
pub mod export;
pub mod golang;
pub mod side;

pub use support::criterion_home as directory;
