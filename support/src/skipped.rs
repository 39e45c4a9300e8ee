//! A test that does nothing here, told past the harness.
//!
//! The harness keeps what a test that passes prints, and so nobody would
//! learn of it. `cargo xtask test` names it among what was not tested.

use std::fmt::Display;
use std::io::{self, Write};
use std::thread;

/// Prints `SKIPPED`, the name of the test, which its thread has, and why: one
/// line, also where `why` has several.
pub fn say(why: impl Display) {
    let thread = thread::current();
    let line = line(thread.name().unwrap_or("a test"), &why.to_string());
    // What cannot be printed cannot be told either.
    let _ = io::stderr().write_all(line.as_bytes());
}

fn line(test: &str, why: &str) -> String {
    let words: Vec<&str> = why.split_whitespace().collect();
    format!("SKIPPED: {test}: {}\n", words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_of_several_lines_is_told_in_one() {
        let told = line("threads::a_test", "no bash\n  install one\n");
        assert_eq!(told, "SKIPPED: threads::a_test: no bash install one\n");
    }
}
