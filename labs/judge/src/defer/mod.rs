//! The lab *defer*: the reader writes down the rules of defer, panic, recover
//! and goexit, as an interpreter of small programs.
//!
//! - [`program`]: the programs, and what a run of one is.
//! - [`machine`]: the crate's own defers, which the reader's rules must match.
//! - [`gates`]: what is judged.

pub mod gates;
pub mod machine;
pub mod program;

pub use gates::{Interpreted, main};
pub use program::{Ending, Event, FELL_OFF, Program, Run, Statement};
