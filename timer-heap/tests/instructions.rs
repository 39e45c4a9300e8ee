//! How many instructions the operations of a service execute, guarded: counts
//! do not depend on the machine's speed or load.
//!
//! Needs valgrind on x86-64 Linux; skipped loudly elsewhere.
#![cfg(all(not(loom), target_os = "linux", target_arch = "x86_64"))]

use support::instructions::Counted;

/// The first calls fill what is made once, and are not counted.
const CALLS: std::ops::Range<u32> = 1_000..2_000;

/// What each operation executed when it was last made faster.
const GUARDED: [(&str, u64); 6] = [
    ("start_cancel", 199),
    ("start_stop_drop", 246),
    ("start_for_cancel", 260),
    ("reset_at", 78),
    ("replace_one", 590),
    ("sleep_poll_drop", 429),
];

/// In percent: another compiler or library may differ by a little.
const MARGIN: u64 = 5;

fn guard(operation: &str, count: u64, before: u64) {
    println!("{operation}: {count}");
    let most = before + before * MARGIN / 100;
    assert!(count <= most, "{operation}: {count}, {before} before");
}

#[test]
#[cfg_attr(miri, ignore = "starts valgrind")]
fn operations_execute_no_more_than_they_did() {
    let Some(program) = Counted::of_example("timer-heap", "operations") else {
        return;
    };
    for (operation, before) in GUARDED {
        guard(operation, program.per_call(operation, CALLS), before);
    }
    // Each call fires a thousand, and the argument counts timers.
    guard("fire", program.per_call("fire_all", CALLS), 414);
    // A future takes at most seven tenths of what tokio's does.
    let ours = program.per_call("sleep_poll_drop", CALLS);
    let theirs = program.per_call("tokio_sleep_poll_drop", CALLS);
    println!("tokio_sleep_poll_drop: {theirs}");
    assert!(10 * ours <= 7 * theirs, "{ours}, tokio {theirs}");
}
