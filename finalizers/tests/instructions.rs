//! How many instructions registration and a file execute, guarded: counts do
//! not depend on the machine's speed or load.
//!
//! Needs valgrind on x86-64 Linux; skipped loudly elsewhere.
#![cfg(all(not(loom), target_os = "linux", target_arch = "x86_64"))]

use std::path::{Path, PathBuf};
use std::process::Command;

/// Builds the example with optimisation.
fn example() -> PathBuf {
    let target = std::env::current_exe().expect("a test has a path");
    let target = target.ancestors().nth(3).expect("target/debug/deps/test");
    let cargo = std::env::var_os("CARGO").expect("cargo runs the test");
    let status = Command::new(cargo)
        .args(["build", "--quiet", "--release", "-p", "finalizers"])
        .args(["--example", "registration", "--target-dir"])
        .arg(target)
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_BUILD_TARGET")
        .status()
        .expect("cargo runs");
    assert!(status.success(), "the example does not build");
    target.join("release/examples/registration")
}

/// Returns what `function` and all that it calls execute in `calls` calls.
fn executed(program: &Path, function: &str, calls: u32) -> u64 {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(format!("--toggle-collect={function}"))
        .arg(program)
        .arg(calls.to_string())
        .output()
        .expect("valgrind runs");
    let text = String::from_utf8_lossy(&output.stderr);
    let line = text.lines().find_map(|line| line.split_once("Collected :"));
    let (_, number) = line.unwrap_or_else(|| panic!("no count in:\n{text}"));
    number.trim().parse().expect("a count")
}

/// Returns what one call executes when all is warm. Many calls, because each
/// hundredth takes a page and each doubling of a table copies it.
fn per_call(program: &Path, function: &str) -> u64 {
    let first = executed(program, function, 1_000);
    (executed(program, function, 5_000) - first) / 4_000
}

/// How many more each executes at most than what it is compared with.
const GUARDED: [(&str, &str, u64); 4] = [
    ("with_finalizer", "only_allocate", 190),
    ("with_cleanup", "only_allocate", 181),
    ("open_and_drop", "libc_open_close", 211),
    ("open_c_and_drop", "libc_open_close", 89),
];

#[test]
#[cfg_attr(miri, ignore = "starts valgrind")]
fn registration_and_files_execute_no_more_than_they_did() {
    if Command::new("valgrind").arg("--version").output().is_err() {
        println!("SKIPPED: there is no valgrind. On Debian: apt install it");
        return;
    }
    let program = example();
    for (name, beside, more) in GUARDED {
        let (count, base) =
            (per_call(&program, name), per_call(&program, beside));
        println!("{name}: {count}, {beside}: {base}");
        let most = base + more;
        assert!(count <= most, "{name}: {count}, at most {most} before");
    }
}
