//! Where results come from.

pub mod criterion;
pub mod directory;
pub mod side;
