//! Profiles of one source that cut its blocks differently.
//!
//! The committed profiles are of one program, measured with Go 1.26 and
//! Go 1.27 on the same arguments.

mod common;

use common::data;
use coverage_merge::{OnConflict, Profile};
use proptest::prelude::*;
use std::fs;

fn real(version: &str) -> String {
    let path = data(&format!("geometry-go1.{version}.txt"));
    fs::read_to_string(path).expect("committed")
}

fn resolved(texts: &[&str], choice: OnConflict) -> Result<String, String> {
    let mut union = Profile::new();
    for (at, text) in texts.iter().enumerate() {
        let name = format!("{at}.out");
        union.read(text.as_bytes(), &name).expect("valid");
    }
    union.resolve(choice).map_err(|error| {
        assert!(error.is_conflict());
        error.to_string()
    })?;
    let mut out = Vec::new();
    union.write(&mut out).expect("a vector takes all");
    Ok(String::from_utf8(out).expect("a profile is text"))
}

fn twice(text: &str) -> String {
    resolved(&[text, text], OnConflict::Error).expect("one geometry")
}

#[test]
fn two_versions_of_go_are_a_conflict_that_names_both_places() {
    let (old, new) = (real("26"), real("27"));
    let message =
        resolved(&[&old, &new], OnConflict::Error).expect_err("two geometries");
    assert!(message.starts_with("example/main.go: two blocks"), "{message}");
    assert!(message.contains("9.13,10.39 1  from 0.out:2\n"), "{message}");
    assert!(message.contains("10.2,10.39 1  from 1.out:2\n"), "{message}");
    assert!(message.contains("Go 1.27"), "{message}");
}

#[test]
fn coarsening_the_new_geometry_is_the_old_one_twice() {
    let (old, new) = (real("26"), real("27"));
    for order in [[&old, &new], [&new, &old]] {
        let order = order.map(String::as_str);
        let union = resolved(&order, OnConflict::Coarsen);
        assert_eq!(union.as_deref(), Ok(&*twice(&old)));
    }
}

#[test]
fn refining_the_old_geometry_is_the_new_one_twice() {
    // Nothing panics in this program, so the upper bound is reached.
    let (old, new) = (real("26"), real("27"));
    for order in [[&old, &new], [&new, &old]] {
        let order = order.map(String::as_str);
        let union = resolved(&order, OnConflict::Refine);
        assert_eq!(union.as_deref(), Ok(&*twice(&new)));
    }
}

const COARSE: &str = "mode: count\na.go:1.1,9.9 5 2\n";
const FINE: &str = "mode: count\na.go:1.5,3.3 2 7\na.go:5.1,9.9 3 6\n";

#[test]
fn one_coarse_block_takes_the_count_of_its_first_fine_one() {
    let expected = "mode: count\na.go:1.1,9.9 5 9\n";
    let union = resolved(&[FINE, COARSE], OnConflict::Coarsen);
    assert_eq!(union.as_deref(), Ok(expected));
}

#[test]
fn fine_blocks_take_the_count_of_the_coarse_one() {
    let expected = "mode: count\na.go:1.5,3.3 2 9\na.go:5.1,9.9 3 8\n";
    let union = resolved(&[COARSE, FINE], OnConflict::Refine);
    assert_eq!(union.as_deref(), Ok(expected));
}

#[test]
fn lines_have_the_largest_count() {
    let union = resolved(&[COARSE, FINE], OnConflict::Lines).expect("lines");
    assert!(union.contains("a.go:1.1,2.1 1 7\n"), "{union}");
    assert!(union.contains("a.go:4.1,5.1 1 2\n"), "{union}");
    assert!(union.contains("a.go:9.1,10.1 1 6\n"), "{union}");
}

#[test]
fn kept_conflicts_are_settled_later() {
    let kept = resolved(&[COARSE, FINE], OnConflict::Keep).expect("kept");
    assert_eq!(kept.lines().count(), 4);
    let later = resolved(&[&kept], OnConflict::Coarsen);
    assert_eq!(later, resolved(&[COARSE, FINE], OnConflict::Coarsen));
}

#[test]
fn statements_that_do_not_add_up_are_another_source() {
    let changed = "mode: count\na.go:1.1,9.9 6 2\n";
    let crossing = "mode: count\na.go:0.1,4.9 5 2\n";
    for other in [changed, crossing] {
        for choice in [OnConflict::Coarsen, OnConflict::Refine] {
            let message =
                resolved(&[FINE, other], choice).expect_err("another source");
            assert!(message.contains("the source changed"), "{message}");
        }
    }
    let message = resolved(&[COARSE, changed], OnConflict::Error);
    let message = message.expect_err("other statements");
    assert!(message.contains("1.1,9.9 6  from 1.out:2"), "{message}");
}

