//! What is read as Go's text is written so that it reads back the same.
#![no_main]

use coverage_merge::Profile;
use libfuzzer_sys::fuzz_target;

fn text(profile: &Profile) -> Vec<u8> {
    let mut out = Vec::new();
    profile.write(&mut out).expect("a vector takes all");
    out
}

fuzz_target!(|data: &[u8]| {
    let input = [b"mode: count\n", data].concat();
    let Ok(profile) = Profile::parse(&input[..], "input") else {
        return;
    };
    let written = text(&profile);
    let again = Profile::parse(&written[..], "again").expect("our own");
    assert_eq!(text(&again), written);
    // Lines seen twice take the predicted path: the counts double.
    let mut twice = Profile::new();
    twice.read(&written[..], "first").expect("our own");
    twice.read(&written[..], "second").expect("our own");
    for ((_, _, one), (_, _, two)) in again.blocks().zip(twice.blocks()) {
        assert_eq!(two, one.saturating_mul(2).min(i64::MAX as u64));
    }
});
