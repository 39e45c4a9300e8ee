//! Where results come from.

mod alike;
pub mod criterion;
mod divan;
pub mod encoding;
pub mod export;
pub mod golang;
mod other_json;
pub mod side;

pub use support::criterion_home as directory;
