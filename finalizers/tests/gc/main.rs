//! The collected heap, against an oracle and case by case.

mod cases;
mod check;
mod ephemerons;
mod handles;
mod incremental;
mod oracle;
mod sequences;
mod steps;
mod threads;
mod traces;
mod twins;
mod typed;
mod values;
