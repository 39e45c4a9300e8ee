//! The JSON of `llvm-cov export`, as cargo-llvm-cov makes it too.
//!
//! Lines, functions and branches get the names of `llvm-cov export
//! --format=lcov`, but for the conditions in macros, which LLVM's tracefiles
//! unite: here each use of a macro has its own, as in LLVM's totals.
//!
//! - `read`: an export, file by file; `records`: what one file or function
//!   has; `segments`: the lines between the places where the count changes.

pub(crate) mod read;
mod records;
mod segments;
