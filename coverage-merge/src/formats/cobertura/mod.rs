//! Cobertura's XML: the lines of each class, their hits and their branches.
//!
//! The format is that of `coverage-04.dtd`. A file is its `<source>` and its
//! name; a line of a method counts where the class does not have it.
//! Complexity is left out when reading and empty when writing.
//!
//! - `read`: a report, as a stream; `line`: one line of it; `plain_line`: one
//!   that needs no parser.
//! - `write`: reports, with all totals computed again.

mod line;
mod plain_line;
pub(crate) mod read;
pub(crate) mod write;
