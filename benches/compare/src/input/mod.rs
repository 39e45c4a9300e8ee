//! Where results come from.

pub mod criterion;
pub mod directory;
pub mod export;
pub mod golang;
pub mod side;
