//! The book of this workspace, and how it is built.
//!
//! - `book/chapters` holds the text; `SUMMARY.md` is its table of contents.
//! - [`build`] renders it, in this process: nobody installs mdbook.
//! - [`Directives`] turns `{{#table SUBJECT}}` into recorded numbers, and
//!   `{{#play NAME}}` into a player of a [`recording`] of the real crates.
//! - Each inline code block of a chapter is a doctest of this package.
//! - `tests/` checks what a reader would stumble over: links, includes,
//!   anchors.

mod anchor;
mod bugs;
mod build;
#[cfg(doctest)]
mod chapters;
mod diff;
mod directives;
mod experiments;
mod figure;
mod live_program;
mod place;
mod plot;
mod quiz;
mod recordings;
mod search_index;
mod slim;
mod table;

pub use build::{build, build_into};
pub use directives::{Directives, record_path};
pub use live::recording;
pub use recordings::NAMES as RECORDINGS;
