//! A report as text of one kind or another.

pub mod benchcmp;
mod cells;
pub mod csv;
pub mod explain;
pub mod html;
pub mod json;
mod layout;
pub mod list;
pub mod markdown;
pub mod terminal;
pub mod text;
