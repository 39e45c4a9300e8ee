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
    let missing = std::io::Error::from_raw_os_error(2);
    assert!(message.contains(&format!("no-such.out: {missing}")), "{message}");
}

/// A log of a CI takes a line that begins with `::` for an order.
#[test]
fn a_name_writes_no_line_of_its_own() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let name = r"a\u001b[31m\n::error::b\r.js";
    let json = format!(
        r#"{{"a":{{"path":"{name}","statementMap":{{"0":{{"start":{{"line":1,
        "column":0}},"end":{{"line":1,"column":1}}}}}},"s":{{"0":0}},"fnMap":
        {{}},"f":{{}},"branchMap":{{}},"b":{{}}}}}}"#
    );
    let diff = r#"--- "a/x\033[31m\n::error::b.js"
+++ "b/x\033[31m\n::error::b.js"
@@ -1 +1 @@
-a
+b
"#;
    fs::write(folder.path().join("a.json"), json).expect("writable");
    fs::write(folder.path().join("a.diff"), diff).expect("writable");
    for arguments in [
        "report a.json --by file --missed",
        "report a.json --by file --format markdown",
        "report a.json --format github",
        "check a.json --fail-under-file 50",
        "diff a.json a.json",
        "diff --patch a.diff a.json",
        "diff --patch a.diff a.json --unknown missed",
    ] {
        let assert = coverage_merge()
            .args(arguments.split(' '))
            .current_dir(folder.path())
            .assert();
        let output = assert.get_output();
        for text in [&output.stdout, &output.stderr] {
            let text = String::from_utf8_lossy(text);
            let is_odd = |c: char| c.is_control() && c != '\n';
            let order = |line: &str| {
                line.starts_with("::") && !line.starts_with("::warning file=")
            };
            assert!(!text.contains(is_odd), "{arguments}: {text:?}");
            assert!(!text.lines().any(order), "{arguments}: {text:?}");
        }
    }
}

/// As PowerShell's `>` writes them.
#[test]
fn diffs_and_lists_may_be_in_utf_16() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let write = |name: &str, text: &str| {
        let units = format!("\u{feff}{text}");
        let bytes: Vec<u8> =
            units.encode_utf16().flat_map(u16::to_le_bytes).collect();
        fs::write(folder.path().join(name), bytes).expect("writable");
    };
    write("a.out", "mode: set\nm/\u{e4}.go:1.1,2.2 1 1\nm/b.go:1.1,2.2 1 0\n");
    write("list.txt", "a.out\r\n");
    write("include.txt", "m/\u{e4}.go\r\n");
    write(
        "a.diff",
        "--- a/\u{e4}.go\r\n+++ b/\u{e4}.go\r\n@@ -1 +1 @@\r\n-a\r\n+b\r\n",
    );
    for arguments in [
        "diff --patch a.diff a.out --fail-under 100",
        "diff --patch a.diff @list.txt --fail-under 100",
        "check a.out --include @include.txt --fail-under 100",
    ] {
        coverage_merge()
            .args(arguments.split(' '))
            .current_dir(folder.path())
            .assert()
            .success();
    }
}
