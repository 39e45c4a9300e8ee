//! Merges coverage profiles exactly, in any order, near the speed of `wc`.
//!
//! # The problem
//!
//! `go test -coverpkg=./... ./...` counts each block of code once per test
//! binary, and a CI with many shards has one profile a shard. The question
//! *what do our tests cover?* needs their union: each block once, its counts
//! added.
//!
//! ```
//! use coverage_merge::Profile;
//!
//! let unit = "mode: set\nsort.go:1.1,3.2 2 0\nsort.go:5.1,6.2 1 1\n";
//! let integration = "mode: set\nsort.go:1.1,3.2 2 1\n";
//! let mut all = Profile::parse(unit.as_bytes(), "unit.out")?;
//! all.merge(&Profile::parse(integration.as_bytes(), "integration.out")?)?;
//! assert_eq!(all.total().percentage(), 100.0);
//! # Ok::<(), coverage_merge::Error>(())
//! ```
//!
//! # Map
//!
//! Begin with [`Profile`]: read, merge, write, sum up.
//! What stands further down imports nothing of what stands above it; the
//! command, in `cli`, stands above all.
//!
//! - [`sort_scan`]: the old way to merge, for comparison.
//! - `parallel`: [`Merger`], which reads many inputs by several threads.
//! - `inputs`: [`inputs`](fn@inputs): files, folders, globs, lists; `search`:
//!   [`Search`], which also says what it passes over; `seen`: what was given
//!   before; `twins`: what one run wrote twice; `input`: [`Input`], one thing to read; `text`:
//!   [`decoded`], for diffs and lists.
//! - `formats`: one format a file or folder, with both directions; which one an
//!   input has.
//! - `reports`: [`Report`], [`HtmlReport`], [`patch_coverage`]: totals, pages,
//!   and the lines that a change adds; [`Filter`], [`SourceTree`]: which
//!   files count, and where they are.
//! - `profile`: the union in memory, which knows no format; the prediction of
//!   the next line; [`OnConflict`]: blocks of one source that were cut
//!   differently.
//! - `error`: [`Error`], with the input, the line and the column.
//!
//! It follows Go 1.27: the formats of `internal/coverage` and of
//! `golang.org/x/tools/cover`; LCOV 2.2; and, read only, the reports of
//! JaCoCo 0.8, Clover, Istanbul and llvm-cov 14 to 22.
#![forbid(unsafe_code)]

mod error;
mod formats;
mod input;
mod inputs;
mod parallel;
mod profile;
mod reports;
mod search;
mod seen;
pub mod sort_scan;
mod text;
mod twins;

pub use error::Error;
pub use formats::go_text::read::watch;
pub use formats::go_text::write::Order;
pub use formats::lcov::write::Version as LcovVersion;
pub use input::Input;
pub use inputs::inputs;
pub use parallel::Merger;
pub use profile::Profile;
pub use profile::block::{Block, MAX_COUNT, Position};
pub use profile::file_lines::FileLines;
pub use profile::mode::{Mode, ParseModeError};
pub use profile::on_conflict::{OnConflict, ParseOnConflictError};
pub use profile::total::Total;
pub use profile::union::Step;
pub use reports::diff_text::{AddedLines, added_lines};
pub use reports::explain::{Reached, explain};
pub use reports::file_coverage::{BranchCoverage, FileCoverage, LineBranches};
pub use reports::filter::Filter;
pub use reports::functions::FunctionCoverage;
pub use reports::gates::{Gates, below};
pub use reports::html::pages::HtmlReport;
pub use reports::patch::{PatchCoverage, PatchRow, patch_coverage};
pub use reports::source_tree::SourceTree;
pub use reports::totals::{By, Report, Row, percent};
pub use search::Search;
pub use text::{decoded, text_of};