/// A coarse profile, and how each of its blocks is cut.
fn cuts() -> impl Strategy<Value = Vec<(Vec<u32>, u64, u64)>> {
    let pieces = proptest::collection::vec(1..4_u32, 1..4);
    proptest::collection::vec((pieces, 0..5_u64, 0..5_u64), 1..10)
}

proptest! {
    #[test]
    fn coarsening_is_exact(cuts in cuts()) {
        let (mut coarse, mut fine) = (String::new(), String::new());
        let mut expected = String::from("mode: count\n");
        for (at, (pieces, old, new)) in cuts.iter().enumerate() {
            let all: u32 = pieces.iter().sum();
            let (from, to) = (at * 10 + 1, at * 10 + 9);
            let line = |n| format!("a.go:{from}.1,{to}.9 {all} {n}\n");
            coarse += &line(*old);
            expected += &line(old + new);
            for (piece, statements) in pieces.iter().enumerate() {
                // A panic in the block may leave later pieces unreached.
                let count = if piece == 0 { *new } else { new / 2 };
                let from = from + 2 * piece;
                fine += &format!(
                    "a.go:{from}.2,{}.5 {statements} {count}\n", from + 1
                );
            }
        }
        let (coarse, fine) =
            (format!("mode: count\n{coarse}"), format!("mode: count\n{fine}"));
        for order in [[&*coarse, &fine], [&*fine, &coarse]] {
            let union = resolved(&order, OnConflict::Coarsen);
            prop_assert_eq!(union.as_deref(), Ok(&*expected));
        }
    }
}

#[test]
fn what_really_differs_is_a_conflict_after_a_partial_merge_too() {
    let crossing = "mode: count\na.go:0.1,4.9 5 2\n";
    let kept = resolved(&[FINE, crossing], OnConflict::Keep).expect("kept");
    for later in [&[&*kept][..], &[&*kept, FINE]] {
        let message =
            resolved(later, OnConflict::Error).expect_err("two sources");
        assert!(message.contains("the source changed"), "{message}");
    }
}

const LINE_DIRECTIVES: &str = "mode: count\nm/gram.y:10.0,11.0 1 2\n\
    m/gram.y:13.0,12.0 1 1\nm/gram.y:9.0,30.2 3 1\nm/a.go:7.1,3.2 1 1\n\
    m/a.go:5.1,9.9 2 1\nm/a.go:6.1,20.9 2 0\n";

#[test]
fn blocks_that_overlap_within_one_profile_are_no_conflict() {
    let once = resolved(&[LINE_DIRECTIVES], OnConflict::Error).expect("kept");
    assert_eq!(once.lines().count(), 7);
    let twice =
        resolved(&[LINE_DIRECTIVES, LINE_DIRECTIVES], OnConflict::Error)
            .expect("kept");
    assert!(twice.contains("m/gram.y:13.0,12.0 1 2\n"), "{twice}");
    assert_eq!(resolved(&[&twice], OnConflict::Error), Ok(twice));
}

/// What versions of Go write for one function: one block; its four pieces,
/// each with the number of the whole; and with their own.
const GO_1_26: &str = "mode: count\na.go:3.25,11.10 5 1\na.go:11.10,13.3 1 0\n";
const GO_1_27_0: &str = "mode: count\na.go:4.2,6.1 5 1\na.go:7.2,8.1 5 1\n\
    a.go:9.2,10.1 5 1\na.go:11.2,11.10 5 1\na.go:12.3,13.1 1 0\n";
const GO_1_27_2: &str = "mode: count\na.go:4.2,6.1 2 1\na.go:7.2,8.1 1 1\n\
    a.go:9.2,10.1 1 1\na.go:11.2,11.10 1 1\na.go:12.3,13.1 1 0\n";

#[test]
fn repeated_statements_are_put_right_by_another_version() {
    for choice in [OnConflict::Error, OnConflict::Coarsen, OnConflict::Refine] {
        for order in [[GO_1_27_0, GO_1_27_2], [GO_1_27_2, GO_1_27_0]] {
            let union = resolved(&order, choice).expect("known");
            assert_eq!(union, twice(GO_1_27_2), "{choice}");
        }
    }
    let union = resolved(&[GO_1_26, GO_1_27_0], OnConflict::Coarsen);
    assert!(union.expect("known").contains("a.go:3.25,11.10 5 2\n"));
    let message = resolved(&[GO_1_26, GO_1_27_0], OnConflict::Error)
        .expect_err("two geometries");
    assert!(message.contains("1.27.0"), "{message}");
    let all = [GO_1_26, GO_1_27_0, GO_1_27_2];
    let union = resolved(&all, OnConflict::Coarsen).expect("known");
    assert!(union.contains("a.go:3.25,11.10 5 3\n"), "{union}");
}
