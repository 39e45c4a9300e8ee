//! How long a lock around the wheel of `timer-heap` is held: a part of the record
//! of its peers, though nobody is compared.

use std::process::Stdio;

use anyhow::{Context, Result, ensure};

use crate::workspace::cargo;

const EXAMPLE: [&str; 6] = [
    "run",
    "--release",
    "--quiet",
    "--package",
    "timer-heap",
    "--example=holds",
];

/// Runs the example that measures it, and returns what that prints.
pub(super) fn holds() -> Result<String> {
    eprintln!("holds of the wheel's lock ...");
    let mut example = cargo(EXAMPLE);
    let output = example.stderr(Stdio::inherit()).output();
    let output = output.context("cannot start the example holds")?;
    ensure!(output.status.success(), "the example holds failed");
    let text = String::from_utf8(output.stdout);
    text.context("the example holds prints text")
}
