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
//! - [`Profile`]: read, merge, write, sum up. Begin here.
//! - `text`: Go's text format, in chunks of 64 KiB.
//! - `union`, `file`: the blocks in memory, and the prediction of the next.
//! - `tape`: the comparison that takes the place of parsing.
//! - [`sort_scan`]: the old way, for comparison.
//!
//! It follows Go 1.27: the format of `internal/coverage/cformat`, and the
//! reader of `golang.org/x/tools/cover`.
#![forbid(unsafe_code)]

mod block;
mod error;
mod file;
mod mode;
mod profile;
pub mod sort_scan;
mod tape;
mod text;
mod union;

pub use block::{Block, MAX_COUNT, Position};
pub use error::Error;
pub use mode::Mode;
pub use profile::{Profile, Total};
