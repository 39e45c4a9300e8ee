//! The collected heap, against an oracle and case by case.

mod cases;
mod check;
mod handles;
mod oracle;
mod sequences;
mod steps;
mod threads;
mod traces;
