//! Istanbul's JSON: `coverage-final.json` of nyc, c8, vitest and jest.
//!
//! Lines, functions and branches get the names that Istanbul's own reporter
//! `lcovonly` gives them, so both files of one run are the same profile.
//!
//! - `read`: a report, file by file; `file`: what one file has.

mod file;
pub(crate) mod read;
