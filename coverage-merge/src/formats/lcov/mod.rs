//! LCOV tracefiles, versions 1 and 2.
//!
//! The records are those of the man page geninfo(1) of LCOV 2.2, and of
//! older versions where they differ. Totals (`LF`, `FNH`, ...) and test
//! names are not read: totals are computed again, tests become one.
//!
//! - `read`: a tracefile, record by record; `predicted`: the records that come
//!   as they came last time; `records`: all others, parsed.
//! - `mended`: what odd records can mean.
//! - `write`: a tracefile.

mod mended;
mod predicted;
pub(crate) mod read;
mod records;
pub(crate) mod write;
