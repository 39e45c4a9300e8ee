//! Merging is a commutative, associative union: any order and any tree of
//! partial merges gives the same bytes.

use coverage_merge::{Merger, Profile, inputs};
use proptest::prelude::*;
use std::fs;

/// Lines of few blocks, so that profiles meet.
fn profile(mode: &'static str) -> impl Strategy<Value = String> {
    let count = prop_oneof![0..4_u64, Just(i64::MAX as u64)];
    let line = (0..4_u32, 1..6_u32, count).prop_map(|(file, line, count)| {
        let line = line * 2;
        format!("m/f{file}.go:{line}.1,{line}.9 2 {count}\n")
    });
    let lines = proptest::collection::vec(line, 0..20);
    lines.prop_map(move |lines| format!("mode: {mode}\n{}", lines.concat()))
}

fn profiles(mode: &'static str) -> impl Strategy<Value = Vec<String>> {
    proptest::collection::vec(profile(mode), 1..7)
}

fn parse(text: &str) -> Profile {
    Profile::parse(text.as_bytes(), "text").expect("valid")
}

fn text(profile: &Profile) -> String {
    let mut out = Vec::new();
    profile.write(&mut out).expect("a vector takes all");
    String::from_utf8(out).expect("a profile is text")
}

fn merged<'a>(texts: impl IntoIterator<Item = &'a String>) -> String {
    let mut union = Profile::new();
    for text in texts {
        union.merge(&parse(text)).expect("one mode");
    }
    text(&union)
}

// ANCHOR: tree
/// Merges neighbours, chosen by `picks`, until one is left; each partial
/// merge is written and read, as between the jobs of a CI.
fn tree(mut texts: Vec<String>, picks: &[usize]) -> String {
    let mut picks = picks.iter().cycle();
    while texts.len() > 1 {
        let pick = picks.next().expect("it cycles") % (texts.len() - 1);
        let right = texts.remove(pick + 1);
        texts[pick] = merged([&texts[pick], &right]);
    }
    merged(&texts)
}
// ANCHOR_END: tree

/// Tracefiles of few files and lines, so that the next record is often the
/// predicted one, and often not.
fn tracefile() -> impl Strategy<Value = String> {
    let hits = proptest::collection::vec((1..5_u32, 0..120_u64), 0..5);
    let file =
        (0..3_u32, any::<bool>(), hits).prop_map(|(file, named, hits)| {
            let test = if named { "TN:\n" } else { "" };
            let line = |(line, n): &(u32, u64)| {
                let taken = if *n == 0 { "-".into() } else { n.to_string() };
                format!(
                    "FN:{line},f{line}\nFNDA:{n},f{line}\n\
                 BRDA:{line},0,0,{taken}\nDA:{line},{n}\n"
                )
            };
            let lines: String = hits.iter().map(line).collect();
            let found = hits.len();
            format!("{test}SF:f{file}.c\n{lines}LF:{found}\nend_of_record\n")
        });
    let files = proptest::collection::vec(file, 1..5);
    files.prop_map(|files| format!("TN:\n{}", files.concat()))
}

fn lcov(profile: &Profile) -> String {
    let mut out = Vec::new();
    let version = coverage_merge::LcovVersion::Two;
    profile.write_lcov(&mut out, version).expect("a vector");
    String::from_utf8(out).expect("a tracefile is text")
}

proptest! {
    #[test]
    fn any_order_gives_the_same_bytes(
        texts in profiles("count"),
        rotation in 0..7_usize,
    ) {
        let mut other = texts.clone();
        let many = other.len();
        other.rotate_left(rotation % many);
        other.reverse();
        prop_assert_eq!(merged(&texts), merged(&other));
    }

    #[test]
    fn any_tree_gives_the_same_bytes(
        texts in profiles("atomic"),
        picks in proptest::collection::vec(0..7_usize, 1..7),
    ) {
        prop_assert_eq!(tree(texts.clone(), &picks), merged(&texts));
    }

    #[test]
    fn a_set_merged_with_itself_is_itself(one in profile("set")) {
        let written = text(&parse(&one));
        prop_assert_eq!(merged([&one, &one]), written);
    }

    #[test]
    fn split_then_merged_is_the_whole(
        whole in profile("count"),
        parts in 1..5_usize,
    ) {
        let lines: Vec<&str> = whole.lines().skip(1).collect();
        let part = |at: usize| {
            let lines = lines.iter().skip(at).step_by(parts);
            let lines = lines.map(|line| format!("{line}\n"));
            format!("mode: count\n{}", lines.collect::<String>())
        };
        let parts: Vec<String> = (0..parts).map(part).collect();
        prop_assert_eq!(merged(&parts), text(&parse(&whole)));
    }

    #[test]
    fn subtracting_and_intersecting_divide_a_set(
        a in profile("set"),
        b in profile("set"),
    ) {
        let (a, b) = (parse(&a), parse(&b));
        let (only, both) = (a.subtract(&b), a.intersect(&b));
        let covered = |profile: &Profile| profile.total().covered;
        prop_assert_eq!(covered(&only) + covered(&both), covered(&a));
        let mut again = only;
        again.merge(&both).expect("one mode");
        prop_assert_eq!(text(&again), text(&a));
    }

    #[test]
    fn lcov_read_in_one_go_is_as_merged(
        tracefiles in proptest::collection::vec(tracefile(), 1..6),
    ) {
        let mut in_one_go = Profile::new();
        let mut one_by_one = Profile::new();
        for text in &tracefiles {
            in_one_go.read(text.as_bytes(), "text").expect("valid");
            one_by_one.merge(&parse(text)).expect("lines have no mode");
        }
        prop_assert_eq!(lcov(&in_one_go), lcov(&one_by_one));
    }

    #[test]
    fn lcov_merges_in_any_order(
        hits in proptest::collection::vec(
            proptest::collection::vec((1..9_u32, 0..3_u64), 1..9), 1..5,
        ),
    ) {
        let record = |hits: &Vec<(u32, u64)>| {
            let line = |(line, n): &(u32, u64)| {
                format!("FN:{line},f{line}\nFNDA:{n},f{line}\n\
                         BRDA:{line},0,0,{n}\nDA:{line},{n}\n")
            };
            let lines: String = hits.iter().map(line).collect();
            format!("SF:a.c\n{lines}end_of_record\n")
        };
        let records: Vec<String> = hits.iter().map(record).collect();
        let written = |records: Vec<&String>| {
            let mut union = Profile::new();
            for record in records {
                union.merge(&parse(record)).expect("lines have no mode");
            }
            lcov(&union)
        };
        let forwards = written(records.iter().collect());
        prop_assert_eq!(forwards, written(records.iter().rev().collect()));
    }
}

#[test]
fn any_number_of_threads_gives_the_same_bytes() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for shard in 0..9_u32 {
        let mut text = String::from("mode: count\n");
        for line in 0..300 {
            let (file, count) = ((line + shard) % 7, line * shard);
            text += &format!("m/f{file}.go:{line}.1,{line}.9 1 {count}\n");
        }
        let path = folder.path().join(format!("{shard}.out"));
        fs::write(path, text).expect("writable");
    }
    let arguments = [folder.path().display().to_string()];
    let inputs = inputs(&arguments).expect("nine files");
    let run = |threads| {
        let merger = Merger { threads, as_set: false };
        let mut done = 0;
        let union = merger.run(&inputs, |_| done += 1).expect("valid");
        assert_eq!(done, 9);
        text(&union)
    };
    let one = run(1);
    for threads in [0, 2, 3, 4, 20] {
        assert_eq!(run(threads), one, "{threads} threads");
    }
}
