//! A report as text of one kind or another.

pub mod benchcmp;
mod cells;
pub mod csv;
pub mod explain;
pub mod html;
pub mod json;
pub mod markdown;
pub mod text;
