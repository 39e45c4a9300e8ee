//! What comes from everybody's tools and machines: odd folders, other
//! spellings of paths, records that other versions write.

mod common;

use assert_cmd::Command;
use common::{run, stderr, stdout};
use std::fs;
use tempfile::TempDir;

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, text) in files {
        let path = folder.path().join(name);
        let parent = path.parent().expect("inside");
        fs::create_dir_all(parent).expect("writable");
        fs::write(path, text).expect("writable");
    }
    folder
}

const GO: &str = "mode: count\nm/a.go:1.1,2.2 1 1\n";

#[test]
fn what_is_no_profile_is_passed_over_and_told() {
    let folder = folder(&[
        ("d/cover.out", GO),
        ("d/junit.xml", "<testsuites><testsuite/></testsuites>"),
        ("d/page.html", "<!DOCTYPE html><html></html>"),
        ("d/data.json", "{\"a\": 1}"),
        ("d/.tmpAb3dEf", GO),
        ("d/.unfinished-Ab3dEf", GO),
    ]);
    #[cfg(unix)]
    std::os::unix::fs::symlink("nowhere", folder.path().join("d/.#lock"))
        .expect("a link");
    assert_eq!(stdout(&folder, "d"), GO);
    assert_eq!(stdout(&folder, "d/*"), GO);
    let told = stderr(&run(&folder, "d --verbose").success());
    assert!(told.replace('\\', "/").contains("read: d/cover.out"), "{told}");
    assert!(told.contains("junit.xml: a JUnit report"), "{told}");
    assert!(told.lines().last().is_some_and(|l| l.starts_with("1 read")));
    run(&folder, "d/.unfinished-Ab3dEf").code(3);
}

#[cfg(unix)]
#[test]
fn a_pipe_in_a_folder_is_not_waited_for() {
    let folder = folder(&[("d/cover.out", GO)]);
    let made = std::process::Command::new("mkfifo")
        .arg(folder.path().join("d/pipe"))
        .status();
    if made.is_ok_and(|status| status.success()) {
        assert_eq!(stdout(&folder, "d"), GO);
    }
}

#[test]
fn a_damaged_profile_in_a_folder_is_an_error() {
    let log = format!("warning: no packages\n{GO}");
    let folder = folder(&[("d/1.out", &log), ("d/2.out", GO)]);
    run(&folder, "d").code(3);
    fs::write(folder.path().join("d/1.out"), [0x1F, 0x8B, 8, 0, 0, 0])
        .expect("writable");
    run(&folder, "d").code(3);
}

#[test]
fn an_input_counts_once_and_the_output_is_none() {
    let folder = folder(&[("d/1.out", GO)]);
    let assert = run(&folder, "d ./d/1.out d/*.out").success();
    assert_eq!(String::from_utf8_lossy(&assert.get_output().stdout), GO);
    assert!(stderr(&assert).contains("counted once"));
    for _ in 0..2 {
        stdout(&folder, "d -o d/all.out");
        let all = fs::read_to_string(folder.path().join("d/all.out"));
        assert_eq!(all.expect("written"), GO);
    }
}

#[cfg(unix)]
#[test]
fn a_private_output_stays_private() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder(&[("1.out", GO), ("all.out", "")]);
    let all = folder.path().join("all.out");
    let private = fs::Permissions::from_mode(0o600);
    fs::set_permissions(&all, private).expect("ours");
    stdout(&folder, "1.out -o all.out");
    let mode = fs::metadata(&all).expect("there").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn formats_that_are_not_read_are_named() {
    for (text, expected) in [
        ("<CoverageSession/>", "OpenCover"),
        ("<coverage><file path='a'><lineToCover /></file>", "SonarQube"),
        ("<Root CoveredStatements='1'/>", "dotCover"),
        ("{\"files\":{\"a.py\":{\"executed_lines\":[1]}}}", "coverage.py"),
        ("{\"gcovr/format_version\":\"0.6\"}", "gcovr"),
        ("{\"result\":[{\"scriptId\":\"1\"}]}", "V8"),
        // An export of nothing.
        ("{\"type\":\"llvm.coverage.json.export\"}", "llvm-cov"),
        ("{\"a\":1}", "JSON"),
        ("PK\u{3}\u{4}..", "zip"),
    ] {
        let folder = folder(&[("x", text)]);
        let told = stderr(&run(&folder, "x").code(3));
        assert!(told.contains(expected), "{text}: {told}");
    }
}

