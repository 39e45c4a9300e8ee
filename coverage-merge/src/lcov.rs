//! LCOV tracefiles, versions 1 and 2.
//!
//! The records are those of the man page geninfo(1) of LCOV 2.2, and of
//! older versions where they differ. Totals (`LF`, `FNH`, ...) and test
//! names are not read: totals are computed again, tests become one.

mod predicted;
mod read;
mod records;
mod write;

pub(crate) use read::read;
pub use write::Version;
