//! A command writes whole files: what was there stays until all is there.

use crate::modules::Crate;
use crate::none;
use crate::uses::{unexcused, unexcused_in};

/// What leaves half a file when it is cut off.
const IN_PLACE: [&str; 5] = [
    "std::fs::write",
    "std::fs::copy",
    "std::fs::File::create",
    "std::fs::File::options",
    "std::fs::OpenOptions",
];

/// The commands of the workspace.
const COMMANDS: [&str; 6] = [
    "coverage-merge/src/",
    "benches/compare/src/",
    "book/src/",
    "xtask/lab/src/",
    "xtask/loom/src/",
    "xtask/src/",
];

/// Says on the line before why a file need not be whole.
const REASON: &str = "// In place:";

#[test]
fn commands_write_their_outputs_whole() {
    none(&unexcused(&COMMANDS, &IN_PLACE, REASON));
}

#[test]
fn each_write_in_place_is_found() {
    let text = "\
use std::fs::{self, File as F};
fn a() { fs::write(path, text) }
fn b() { F::create(path) }
// In place: it is a pipe.
fn c() { std::fs::OpenOptions::new() }
";
    let read = |_: &str| Some(text.to_owned());
    let code = Crate::load("a.rs", &read);
    assert_eq!(
        unexcused_in(&code, &read, &IN_PLACE, REASON),
        ["a.rs:2: fs::write", "a.rs:3: F::create"]
    );
}
