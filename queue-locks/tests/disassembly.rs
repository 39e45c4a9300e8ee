//! The hot path of the guard is that of the explicit unlock, instruction for
//! instruction; an open-coded defer has a larger frame, and nothing else.
//!
//! Needs `objdump` (binutils) on x86-64 Linux; skipped loudly elsewhere.
#![cfg(all(
    not(any(loom, shuttle)),
    target_os = "linux",
    target_arch = "x86_64"
))]

use std::collections::HashMap;
use std::path::PathBuf;
use std::process::Command;

/// Builds the example with optimisation; says where it is.
fn build() -> PathBuf {
    let target = std::env::current_exe().expect("a test has a path");
    let target = target.ancestors().nth(3).expect("target/debug/deps/test");
    let status = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--release", "-p", "queue-locks"])
        .args(["--example", "hot_paths", "--target-dir"])
        .arg(target)
        .status()
        .expect("cargo runs");
    assert!(status.success(), "the example does not build");
    target.join("release/examples/hot_paths")
}

/// What `objdump` says, or `None` when there is no `objdump`.
fn objdump(arguments: &[&str], binary: &PathBuf) -> Option<String> {
    let command = Command::new("objdump").args(arguments).arg(binary).output();
    let Ok(output) = command else {
        eprintln!("SKIPPED: there is no objdump; install binutils");
        return None;
    };
    Some(String::from_utf8(output.stdout).expect("objdump prints text"))
}

/// The address of each function. Functions with the same code are merged by
/// the compiler: then two names have one address.
fn addresses(binary: &PathBuf) -> Option<HashMap<String, u64>> {
    let table = objdump(&["--syms"], binary)?;
    let address_of = |line: &str| {
        let mut words = line.split_whitespace();
        let address = u64::from_str_radix(words.next()?, 16).ok()?;
        Some((words.next_back()?.to_owned(), address))
    };
    Some(table.lines().filter_map(address_of).collect())
}

/// The instructions of `function` up to its first return: the path that is
/// taken when the lock is free and there is room.
fn hot_path(function: &str, binary: &PathBuf) -> Option<Vec<String>> {
    let address = addresses(binary)?[function];
    let start = format!("--start-address={address:#x}");
    let arguments = ["--disassemble", "--no-show-raw-insn", &start];
    let text = objdump(&arguments, binary)?;
    let instructions = text.lines().filter_map(|line| {
        let (address, instruction) = line.trim().split_once(":\t")?;
        u64::from_str_radix(address, 16).ok()?;
        Some(without_places(instruction))
    });
    let mut path = Vec::new();
    for instruction in instructions {
        let is_last = instruction.starts_with("ret");
        path.push(instruction);
        if is_last {
            return Some(path);
        }
    }
    panic!("{function} does not return");
}

/// Leaves out what differs by the place in the program: the targets of jumps
/// and calls, and comments.
fn without_places(instruction: &str) -> String {
    let instruction = instruction.split('#').next().unwrap_or_default();
    let mut words = instruction.split_whitespace();
    let operation = words.next().unwrap_or_default();
    let is_jump = operation.starts_with('j') || operation == "call";
    match is_jump {
        true => operation.to_owned(),
        false => instruction.split_whitespace().collect::<Vec<_>>().join(" "),
    }
}

/// How often the path locks the bus: `lock cmpxchg` and `xchg`.
fn atomics(path: &[String]) -> usize {
    let is_atomic =
        |line: &&String| line.starts_with("lock") || line.starts_with("xchg");
    path.iter().filter(is_atomic).count()
}

#[test]
// ANCHOR: no-instruction
fn a_guard_adds_no_instruction() {
    let binary = build();
    for operation in ["put", "get"] {
        let path = |way: &str| hot_path(&format!("{operation}_{way}"), &binary);
        let Some(explicit) = path("explicit") else {
            return;
        };
        assert!(
            atomics(&explicit) >= 2,
            "it locks and unlocks: {explicit:#?}"
        );
        assert_eq!(path("guard").as_ref(), Some(&explicit), "{operation}");
    }
}
// ANCHOR_END: no-instruction

#[test]
fn an_open_coded_defer_neither_stores_nor_calls_more() {
    let binary = build();
    let work = |function| {
        let path = hot_path(function, &binary)?;
        let stores = |line: &&String| line.ends_with(')');
        let calls = |line: &&String| line.starts_with("call");
        Some((
            atomics(&path),
            path.iter().filter(stores).count(),
            path.iter().filter(calls).count(),
        ))
    };
    let Some((atomics, stores, calls)) = work("put_explicit") else {
        return;
    };
    let deferred = work("put_open_coded").expect("objdump is there");
    assert_eq!(deferred.0, atomics);
    assert!(
        deferred.1 <= stores,
        "{deferred:?}, explicit stores {stores}"
    );
    // Waking a sleeper is a jump out of the one, and a call in the other.
    assert!(
        deferred.2 <= calls + 1,
        "{deferred:?}, explicit calls {calls}"
    );
}
