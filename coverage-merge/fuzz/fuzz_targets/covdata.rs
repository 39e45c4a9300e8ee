//! Any bytes as metadata and counters are read or refused.
#![no_main]

use coverage_merge::Profile;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|parts: (&[u8], &[u8])| {
    let (meta, counters) = parts;
    let _ = Profile::new()
        .read_covdata(("covmeta", meta), [("covcounters", counters)]);
});
