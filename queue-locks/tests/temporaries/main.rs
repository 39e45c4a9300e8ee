//! How long a guard without a name lives, in the editions 2021 and 2024.
//!
//! The same statements are in `statements.rs`, which is compiled by `rustc`
//! once an edition, with nothing but `std`.
//! `tail_of_a_local.rs` must not compile in 2021.
#![cfg(not(any(loom, shuttle)))]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn source(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    folder.join("tests/temporaries").join(name)
}

fn rustc(edition: &str, name: &str, output: &Path) -> Output {
    Command::new(std::env::var_os("RUSTC").unwrap_or("rustc".into()))
        .args(["--edition", edition, "-o"])
        .arg(output)
        .arg(source(name))
        .output()
        .expect("rustc is beside cargo")
}

/// What the statements say in `edition`: one `statement: state` a line.
fn run(edition: &str) -> String {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let binary = folder.path().join("statements");
    let compiled = rustc(edition, "statements.rs", &binary);
    let errors = String::from_utf8_lossy(&compiled.stderr);
    assert!(compiled.status.success(), "{errors}");
    let output = Command::new(binary).output().expect("it was just built");
    assert!(output.status.success());
    String::from_utf8(output.stdout).expect("it prints text")
}

// ANCHOR: in-both
const IN_BOTH: &str = "\
let with a name: locked
let without a name: free
match, in an arm: locked
match on a copy, in an arm: free
argument, in the function: locked
let of a borrow: locked
if, in the body: free
and, in the second operand: free
let else, else: free
if let, then: locked
while let, in the body: locked
for, in the body: locked
";
// ANCHOR_END: in-both

// ANCHOR: editions
#[test]
fn edition_2021_keeps_the_guard_in_else() {
    let differs = "if let, else: locked
match on a block, in an arm: locked
tail, at the drop: locked
";
    assert_eq!(run("2021"), format!("{IN_BOTH}{differs}"));
}
// ANCHOR_END: editions

#[test]
fn edition_2024_drops_the_guard_before_else() {
    let differs = "if let, else: free
match on a block, in an arm: free
tail, at the drop: free
";
    assert_eq!(run("2024"), format!("{IN_BOTH}{differs}"));
}

/// A guard in the last expression outlives the mutex of its block in 2021.
#[test]
fn a_tail_expression_compiles_in_2024_only() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let output = folder.path().join("tail");
    let old = rustc("2021", "tail_of_a_local.rs", &output);
    let errors = String::from_utf8_lossy(&old.stderr);
    assert!(!old.status.success(), "it compiles in 2021");
    assert!(errors.contains("error[E0597]"), "{errors}");
    let new = rustc("2024", "tail_of_a_local.rs", &output);
    let errors = String::from_utf8_lossy(&new.stderr);
    assert!(new.status.success(), "{errors}");
}
