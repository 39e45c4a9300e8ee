//! The three generations of defer against the rules of Go.
#![cfg(not(loom))]

mod go_tests;
mod interpreter;
mod machine;
mod mixed;
mod program;
mod random_programs;
