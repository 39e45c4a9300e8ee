//! Any text as a unified diff.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|diff: &str| {
    let _ = coverage_merge::added_lines(diff);
});
