//! Go's text profiles.
//!
//! The format is that of `go tool cover` (Go 1.27, `internal/coverage`
//! and `golang.org/x/tools/cover`): a first line `mode: set`, then lines
//! `path:line.column,line.column statements count`.
//!
//! - `line`: one line, parsed.
//! - `read`: a profile, whose lines are predicted, and parsed where the
//!   prediction fails.
//! - `write`: a profile, whose text is made by several threads.

pub(crate) mod line;
pub(crate) mod read;
pub(crate) mod write;
