//! Any bytes as `benchmark.json` and `sample.json`: a measurement whose
//! number is positive, or an error with a position.
#![no_main]

use bench_compare::input::criterion::parse_run;
use bench_compare::run::Reading;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|files: (&[u8], &[u8])| {
    match parse_run(files.0, files.1, Reading::default()) {
        Ok((_, measurement)) => {
            assert!(measurement.time.is_none_or(|time| time > 0.0))
        }
        Err(error) => assert!(error.to_string().contains(".json:")),
    }
});
