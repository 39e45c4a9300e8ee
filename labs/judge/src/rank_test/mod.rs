//! The lab *rank-test*: the reader writes the exact test by which
//! `bench-compare` judges, and its interval.
//!
//! - [`oracle`]: every choice of the ranks, listed.
//! - [`gates`]: what is judged.

pub mod gates;
pub mod oracle;

pub use gates::{RankTest, main};
