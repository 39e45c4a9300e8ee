//! How many instructions a deferred unlock executes, guarded: counts do not
//! depend on the machine's speed or load.
//!
//! Needs valgrind on x86-64 Linux; skipped loudly elsewhere.
#![cfg(all(
    not(any(loom, shuttle)),
    target_os = "linux",
    target_arch = "x86_64"
))]

use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Builds the example with optimisation.
fn example() -> PathBuf {
    let target = std::env::current_exe().expect("a test has a path");
    let target = target.ancestors().nth(3).expect("target/debug/deps/test");
    let cargo = std::env::var_os("CARGO").expect("cargo runs the test");
    let status = Command::new(cargo)
        .args(["build", "--quiet", "--release", "-p", "queue-locks"])
        .args(["--example", "hot_paths", "--target-dir"])
        .arg(target)
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_BUILD_TARGET")
        .status()
        .expect("cargo runs");
    assert!(status.success(), "the example does not build");
    target.join("release/examples/hot_paths")
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

/// Returns what one call executes when all is warm.
fn per_call(program: &Path, function: &str) -> u64 {
    let first = executed(program, function, 10);
    (executed(program, function, 110) - first) / 100
}

/// More than the explicit unlock, at most, for a put and a get together.
const GUARDED: [(&str, u64); 4] = [
    ("guard", 2),
    ("open_coded", 12),
    ("frame_records", 96),
    ("heap_records", 130),
];

/// Says it past the test harness, which keeps what a test that passes prints.
fn say(text: &str) {
    let stderr = OpenOptions::new().append(true).open("/dev/stderr");
    match stderr.and_then(|mut file| writeln!(file, "{text}")) {
        Ok(()) => {}
        Err(_) => println!("{text}"),
    }
}

#[test]
#[cfg_attr(miri, ignore = "starts valgrind")]
fn a_deferred_unlock_executes_no_more_than_it_did() {
    if Command::new("valgrind").arg("--version").output().is_err() {
        return say("SKIPPED: there is no valgrind. On Debian: apt install it");
    }
    let program = example();
    let both = |way: &str| {
        per_call(&program, &format!("put_{way}"))
            + per_call(&program, &format!("get_{way}"))
    };
    let explicit = both("explicit");
    for (way, more) in GUARDED {
        let count = both(way);
        println!("{way}: {count}, explicit: {explicit}");
        let most = explicit + more;
        assert!(count <= most, "{way}: {count}, at most {most} before");
    }
}
