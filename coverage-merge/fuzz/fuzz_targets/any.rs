//! Any bytes, of whatever format they look like, are read or refused.
#![no_main]

use coverage_merge::Profile;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Err(error) = Profile::parse(data, "input") {
        assert!(error.to_string().starts_with("input"));
    }
});
