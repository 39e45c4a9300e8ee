//! The command, as a user runs it.

mod common;

use assert_cmd::Command;
use std::fs;

fn coverage_merge() -> Command {
    Command::cargo_bin("coverage-merge").expect("built with the tests")
}

#[test]
fn merges_files_into_one() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let output = folder.path().join("merged.out");
    let paths = common::profiles("count");
    coverage_merge()
        .args(&paths)
        .arg("-o")
        .arg(&output)
        .assert()
        .success()
        .stdout("");
    let texts: Vec<_> = paths
        .iter()
        .map(|path| fs::read_to_string(path).expect("readable"))
        .collect();
    let merged = fs::read_to_string(&output).expect("written");
    assert_eq!(merged, common::oracle("count", &texts));
}

#[test]
fn reads_standard_input_and_writes_standard_output() {
    let text = "mode: set\na.go:1.2,3.4 5 1\n";
    coverage_merge().arg("-").write_stdin(text).assert().success().stdout(text);
}

#[test]
fn bad_input_touches_no_output() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let bad = folder.path().join("bad.out");
    let output = folder.path().join("merged.out");
    fs::write(&bad, "mode: set\nnonsense\n").expect("writable");
    fs::write(&output, "before").expect("writable");
    let assert = coverage_merge()
        .args([&bad, &bad, &"-o".into(), &output])
        .assert()
        .code(3);
    let message = String::from_utf8_lossy(&assert.get_output().stderr);
    assert!(message.contains("bad.out:2:1: expected"), "{message}");
    assert_eq!(fs::read_to_string(&output).expect("kept"), "before");
    assert_eq!(fs::read_dir(folder.path()).expect("readable").count(), 2);
}

#[test]
fn an_unwritable_output_is_named() {
    let profile = common::data("set-sort.out");
    let assert = coverage_merge()
        .arg(profile)
        .args(["-o", "/no/such/folder/merged.out"])
        .assert()
        .code(3);
    let message = String::from_utf8_lossy(&assert.get_output().stderr);
    assert!(message.contains("/no/such/folder/merged.out: "), "{message}");
}

#[test]
fn a_missing_input_is_named() {
    let assert = coverage_merge().arg("no-such.out").assert().code(3);
    let message = String::from_utf8_lossy(&assert.get_output().stderr);
    assert!(message.contains("no-such.out: No such file"), "{message}");
}
