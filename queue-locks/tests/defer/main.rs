//! The three generations of defer against the rules of Go.
#![cfg(not(any(loom, shuttle)))]

mod fuzz;
mod go_tests;
mod goroutines;
mod innermost;
mod interpreter;
mod machine;
mod missed_calls;
mod mixed;
mod program;
mod random_programs;
mod rules;
mod stepwise;
mod traces;
mod ways_out;
