//! The union is right: against the oracle, on real and on random profiles.

mod common;

use common::{oracle, profiles};
use coverage_merge::{Mode, Profile, sort_scan};
use proptest::prelude::*;
use std::fs;

fn merged(texts: &[String]) -> String {
    let mut union = Profile::new();
    for text in texts {
        union.read(text.as_bytes(), "text").expect("valid");
    }
    text(&union)
}

fn text(profile: &Profile) -> String {
    let mut out = Vec::new();
    profile.write(&mut out).expect("a vector takes all");
    String::from_utf8(out).expect("a profile is text")
}

fn real(mode: &str) -> Vec<String> {
    let read = |path| fs::read_to_string(path).expect("readable");
    profiles(mode).into_iter().map(read).collect()
}

#[test]
fn real_profiles_merge_as_the_oracle_says() {
    for mode in ["set", "count", "atomic"] {
        let texts = real(mode);
        let expected = oracle(mode, &texts);
        assert!(expected.lines().count() > 1_000);
        assert_eq!(merged(&texts), expected, "{mode}");
        let reversed: Vec<_> = texts.iter().rev().cloned().collect();
        assert_eq!(merged(&reversed), expected, "{mode}, reversed");
        let texts: Vec<_> = texts.iter().map(String::as_str).collect();
        let mode: Mode = mode.parse().expect("a mode");
        let sorted = sort_scan::merge(&texts, mode).expect("valid");
        assert_eq!(sorted, expected, "{mode}, by sorting");
    }
}

#[test]
fn the_total_is_that_of_go_tool_cover() {
    // The total that `go tool cover -func` prints for this profile.
    let all = Profile::merge_files([common::data("set-sort.out")]);
    let total = all.expect("valid").total();
    assert_eq!(format!("{:.1}", total.percentage()), "20.7");
}

/// A line of one of few files, so that lines meet.
fn line() -> impl Strategy<Value = String> {
    let path = prop_oneof![
        Just("a.go"),
        Just("a b/c.go"),
        Just("C:\\d.go"),
        Just("example.com/a/rather/long/path/of/a/package/file_name.go"),
    ];
    let number = prop_oneof![1..4_u32, 1_000..1_003_u32];
    let count = prop_oneof![0..3_u64, Just(i64::MAX as u64)];
    (path, number, 1..3_u32, 0..2_u32, 1..3_u32, count).prop_map(
        |(path, line, column, more, statements, count)| {
            let end = line + more;
            format!("{path}:{line}.{column},{end}.99 {statements} {count}\n")
        },
    )
}

fn texts(mode: &'static str) -> impl Strategy<Value = Vec<String>> {
    let lines = proptest::collection::vec(line(), 0..40);
    // The same lines again make the prediction work, and fail in between.
    let profile = (lines, 1..4_usize).prop_map(move |(lines, times)| {
        format!("mode: {mode}\n{}", lines.concat().repeat(times))
    });
    proptest::collection::vec(profile, 1..5)
}

proptest! {
    #[test]
    fn random_counts_merge_as_the_oracle_says(texts in texts("count")) {
        prop_assert_eq!(merged(&texts), oracle("count", &texts));
    }

    #[test]
    fn random_sets_merge_as_the_oracle_says(texts in texts("set")) {
        prop_assert_eq!(merged(&texts), oracle("set", &texts));
    }

    #[test]
    fn sorting_merges_as_the_oracle_says(texts in texts("count")) {
        let slices: Vec<_> = texts.iter().map(String::as_str).collect();
        let sorted = sort_scan::merge(&slices, Mode::Count).expect("valid");
        prop_assert_eq!(sorted, oracle("count", &texts));
    }

    #[test]
    fn any_bytes_are_read_or_refused(
        bytes in proptest::collection::vec(any::<u8>(), 0..200),
    ) {
        let text = [b"mode: set\n", &bytes[..]].concat();
        let _ = Profile::parse(&text[..], "noise");
    }

    #[test]
    fn merging_profiles_is_reading_them(texts in texts("atomic")) {
        let mut union = Profile::new();
        for text in &texts {
            let one = Profile::parse(text.as_bytes(), "text").expect("valid");
            union.merge(&one).expect("one mode");
        }
        prop_assert_eq!(text(&union), merged(&texts));
    }
}

#[test]
fn lines_are_found_across_any_chunks() {
    struct Slowly<'a>(&'a [u8], usize);
    impl std::io::Read for Slowly<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let most = self.1.min(buffer.len());
            let mut part = &self.0[..most.min(self.0.len())];
            let read = std::io::Read::read(&mut part, buffer)?;
            self.0 = &self.0[read..];
            Ok(read)
        }
    }
    let twice = real("set")[0].repeat(2);
    let whole = merged(std::slice::from_ref(&twice));
    for chunk in [7, 100, 4_097] {
        let slowly = Slowly(twice.as_bytes(), chunk);
        let profile = Profile::parse(slowly, "slowly").expect("valid");
        assert_eq!(text(&profile), whole, "chunks of {chunk}");
    }
}
