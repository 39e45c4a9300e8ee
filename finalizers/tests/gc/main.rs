//! The collected heap, against an oracle and case by case.
//!
//! Miri runs one trace, and what threads share: the heap and its values forbid
//! `unsafe`, so it would find nothing in the rest.

#[cfg(not(miri))]
mod cases;
#[cfg(not(miri))]
mod check;
#[cfg(not(miri))]
mod ephemerons;
#[cfg(not(miri))]
mod handles;
#[cfg(not(miri))]
mod incremental;
#[cfg(not(miri))]
mod oracle;
mod panics;
#[cfg(not(miri))]
mod sequences;
#[cfg(not(miri))]
mod steps;
mod threads;
mod traces;
#[cfg(not(miri))]
mod twins;
#[cfg(not(miri))]
mod typed;
#[cfg(not(miri))]
mod values;
