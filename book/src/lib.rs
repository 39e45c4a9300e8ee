//! The book of this workspace, and how it is built.
//!
//! - `book/chapters` holds the text; `SUMMARY.md` is its table of contents.
//! - [`build`] renders it, in this process: nobody installs mdbook.
//! - [`Tables`] turns `{{#table SUBJECT}}` into recorded numbers.
//! - Each inline code block of a chapter is a doctest of this package.
//! - `tests/` checks what a reader would stumble over: links, includes,
//!   anchors.

mod build;
#[cfg(doctest)]
mod chapters;
mod table;
mod tables;

pub use build::{build, build_into};
pub use tables::{Tables, record_path};
