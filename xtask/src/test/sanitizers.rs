//! The steps that only a nightly compiler can run: Miri, which interprets
//! each step of a program and knows what is undefined; AddressSanitizer, which
//! watches the memory of the compiled one, and ThreadSanitizer, which watches
//! the order of its threads' accesses.

use std::path::Path;
use std::process::Command;

use super::work::Work;
use crate::workspace::{root, target};

/// What Miri interprets on this machine, package by package.
///
/// It knows no processes, no epoll and no signals, and is a thousand times
/// slower. Tests that need those are ignored under `cfg(miri)`, and loops are
/// shorter there.
const INTERPRETED: [(&str, &[&str]); 5] = [
    ("support", &["--lib"]),
    ("timer-heap", &["--lib"]),
    ("timer-heap", &["--test=fake_time", "a_callback_starts"]),
    ("queue-locks", &["--lib", "--test=defer"]),
    ("finalizers", &["--lib", "--test=gc"]),
];

/// Where threads meet: interpreted once for each of several schedules.
const CONCURRENT: [(&str, &[&str]); 3] = [
    ("timer-heap", &["--test=threads", "--", "handle", "owner", "outlives"]),
    ("queue-locks", &["--test=locks", "--test=disciplines"]),
    ("finalizers", &["--test=gc", "threads"]),
];

/// A word of 32 bits, and the other order of bytes.
const FOREIGN: [&str; 2] =
    ["i686-unknown-linux-gnu", "s390x-unknown-linux-gnu"];

/// What is interpreted for another machine: structures of words and bytes.
/// coverage-merge is not, because its C would need that machine's headers.
const PORTABLE: [(&str, &[&str]); 3] = [
    ("support", &["--lib"]),
    ("timer-heap", &["--lib"]),
    ("queue-locks", &["--lib"]),
];

pub(super) const HELP: &str = "\
NOT TESTED: there is no nightly compiler with Miri and sources. To install one:
  rustup toolchain install nightly --component miri --component rust-src";

pub(super) fn miri() -> Work {
    if !there_is(&["cargo", "miri", "--version"]) {
        return Work::Absent(HELP.to_owned());
    }
    let here = INTERPRETED.map(|it| interpreted(it, &[], ""));
    let schedules = "-Zmiri-many-seeds=0..4";
    let concurrent = CONCURRENT.map(|it| interpreted(it, &[], schedules));
    let foreign = FOREIGN.iter().flat_map(|target| {
        PORTABLE.map(|it| interpreted(it, &["--target", target], ""))
    });
    let all = here.into_iter().chain(concurrent).chain(foreign);
    Work::Commands(all.collect())
}

fn interpreted(
    (package, tests): (&str, &[&str]),
    options: &[&str],
    flags: &str,
) -> Command {
    let mut command = nightly(&["cargo", "miri", "test", "--package", package]);
    command
        .args(options)
        .args(tests)
        // Real clocks and files; a few random cases in place of hundreds.
        .env("MIRIFLAGS", format!("-Zmiri-disable-isolation {flags}"))
        .env("PROPTEST_CASES", "2")
        // To print one takes Miri five seconds.
        .env("RUST_BACKTRACE", "0")
        .env("CARGO_TARGET_DIR", target("miri"));
    command
}

/// The packages with `unsafe`, and the targets of theirs that run as they
/// are; tests that look at machine code or start cargo are left out.
const WATCHED: [(&str, &[&str]); 5] = [
    ("support", &["--lib"]),
    (
        "timer-heap",
        &[
            "--lib",
            "--test=blocked",
            "--test=fake_time",
            "--test=faults",
            "--test=go_time",
            "--test=queues",
            "--test=sleep_async",
            "--test=threads",
        ],
    ),
    (
        "queue-locks",
        &[
            "--lib",
            "--test=defer",
            "--test=disciplines",
            "--test=locks",
            "--test=queues",
        ],
    ),
    ("finalizers", &["--lib", "--test=descriptors", "--test=gc"]),
    ("coverage-merge", &["--lib", "--test=formats", "--test=merge"]),
];

pub(super) fn asan() -> Work {
    if !there_is(&["cargo", "--version"]) {
        return Work::Absent(HELP.to_owned());
    }
    let watched = WATCHED.map(|it| watched(it, "address", "asan"));
    Work::Commands(watched.into())
}

/// Where threads meet, in the targets that run as they are.
///
/// ThreadSanitizer knows no fences, and membarrier(2) even less, so the
/// exclusion that those bring is nothing it could check: loom does. It does
/// check the edges that make one thread's writes seen by the next, all of
/// which are releases, acquires and mutexes.
const RACED: [(&str, &[&str]); 3] = [
    (
        "timer-heap",
        &[
            "--lib",
            "--test=blocked",
            "--test=callbacks",
            "--test=own_timer",
            "--test=soak",
            "--test=threads",
        ],
    ),
    ("queue-locks", &["--lib", "--test=disciplines", "--test=locks"]),
    ("finalizers", &["--lib", "--test=gc"]),
];

/// Needs a nightly that can build the standard library, whose locks have to be
/// watched as well.
pub(super) fn tsan() -> Work {
    if !has_sources() {
        return Work::Absent(HELP.to_owned());
    }
    let raced = RACED.map(|it| {
        let mut command = watched(it, "thread", "tsan");
        command
            .arg("-Zbuild-std")
            // It is ten times slower.
            .env("PROPTEST_CASES", "16")
            .env("SOAK_TIMERS", "10000");
        command
    });
    Work::Commands(raced.into())
}

/// Returns the command that tests a package under a sanitizer.
fn watched(
    (package, tests): (&str, &[&str]),
    sanitizer: &str,
    folder: &str,
) -> Command {
    // Given a target, cargo leaves build scripts and macros as they are.
    let host = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    let test = ["cargo", "test", "--no-fail-fast", "--target", &host];
    let mut command = nightly(&test);
    command
        .args(["--package", package])
        .args(tests)
        .env("RUSTFLAGS", format!("-Zsanitizer={sanitizer}"))
        .env("CARGO_TARGET_DIR", target(folder));
    command
}

/// Returns whether the nightly has the standard library's sources.
pub(super) fn has_sources() -> bool {
    let sysroot = nightly(&["rustc", "--print", "sysroot"]).output();
    let Some(sysroot) = sysroot.ok().filter(|it| it.status.success()) else {
        return false;
    };
    let sysroot = String::from_utf8_lossy(&sysroot.stdout);
    let library = "lib/rustlib/src/rust/library/Cargo.lock";
    Path::new(sysroot.trim()).join(library).exists()
}

pub(super) fn nightly(words: &[&str]) -> Command {
    let mut command = Command::new("rustup");
    command.args(["run", "nightly"]).args(words).current_dir(root());
    // A gigabyte is not fetched unasked where there is no nightly.
    command.env("RUSTUP_AUTO_INSTALL", "0");
    // This cargo's own choices would stand against the nightly's.
    for name in [
        "CARGO",
        "RUSTC",
        "RUSTDOC",
        "RUSTUP_TOOLCHAIN",
        "RUSTFLAGS",
        "CARGO_ENCODED_RUSTFLAGS",
    ] {
        command.env_remove(name);
    }
    command
}

fn there_is(words: &[&str]) -> bool {
    nightly(words).output().is_ok_and(|output| output.status.success())
}
