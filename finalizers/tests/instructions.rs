//! How many instructions registration and a file execute, guarded: counts do
//! not depend on the machine's speed or load.
//!
//! Needs valgrind on x86-64 Linux; skipped loudly elsewhere.
#![cfg(all(not(loom), target_os = "linux", target_arch = "x86_64"))]

use support::instructions::Counted;

/// Many calls, because each hundredth takes a page and each doubling of a table
/// copies it.
const CALLS: std::ops::Range<u32> = 1_000..5_000;

/// How many more each executes at most than what it is compared with.
const GUARDED: [(&str, &str, u64); 4] = [
    ("with_finalizer", "only_allocate", 121),
    ("with_cleanup", "only_allocate", 112),
    ("open_and_drop", "libc_open_close", 156),
    ("open_c_and_drop", "libc_open_close", 89),
];

#[test]
#[cfg_attr(miri, ignore = "starts valgrind")]
fn registration_and_files_execute_no_more_than_they_did() {
    let Some(program) = Counted::of_example("finalizers", "registration")
    else {
        return;
    };
    let per_call = |function| program.per_call(function, CALLS);
    for (name, beside, more) in GUARDED {
        let (count, base) = (per_call(name), per_call(beside));
        println!("{name}: {count}, {beside}: {base}");
        let most = base + more;
        assert!(count <= most, "{name}: {count}, at most {most} before");
        if beside == "only_allocate" {
            assert!(2 * count <= 3 * base, "{name}: at most 1.5 of {base}");
        }
    }
}
