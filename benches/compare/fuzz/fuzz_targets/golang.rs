//! Any text as Go's: runs with positive numbers, or an error with a line.
#![no_main]

use bench_compare::input::golang;
use bench_compare::run::Reading;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    match golang::load(text, "go.txt".as_ref(), Reading::default()) {
        Ok(run) => assert!(
            run.benchmarks
                .values()
                .all(|m| m.time.is_none_or(|time| time > 0.0))
        ),
        Err(error) => assert!(error.to_string().starts_with("go.txt:")),
    }
});
