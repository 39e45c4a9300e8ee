//! What is read as a tracefile is written so that it reads back the same.
#![no_main]

use coverage_merge::{LcovVersion, Profile};
use libfuzzer_sys::fuzz_target;

fn text(profile: &Profile) -> Vec<u8> {
    let mut out = Vec::new();
    profile.write_lcov(&mut out, LcovVersion::Two).expect("a vector takes all");
    out
}

fuzz_target!(|data: &[u8]| {
    let input = [b"TN:\nSF:a\n", data, b"\nend_of_record\n"].concat();
    let Ok(profile) = Profile::parse(&input[..], "input") else {
        return;
    };
    let written = text(&profile);
    let again = Profile::parse(&written[..], "again").expect("our own");
    assert_eq!(again.lines(), profile.lines());
});
