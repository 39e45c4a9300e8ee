//! Merges coverage profiles exactly, in any order, near the speed of `wc`.
//!
//! # The problem
//!
//! `go test -coverpkg=./... ./...` counts each block of code once per test
//! binary, and a CI with many shards has one profile a shard. The question
//! *what do our tests cover?* needs their union: each block once, its counts
//! added.
//!
//! # Map
//!
//! Begin with [`Profile`]: read, merge, write, sum up.
//!
//! The union:
//! - `union`, `file`, `table`: the blocks in memory, and the prediction of
//!   the next line; `tape`: the comparison that takes the place of parsing.
//! - `lines`: what formats know that count lines.
//! - `origin`: which input and line a block came from, for errors.
//! - [`OnConflict`]: blocks of one source that were cut differently.
//! - [`sort_scan`]: the old way, for comparison.
//!
//! The inputs:
//! - [`sources`](fn@sources): files, folders, globs, lists; `input`: which
//!   format; `chunks`: text in pieces of 64 KiB.
//! - `text`, `covdata`, `lcov`, `cobertura`: one format each.
//! - [`Merge`]: all of them, by several threads.
//!
//! The results:
//! - [`Report`], [`Profile::html`], [`patch_coverage`]: totals, pages, and
//!   the lines that a change adds.
//! - [`Filter`], [`SourceTree`]: which files count, and where they are.
//!
//! It follows Go 1.27: the formats of `internal/coverage` and of
//! `golang.org/x/tools/cover`; and LCOV 2.2.
#![forbid(unsafe_code)]

mod algebra;
mod block;
mod chunks;
mod cobertura;
mod covdata;
mod digits;
mod error;
mod file;
mod filter;
mod geometry;
mod html;
mod input;
mod lcov;
mod line_view;
mod lines;
mod merge;
mod mode;
mod origin;
mod patch;
mod profile;
mod report;
pub mod sort_scan;
mod source_tree;
mod sources;
mod table;
mod tape;
mod text;
mod total;
mod union;

pub use block::{Block, MAX_COUNT, Position};
pub use error::Error;
pub use filter::Filter;
pub use geometry::OnConflict;
pub use lcov::Version as LcovVersion;
pub use line_view::FileLines;
pub use merge::Merge;
pub use mode::Mode;
pub use patch::{AddedLines, PatchRow, added_lines, patch_coverage};
pub use profile::{Order, Profile};
pub use report::{By, Report, Row, percent};
pub use source_tree::SourceTree;
pub use sources::{Source, sources};
pub use text::watch;
pub use total::Total;
pub use union::Step;
