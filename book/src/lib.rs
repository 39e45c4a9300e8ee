//! The book of this workspace, and how it is built.
//!
//! The folder `book/chapters` holds the text, and `SUMMARY.md` there is its
//! table of contents. What turns it into pages:
//!
//! - `build` renders it, in this process: nobody installs mdbook.
//! - `chapters`: each inline code block of a chapter is a doctest of this
//!   package.
//! - `directives`: [`Directives`] turns `{{#table SUBJECT}}` into recorded
//!   numbers, and `{{#play NAME}}` into a player of a [`recording`] of the
//!   real crates.
//! - [`epub`](epub()) puts the pages into one file for readers of books.
//! - `minify` takes out of the pages what no reader needs.
//! - `quiz` turns a question of a chapter into a card to answer.
//! - `recordings` runs the real crates and keeps their steps.
//! - `search_index` writes the index of the search in fewer bytes.
//! - [`slides`](slides()) cuts the pages into slides.
//!
//! The folder `book/tests` checks what a reader would stumble over: links,
//! includes, anchors.

mod build;
#[cfg(doctest)]
mod chapters;
mod directives;
mod epub;
mod minify;
mod quiz;
mod recordings;
mod search_index;
mod slides;

pub use build::build_into;
pub use directives::Directives;
pub use directives::records::record_path;
pub use epub::epub;
pub use live::recording;
pub use recordings::NAMES as RECORDINGS;
pub use slides::slides;
