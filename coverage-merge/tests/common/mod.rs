//! What the tests of this crate share.
#![allow(dead_code, reason = "each test binary uses a part")]

use std::collections::BTreeMap;
use std::path::PathBuf;

use assert_cmd::Command;
use assert_cmd::assert::Assert;
use tempfile::TempDir;

/// Runs the command in a folder.
pub(crate) fn run(folder: &TempDir, arguments: &str) -> Assert {
    Command::cargo_bin("coverage-merge")
        .expect("built with the tests")
        .current_dir(folder)
        .args(arguments.split_whitespace())
        .assert()
}

/// Runs it, and returns what it prints.
pub(crate) fn stdout(folder: &TempDir, arguments: &str) -> String {
    let assert = run(folder, arguments).success();
    String::from_utf8_lossy(&assert.get_output().stdout).into_owned()
}

/// Returns what it said.
pub(crate) fn stderr(assert: &Assert) -> String {
    String::from_utf8_lossy(&assert.get_output().stderr).into_owned()
}

/// The real profiles of one mode.
pub(crate) fn profiles(mode: &str) -> Vec<PathBuf> {
    let folder = data("");
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .expect("the folder is committed")
        .map(|entry| entry.expect("readable").path())
        .filter(|path| {
            let name = path.file_name().expect("a file").to_string_lossy();
            name.starts_with(mode) && name.ends_with(".out")
        })
        .collect();
    paths.sort();
    assert!(paths.len() >= 2, "{mode}: {paths:?}");
    paths
}

/// A file in `tests/data`.
pub(crate) fn data(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name)
}

/// The obviously right union: a map from the block's text to its count.
///
/// Lines are sorted by path, then by the five numbers.
pub(crate) fn oracle(mode: &str, profiles: &[String]) -> String {
    let mut union: BTreeMap<(&str, Vec<u32>), u64> = BTreeMap::new();
    for line in profiles.iter().flat_map(|profile| profile.lines()) {
        if line.starts_with("mode:") {
            continue;
        }
        let (path, rest) = line.rsplit_once(':').expect("a colon");
        let (block, count) = rest.rsplit_once(' ').expect("a count");
        let numbers = block
            .split(['.', ',', ' '])
            .map(|number| number.parse().expect("a number"))
            .collect();
        let count: u64 = count.parse().expect("a count");
        let total = union.entry((path, numbers)).or_default();
        *total = match mode {
            "set" => (*total).max(count.min(1)),
            _ => total.saturating_add(count).min(i64::MAX as u64),
        };
    }
    let lines = union.iter().map(|((path, n), count)| {
        let [a, b, c, d, e] = n[..] else { panic!("five") };
        format!("{path}:{a}.{b},{c}.{d} {e} {count}\n")
    });
    format!("mode: {mode}\n") + &lines.collect::<String>()
}
