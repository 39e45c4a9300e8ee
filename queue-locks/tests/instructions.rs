//! How many instructions a deferred unlock and a panic execute, guarded: counts
//! do not depend on the machine's speed or load.
//!
//! Needs valgrind on x86-64 Linux; skipped loudly elsewhere.
#![cfg(all(
    not(any(loom, shuttle)),
    target_os = "linux",
    target_arch = "x86_64"
))]

use support::instructions::Counted;

/// More than the explicit unlock, at most, for a put and a get together.
const GUARDED: [(&str, u64); 4] = [
    ("guard", 2),
    ("open_coded", 12),
    ("frame_records", 74),
    ("heap_records", 103),
];

#[test]
#[cfg_attr(miri, ignore = "starts valgrind")]
fn a_deferred_unlock_executes_no_more_than_it_did() {
    let Some(program) = Counted::of_example("queue-locks", "hot_paths") else {
        return;
    };
    let per_call = |function: &str| program.per_call(function, 10..110);
    let both = |way: &str| {
        per_call(&format!("put_{way}")) + per_call(&format!("get_{way}"))
    };
    let explicit = both("explicit");
    for (way, more) in GUARDED {
        let count = both(way);
        println!("{way}: {count}, explicit: {explicit}");
        let most = explicit + more;
        assert!(count <= most, "{way}: {count}, at most {most} before");
    }
}

/// Nearly all of it is the unwinder's, so it is compared with what that takes
/// for a panic that meets no deferred call. The calls are a fifth more at most.
#[test]
#[cfg_attr(miri, ignore = "starts valgrind")]
fn a_panic_executes_little_more_than_the_unwinder() {
    let Some(program) = Counted::of_example("queue-locks", "panics") else {
        return;
    };
    let count = |function| program.per_call(function, 10..110);
    let (bare, ten) = (count("bare_catch"), count("panic_with_ten_calls"));
    println!("ten calls: {ten}, bare: {bare}");
    assert!(ten * 100 <= bare * 120, "ten calls: {ten}, bare: {bare}");
}
