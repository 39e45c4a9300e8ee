//! The lab *coverage*: the reader parses Go's text profiles, unites them in
//! any order, and then reads them by predicting the next line.
//!
//! What the reader's code sees:
//! - [`asked`]: what it implements.
//! - [`block`]: a block of source code, whose comparisons are counted.
//! - [`mode`]: how a profile counts.
//! - [`profile`]: a profile that was read, and what can be wrong.
//! - [`mod@file`]: a source file in a union, and the end of a line of it.
//!
//! The judge:
//! - [`lines`]: lines, right and wrong; [`texts`]: whole profiles.
//! - [`oracle`]: the union of profiles as a sorted map; [`listing`]: its text.
//! - [`pieces`]: profiles that meet; [`laws`]: whether the order and the
//!   grouping of a merge matter, and whether it is right.
//! - [`union`]: a union that grows profile by profile, and predicts; [`runs`]:
//!   profiles that repeat each other.
//! - [`ours`]: the crate's ways, as small as the lab asks for.
//! - [`mutants`]: unions with a bug each.
//! - [`workload`]: what is counted and measured.
//! - [`gates`]: what is judged.

pub mod asked;
pub mod block;
pub mod file;
pub mod gates;
pub mod laws;
pub mod lines;
pub mod listing;
pub mod mode;
pub mod mutants;
pub mod oracle;
pub mod ours;
pub mod pieces;
pub mod profile;
pub mod runs;
pub mod texts;
pub mod union;
pub mod workload;

pub use asked::{Follow, Merge, Parse};
pub use block::{Block, MAX_COUNT, Position};
pub use file::{File, count_at};
pub use gates::main;
pub use mode::Mode;
pub use mutants::Tested;
pub use profile::{LineError, Malformed, Problem, Profile};
