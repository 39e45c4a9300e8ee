//! How many instructions a function of an example executes, for tests that
//! guard it: counts do not depend on the machine's speed or load.
//!
//! Needs valgrind; without it a test is skipped loudly.

use std::ops::Range;
use std::path::PathBuf;
use std::process::Command;

use crate::{example, skipped};

/// An optimised example of a package, whose first argument says how often it
/// calls each of its functions.
#[derive(Debug)]
pub struct Counted(PathBuf);

impl Counted {
    /// Builds an example. Returns `None`, and says so, when there is no
    /// valgrind.
    ///
    /// # Panics
    ///
    /// When it does not build.
    pub fn of_example(package: &str, name: &str) -> Option<Self> {
        if Command::new("valgrind").arg("--version").output().is_err() {
            skipped::say("there is no valgrind. On Debian: apt install it");
            return None;
        }
        Some(Self(example::build(package, name)))
    }

    /// Returns what one call of `function` executes, with all that it calls.
    /// The first `calls.start` calls warm up and do not count.
    ///
    /// # Panics
    ///
    /// When valgrind tells no count.
    pub fn per_call(&self, function: &str, calls: Range<u32>) -> u64 {
        let first = self.executed(function, calls.start);
        let all = self.executed(function, calls.end);
        (all - first) / u64::from(calls.end - calls.start)
    }

    fn executed(&self, function: &str, calls: u32) -> u64 {
        let output = Command::new("valgrind")
            .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
            .arg(format!("--toggle-collect={function}"))
            .arg(&self.0)
            .arg(calls.to_string())
            .output()
            .expect("valgrind runs");
        let text = String::from_utf8_lossy(&output.stderr);
        let line = text.lines().find_map(|line| line.split_once("Collected :"));
        let (_, number) =
            line.unwrap_or_else(|| panic!("no count in:\n{text}"));
        number.trim().parse().expect("a count")
    }
}