#[test]
fn gates_never_pass_on_nothing() {
    let folder = folder(&[("a.out", GO), ("none.out", "mode: set\n")]);
    run(&folder, "check none.out --fail-under 80").code(1);
    run(&folder, "check none.out --fail-under-file 80").code(1);
    run(&folder, "check a.out --include typo/** --fail-under 1").code(1);
    run(&folder, "check a.out --limit typo/**=1").code(1);
    run(&folder, "check a.out --limit m/**=100").code(0);
    run(&folder, "check a.out --fail-under-branches 1").code(1);
    run(&folder, "check none.out --fail-under 0").code(0);
    run(&folder, "check a.out --baseline none.out --max-drop 1").code(1);
    for wrong in ["nan", "-1", "101", "x"] {
        run(&folder, &format!("check a.out --fail-under={wrong}")).code(2);
    }
    run(&folder, "check a.out --fail-under 80%").code(0);
}

#[test]
fn a_baseline_is_filtered_as_the_inputs_are() {
    let text = "mode: set\nm/a.go:1.1,2.2 8 1\nm/a.go:3.1,4.2 2 0\n\
                m/a.pb.go:1.1,2.2 10 1\n";
    let folder = folder(&[("a.out", text)]);
    let gate = "check a.out --exclude *.pb.go --baseline a.out --max-drop 1";
    run(&folder, gate).code(0);
}

#[test]
fn a_diff_says_what_it_could_not_judge() {
    let patch = "--- /dev/null\n+++ b/new/b.go\n@@ -0,0 +1,2 @@\n+x\n+\n";
    let folder = folder(&[
        ("a.out", GO),
        ("new.diff", patch),
        ("empty.diff", ""),
        ("text.diff", "fatal: no such branch\n"),
    ]);
    let diff = |name: &str| format!("diff a.out --patch {name}.diff");
    let told = stderr(&run(&folder, &diff("new")).code(0));
    assert!(told.contains("no profile knows new/b.go"), "{told}");
    let gate = " --unknown missed --fail-under 1";
    run(&folder, &(diff("new") + gate)).code(1);
    run(&folder, &diff("text")).code(3);
    run(&folder, &diff("empty")).code(3);
    run(&folder, &(diff("empty") + " --allow-empty")).code(0);
}

#[test]
fn the_file_of_a_diff_is_the_shortest_or_that_of_the_module() {
    let profile = "mode: set\nx.org/m/cmd/main.go:1.1,1.9 1 0\n\
                   x.org/m/main.go:1.1,1.9 1 1\nq/a/i.go:1.1,1.9 1 1\n\
                   q/b/i.go:1.1,1.9 1 0\n";
    let patch =
        |path: &str| format!("--- a/{path}\n+++ b/{path}\n@@ -0,0 +1 @@\n+x\n");
    let folder = folder(&[
        ("a.out", profile),
        ("main.diff", &patch("main.go")),
        ("two.diff", &patch("i.go")),
        ("src/go.mod", "module q/b\n"),
    ]);
    run(&folder, "diff a.out --patch main.diff --fail-under 90").code(0);
    let told = stderr(&run(&folder, "diff a.out --patch two.diff").code(3));
    assert!(told.contains("q/a/i.go") && told.contains("q/b/i.go"), "{told}");
    let told = stdout(&folder, "diff a.out --patch two.diff --source src");
    assert!(told.contains("i.go:1 did not run"), "{told}");
    run(&folder, "explain i.go:1 a.out").code(3);
}

#[test]
fn spellings_of_windows_are_the_same_file() {
    let record = |path: &str| format!("SF:{path}\nDA:1,1\nend_of_record\n");
    let folder = folder(&[
        ("1.info", &record("C:\\proj\\src\\a.js")),
        ("2.info", &record("/ci//proj/./src/x/../a.js")),
        ("3.info", &record("./src/a.js")),
    ]);
    let mut command = Command::cargo_bin("coverage-merge").expect("built");
    let arguments = ["1.info", "2.info", "3.info", "--include", "src\\**"];
    let prefixes =
        ["--strip-prefix", "c:\\proj\\", "--strip-prefix", "/ci/proj/"];
    let assert = command
        .current_dir(&folder)
        .args(arguments)
        .args(prefixes)
        .assert()
        .success();
    let text = String::from_utf8_lossy(&assert.get_output().stdout);
    assert_eq!(text, "TN:\nSF:src/a.js\nDA:1,3\nLF:1\nLH:1\nend_of_record\n");
}

