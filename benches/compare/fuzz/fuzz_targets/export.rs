//! Any text as an export file, ours or critcmp's: runs with positive
//! numbers, or an error that names the file.
#![no_main]

use bench_compare::input::export;
use bench_compare::run::Reading;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    match export::load(text, "export.json".as_ref(), Reading::default()) {
        Ok(runs) => {
            let mut all = runs.iter().flat_map(|run| run.benchmarks.values());
            assert!(all.all(|measurement| {
                measurement.time.is_none_or(|time| time > 0.0)
            }));
        }
        Err(error) => assert!(error.to_string().starts_with("export.json")),
    }
});
