//! What is read as Cobertura's XML is written so that it reads back the
//! same.
#![no_main]

use coverage_merge::Profile;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let input = [b"<coverage>", data, b"</coverage>"].concat();
    let Ok(profile) = Profile::parse(&input[..], "input") else {
        return;
    };
    let mut again = Profile::new();
    for report in profile.cobertura(Some(1 << 16)) {
        again.read(report.as_bytes(), "again").expect("our own");
    }
    assert_eq!(again.lines(), profile.lines());
});
