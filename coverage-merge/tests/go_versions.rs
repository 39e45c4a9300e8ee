//! One program, measured by eleven versions of Go: every pair of profiles merges.

mod common;

use std::fs;
use std::path::PathBuf;

use common::data;
use coverage_merge::{Error, OnConflict, Profile};

/// The version of each profile.
const VERSIONS: [&str; 11] = [
    "1.19.8", "1.21.13", "1.22.10", "1.23.9", "1.24.11", "1.25.5", "1.26.6",
    "1.27.0", "1.27.1", "1.27.2", "1.27.3",
];

fn path(version: &str) -> PathBuf {
    data("go-versions").join(format!("go{version}.out"))
}

/// Returns the union, and its covered and all statements.
fn union(
    pair: [&str; 2],
    on_conflict: OnConflict,
) -> Result<(Profile, (u64, u64)), Error> {
    let mut union = Profile::merge_files(pair.map(path))?;
    union.resolve(on_conflict)?;
    let total = union.total();
    Ok((union, (total.covered, total.statements)))
}

/// Returns whether this version gives pieces of a block the statements of the
/// whole.
fn counts_wrongly(version: &str) -> bool {
    ["1.27.0", "1.27.1"].contains(&version)
}

/// Returns whether this version leaves comments out of blocks.
fn is_fine(version: &str) -> bool {
    version.starts_with("1.27.")
}

#[test]
fn all_pairs_have_the_right_statements_with_coarsen() {
    for first in VERSIONS {
        for second in VERSIONS {
            let pair = [first, second];
            let (_, total) = union(pair, OnConflict::Coarsen)
                .unwrap_or_else(|error| panic!("{pair:?}: {error}"));
            // Where no other version stands beside it, nobody can know.
            let wrong = pair.iter().all(|version| counts_wrongly(version));
            let expected = if wrong { (17, 21) } else { (15, 19) };
            assert_eq!(total, expected, "{pair:?}");
        }
    }
}

#[test]
fn a_pair_of_one_geometry_merges_without_a_choice() {
    for first in VERSIONS {
        for second in VERSIONS {
            let pair = [first, second];
            let merged = union(pair, OnConflict::default());
            if is_fine(first) == is_fine(second) {
                assert!(merged.is_ok(), "{pair:?}");
                continue;
            }
            let error = merged.expect_err("two geometries");
            assert!(error.is_conflict(), "{pair:?}: {error}");
            // The way out is named.
            assert!(error.to_string().contains("coarsen"), "{error}");
        }
    }
}

/// Go 1.19 writes the blocks in another order than Go 1.21.
#[test]
fn the_order_of_blocks_does_not_matter() {
    let written = |version| {
        let union = Profile::merge_files([path(version)]).expect("a profile");
        let mut out = Vec::new();
        union.write(&mut out).expect("a vector takes all");
        out
    };
    let text = |version| fs::read(path(version)).expect("it is committed");
    assert_ne!(text("1.19.8"), text("1.21.13"));
    assert_eq!(written("1.19.8"), written("1.21.13"));
}

#[test]
fn what_was_put_right_is_named_and_counts_are_added() {
    let pair = ["1.27.1", "1.27.2"];
    let (union, _) = union(pair, OnConflict::default()).expect("one geometry");
    assert!(union.warnings()[0].contains("golang/go#80974"));
    let mut out = Vec::new();
    union.write(&mut out).expect("a vector takes all");
    let right = fs::read_to_string(path("1.27.2")).expect("it is committed");
    let doubled = right.lines().map(|line| match line.rsplit_once(' ') {
        Some((block, count)) if !line.starts_with("mode:") => {
            let count: u64 = count.parse().expect("a count");
            format!("{block} {}\n", 2 * count)
        }
        _ => format!("{line}\n"),
    });
    assert_eq!(String::from_utf8_lossy(&out), doubled.collect::<String>());
}
