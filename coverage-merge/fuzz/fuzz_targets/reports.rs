//! Reports of JaCoCo, Clover, Istanbul and llvm-cov are read or refused; what
//! is read is written so that it reads back the same.
#![no_main]

use coverage_merge::{LcovVersion, Profile};
use libfuzzer_sys::fuzz_target;

/// How reports begin and end, with the input between.
const FRAMES: [(&str, &str); 4] = [
    ("<report><package name=\"a\"><sourcefile name=\"a\">", "</report>"),
    ("<coverage><project ><file name=\"a\">", "</project></coverage>"),
    ("{\"a\":{\"statementMap\":", "}}"),
    ("{\"data\":[{\"files\":[", "]}]}"),
];

fuzz_target!(|data: &[u8]| {
    let Some((first, data)) = data.split_first() else { return };
    let (begin, end) = FRAMES[usize::from(first % 4)];
    let input = [begin.as_bytes(), data, end.as_bytes()].concat();
    match Profile::parse(&input[..], "input") {
        Err(error) => assert!(error.to_string().starts_with("input")),
        Ok(profile) => {
            let mut out = Vec::new();
            profile.write_lcov(&mut out, LcovVersion::Two).expect("a vector");
            let again = Profile::parse(&out[..], "again").expect("our own");
            assert_eq!(again.total(), profile.total());
        }
    }
});