#[test]
fn brackets_in_a_path_may_be_meant() {
    let text = "SF:app/[id]/p.tsx\nDA:1,1\nend_of_record\n\
                SF:app/i/p.tsx\nDA:1,1\nend_of_record\n";
    let folder = folder(&[("a.info", text), ("list", "app/[id]/p.tsx\n")]);
    for include in ["@list", "app/[id]/p.tsx"] {
        let text = stdout(&folder, &format!("a.info --include {include}"));
        assert!(text.contains("SF:app/[id]/p.tsx\n"), "{include}: {text}");
    }
    let text = stdout(&folder, "a.info --include @list");
    assert!(!text.contains("SF:app/i/"), "{text}");
}

#[test]
fn a_list_is_relative_to_itself_and_has_comments() {
    let folder = folder(&[("l/list", "# all\n1.out\n"), ("l/1.out", GO)]);
    assert_eq!(stdout(&folder, "@l/list"), GO);
}

#[test]
fn two_checksums_name_both_inputs() {
    let record = |sum: &str| format!("SF:a.c\nDA:1,1,{sum}\nend_of_record\n");
    let folder =
        folder(&[("1.info", &record("abc")), ("2.info", &record("abd"))]);
    for threads in ["-j1", "-j2"] {
        let inputs = format!("{threads} 1.info 2.info");
        let told = stderr(&run(&folder, &inputs).code(3));
        let both = told.contains("1.info") && told.contains("2.info");
        assert!(both, "{threads}: {told}");
    }
}

#[test]
fn odd_records_cost_a_warning_where_that_is_allowed() {
    let text = "SF:a.c\nDA:1,-3\nDA:2,1e+06\nXX:7\nDA:3,1\n";
    let folder = folder(&[("a.info", text)]);
    run(&folder, "a.info").code(3);
    let assert = run(&folder, "a.info --lenient").success();
    let out = String::from_utf8_lossy(&assert.get_output().stdout);
    assert!(out.contains("DA:1,0\nDA:2,1000000\nDA:3,1\n"), "{out}");
    let told = stderr(&assert);
    assert!(told.contains("a.info:2:1") && told.contains("a.info:4:1"));
}

#[test]
fn an_output_is_packed_by_its_name() {
    let folder = folder(&[("1.out", GO)]);
    for name in ["all.out.gz", "all.out.zst"] {
        stdout(&folder, &format!("1.out -o {name}"));
        let text = fs::read(folder.path().join(name)).expect("written");
        assert!(!text.starts_with(b"mode:"), "{name}");
        assert_eq!(stdout(&folder, name), GO);
    }
}

#[test]
fn reports_show_branches_functions_and_missed_lines() {
    let text = "SF:a.c\nFN:1,_Z3maxIiET_S0_S0_\nFN:1,_Z3maxIcET_S0_S0_\n\
                FNDA:1,_Z3maxIiET_S0_S0_\nFNDA:0,_Z3maxIcET_S0_S0_\n\
                BRDA:1,0,0,1\nBRDA:1,0,1,0\nDA:1,1\nDA:2,0\nDA:4,0\nDA:9,1\n\
                end_of_record\n";
    let folder = folder(&[("a.info", text)]);
    let table = stdout(&folder, "report a.info --missed");
    assert!(table.contains("branches") && table.contains("functions"));
    assert!(table.contains("a.c: 2-4\n"), "{table}");
    let github = stdout(&folder, "report a.info --format github");
    assert!(github.contains("::warning file=a.c,line=2,endLine=4,"));
    let rows = stdout(&folder, "report a.info --by function");
    assert_eq!(rows.matches("a.c:1: max").count(), 1, "{rows}");
    run(&folder, "check a.info --fail-under-branches 51").code(1);
    run(&folder, "check a.info --fail-under-functions 50").code(0);
    run(&folder, "check a.info --limit *.c=51").code(1);
}
