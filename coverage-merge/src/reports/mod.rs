//! What people read of a profile, and which files count in it.
//!
//! - `totals`: rows by package, file or function; `shown`: as a table,
//!   Markdown or JSON.
//! - `file_coverage`: what is known of each file; `functions`: its functions;
//!   `go_functions`: those of a Go file; `demangle`: names of others.
//! - `html`: pages with the sources.
//! - `patch`: the lines that a change adds; `diff_text`, `diff_names`: the
//!   unified diff that says so; `which_file`: which file it means.
//! - `annotations`: what was missed, where GitHub shows a change.
//! - `gates`: limits; `explain`: which input reaches a line.
//! - `filter`: which files count, and under which path.
//! - `source_tree`: the source files, as far as they are found; `go_modules`:
//!   the modules in it.

pub(crate) mod annotations;
pub(crate) mod demangle;
pub(crate) mod diff_names;
pub(crate) mod diff_text;
pub(crate) mod explain;
pub(crate) mod file_coverage;
pub(crate) mod filter;
pub(crate) mod functions;
pub(crate) mod gates;
pub(crate) mod go_functions;
pub(crate) mod go_modules;
pub(crate) mod html;
pub(crate) mod patch;
pub(crate) mod shown;
pub(crate) mod source_tree;
pub(crate) mod totals;
pub(crate) mod which_file;
