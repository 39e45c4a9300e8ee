//! The commands, gates, filters and exit codes, as a CI uses them.

mod common;

use assert_cmd::Command;
use common::{data, run, stderr, stdout};
use std::fs;
#[cfg(unix)]
use std::path::Path;
use tempfile::TempDir;

const A: &str = "mode: count\nm/a/x.go:1.1,3.2 3 1\nm/a/x.go:5.1,6.2 1 0\n\
                 m/b/y.pb.go:1.1,3.2 4 0\n";
const B: &str = "mode: count\nm/a/x.go:1.1,3.2 3 2\nm/a/x.go:5.1,6.2 1 4\n";

/// A folder with `a.out` and `b.out`, in which commands run.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    write(&folder, "a.out", A);
    write(&folder, "b.out", B);
    folder
}

fn write(folder: &TempDir, name: &str, text: &str) {
    let path = folder.path().join(name);
    fs::create_dir_all(path.parent().expect("inside")).expect("writable");
    fs::write(path, text).expect("writable");
}

#[test]
fn inputs_are_files_folders_globs_and_lists() {
    let folder = folder();
    let expected = stdout(&folder, "a.out b.out");
    write(&folder, "deep/er/a.out", A);
    write(&folder, "deep/b.out", B);
    write(&folder, "list", "deep/er/a.out\n\n  deep/b.out\n");
    for inputs in
        ["merge a.out b.out", "deep", "deep/**/*.out", "@list", "?.out"]
    {
        assert_eq!(stdout(&folder, inputs), expected, "{inputs}");
    }
    let assert = run(&folder, "none*.out").code(3);
    assert!(stderr(&assert).contains("none*.out: no file matches"));
    let assert = run(&folder, "mrege a.out").code(3);
    assert!(stderr(&assert).contains("tip: a similar command exists: `merge`"));
    write(&folder, "loop", "@loop\n");
    let assert = run(&folder, "@loop").code(3);
    assert!(stderr(&assert).contains("too deep"));
}

#[test]
fn any_number_of_threads_writes_the_same() {
    let folder = folder();
    let paths = common::profiles("count");
    for path in &paths {
        let name = path.file_name().expect("a file");
        fs::copy(path, folder.path().join(name)).expect("writable");
    }
    let one = stdout(&folder, "-j1 count-*.out a.out b.out");
    for threads in [2, 3, 8] {
        let inputs = format!("-j{threads} count-*.out a.out b.out");
        assert_eq!(stdout(&folder, &inputs), one, "{threads} threads");
    }
    write(&folder, "bad1.out", "mode: count\noops\n");
    write(&folder, "bad2.out", "mode: count\noops\n");
    for threads in [1, 2, 3] {
        let inputs = format!("-j{threads} a.out bad1.out b.out bad2.out");
        let assert = run(&folder, &inputs).code(3);
        assert!(stderr(&assert).contains("bad1.out:2"), "{threads}");
    }
}

#[test]
fn a_mix_of_modes_is_a_conflict_unless_all_are_sets() {
    let folder = folder();
    write(&folder, "set.out", "mode: set\nm/a/x.go:1.1,3.2 3 1\n");
    for threads in ["-j1", "-j2"] {
        let assert = run(&folder, &format!("{threads} a.out set.out")).code(4);
        let message = stderr(&assert);
        assert!(message.contains("--mode set"), "{message}");
        assert!(message.contains("a.out"), "{message}");
        assert!(message.contains("set.out"), "{message}");
    }
    let union = stdout(&folder, "--mode set a.out set.out b.out");
    assert!(union.starts_with("mode: set\n"), "{union}");
    assert!(union.contains("m/a/x.go:5.1,6.2 1 1\n"), "{union}");
}

#[test]
fn two_geometries_are_exit_code_4_unless_settled() {
    let folder = folder();
    for version in ["26", "27"] {
        let name = format!("geometry-go1.{version}.txt");
        let text = fs::read_to_string(data(&name)).expect("committed");
        write(&folder, &name, &text);
    }
    let assert = run(&folder, "geometry-*.txt -o out").code(4);
    assert!(stderr(&assert).contains("geometry-go1.26.txt:2"));
    assert!(!folder.path().join("out").exists());
    for choice in ["coarsen", "refine", "lines", "keep"] {
        let arguments = format!("geometry-*.txt --on-conflict {choice}");
        run(&folder, &arguments).success();
    }
}

#[test]
fn gates_end_with_exit_code_1() {
    let folder = folder();
    // 3 of 8 statements.
    for (gates, code) in [
        ("--fail-under 37.5", 0),
        ("--fail-under 37.6", 1),
        ("--fail-under-package 1", 1),
        ("--fail-under-file 0", 0),
        ("--exclude *.pb.go --fail-under-file 75", 0),
        ("--baseline b.out --max-drop 62.5", 0),
        ("--baseline b.out --max-drop 62", 1),
        ("--limit ./m/a/**=75", 0),
        (r"--limit m\a\x.go=76", 1),
        ("--baseline b.out", 2),
    ] {
        for command in ["check", "report"] {
            run(&folder, &format!("{command} a.out {gates}")).code(code);
        }
    }
    write(&folder, "empty.out", "mode: set\nm/a/x.go:1.1,3.2 0 1\n");
    for gate in ["--fail-under", "--fail-under-file", "--fail-under-package"] {
        run(&folder, &format!("check empty.out {gate} 1")).code(1);
    }
    let assert = run(&folder, "check a.out --fail-under-file 50").code(1);
    let message = stderr(&assert);
    assert!(message.contains("m/b/y.pb.go: 0.0% is below"), "{message}");
    run(&folder, "check a.out --max-drop 1").code(2);
    run(&folder, "check").code(2);
    run(&folder, "check missing.out").code(3);
}

#[test]
fn reports_have_rows_and_a_total() {
    let folder = folder();
    let table = stdout(&folder, "report a.out --by file");
    let rows: Vec<Vec<&str>> =
        table.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(rows[1], ["m/a/x.go", "3", "4", "75.0%"]);
    assert_eq!(rows[3], ["total", "3", "8", "37.5%"]);
    let markdown = stdout(&folder, "report a.out --format markdown");
    assert!(markdown.contains("| m/a | 3 | 4 | 75.0% |\n"), "{markdown}");
    write(&folder, "a.info", "SF:a/__init__.py\nDA:1,1\nend_of_record\n");
    let markdown = stdout(&folder, "report a.info --by file --format markdown");
    assert!(markdown.contains(r"| a/\_\_init\_\_.py | 1 |"), "{markdown}");
    let json = stdout(&folder, "report a.out --format json --by total");
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json["total"]["percentage"], 37.5);
}

const SOURCE: &str = "package a // <b>\nfunc f() {\n}\n\nfunc (t T) g() {\n}\n";

#[test]
fn functions_and_html_show_the_source() {
    let folder = folder();
    write(&folder, "go.mod", "module m\n");
    write(&folder, "a/x.go", SOURCE);
    let text = stdout(&folder, "report a.out --by function --source .");
    assert!(text.contains("m/a/x.go:5: T.g"), "{text}");
    let html = stdout(&folder, "a.out --format html --source .");
    assert!(html.contains("Coverage: 37.5%"), "{html}");
    assert!(html.contains("package a // &lt;b&gt;"), "{html}");
    assert!(!html.contains("<b>"), "{html}");
    // Without its source, a file is shown by its lines.
    assert!(html.contains("m/b/y.pb.go"), "{html}");
}

#[test]
fn generated_files_are_left_out_by_what_they_say() {
    let folder = folder();
    write(&folder, "go.mod", "module m\n");
    let text = "// Code generated by protoc. DO NOT EDIT.\npackage b\n";
    write(&folder, "b/y.pb.go", text);
    let arguments = "a.out --no-generated --source .";
    assert!(!stdout(&folder, arguments).contains("pb.go"));
    run(&folder, "a.out --no-generated").code(2);
}

#[test]
fn paths_are_stripped_mapped_and_filtered() {
    let folder = folder();
    let text = stdout(&folder, "a.out --strip-prefix m/ --map a/=src/a/");
    assert!(text.contains("\nsrc/a/x.go:1.1"), "{text}");
    assert!(text.contains("\nb/y.pb.go:1.1"), "{text}");
    let text = stdout(&folder, "a.out --include m/a/**");
    assert!(!text.contains("pb.go"), "{text}");
    run(&folder, "a.out --map nonsense").code(2);
    run(&folder, "a.out --include [").code(2);
}

#[test]
fn formats_convert_where_they_can() {
    let folder = folder();
    let lcov = stdout(&folder, "a.out --format lcov");
    assert!(lcov.contains("SF:m/a/x.go\nDA:1,1\n"), "{lcov}");
    write(&folder, "a.info", &lcov);
    assert_eq!(stdout(&folder, "a.info"), lcov);
    run(&folder, "a.info --format go").code(2);
    let xml = stdout(&folder, "a.out --format cobertura");
    write(&folder, "a.xml", &xml);
    assert_eq!(stdout(&folder, "a.xml"), lcov);
    stdout(&folder, "a.out --format cobertura --split 900 -o b.xml");
    assert!(folder.path().join("b-1.xml").exists());
    assert!(folder.path().join("b-2.xml").exists());
    assert_eq!(stdout(&folder, "b-*.xml"), lcov);
    run(&folder, "a.out --format cobertura --split 9M -o b.xml.gz").code(2);
}

#[test]
fn a_result_in_the_folder_of_its_inputs_is_no_input() {
    let folder = folder();
    fs::create_dir(folder.path().join("in")).expect("a folder");
    write(&folder, "in/a.out", A);
    for (command, result) in [
        ("in -o in/all.out", "all.out"),
        ("subtract b.out in -o in/rest.out", "rest.out"),
        ("intersect in b.out -o in/both.out", "both.out"),
        ("in --format cobertura --split 9M -o in/r.xml", "r-1.xml"),
    ] {
        let result = folder.path().join("in").join(result);
        let texts = [(); 2].map(|()| {
            stdout(&folder, command);
            fs::read_to_string(&result).expect("written")
        });
        assert_eq!(texts[0], texts[1], "{command}");
        fs::remove_file(result).expect("deleted");
    }
}

#[test]
fn each_input_of_a_comparison_says_what_was_read() {
    let folder = folder();
    let said = stderr(&run(&folder, "diff a.out b.out --verbose"));
    assert!(said.contains("read: a.out"), "{said}");
    assert!(said.contains("read: b.out"), "{said}");
}

#[test]
fn subtract_and_intersect_compare_what_ran() {
    let folder = folder();
    let text = stdout(&folder, "subtract b.out a.out");
    let expected = "mode: count\nm/a/x.go:1.1,3.2 3 0\nm/a/x.go:5.1,6.2 1 4\n";
    assert_eq!(text, expected);
    let text = stdout(&folder, "intersect b.out a.out");
    let expected = "mode: count\nm/a/x.go:1.1,3.2 3 1\nm/a/x.go:5.1,6.2 1 0\n";
    assert_eq!(text, expected);
}

#[test]
fn diff_compares_profiles_and_shows_added_lines() {
    let folder = folder();
    let text = stdout(&folder, "diff a.out b.out");
    assert!(text.contains("m/a/x.go: 75.0% -> 100.0%\n"), "{text}");
    assert!(text.contains("total: 37.5% -> 100.0% (+62.50 points)"));
    run(&folder, "diff b.out a.out --max-drop 10").code(1);
    run(&folder, "diff a.out").code(2);
    let patch = "--- a/a/x.go\n+++ b/a/x.go\n@@ -1,0 +2,1 @@\n+x\n\
                 @@ -4,0 +5,1 @@\n+y\n";
    write(&folder, "change.diff", patch);
    let text = stdout(&folder, "diff --patch change.diff a.out");
    assert!(text.contains("a/x.go:5 did not run\n"), "{text}");
    assert!(text.contains("total: 50.0% (1 of 2 added"), "{text}");
    let github =
        stdout(&folder, "diff --patch change.diff a.out --format github");
    let warning = "::warning file=a/x.go,line=5,endLine=5,title=Not covered";
    assert!(github.starts_with(warning) && github.lines().count() == 1);
    let gate = "diff --patch change.diff a.out --fail-under 51";
    run(&folder, gate).code(1);
}

/// `ci/gitlab/coverage-merge.yml` finds the percentage by this form.
#[test]
fn the_total_is_a_word_two_counts_and_a_percentage() {
    let text = stdout(&folder(), "report a.out");
    let total = text.lines().last().expect("a line");
    let words: Vec<&str> = total.split_whitespace().collect();
    assert_eq!(words, ["total", "3", "8", "37.5%"]);
}

#[test]
fn explain_names_the_inputs_that_reach_a_line() {
    let folder = folder();
    let text = stdout(&folder, "explain a/x.go:5 a.out b.out");
    let expected = "b.out: 4x\na/x.go:5: 1 of 2 inputs reach it\n";
    assert_eq!(text, expected);
    let text = stdout(&folder, "explain a/x.go:99 a.out b.out");
    assert!(text.contains("no input knows"), "{text}");
    run(&folder, "explain nonsense a.out").code(2);
}

/// What is printed to a pipe has no colours, unless they are asked for.
#[test]
fn colours_are_for_a_terminal() {
    let folder = folder();
    write(&folder, "change.diff", CHANGE);
    for (arguments, coloured) in [
        ("report a.out", "\u{1b}[31m37.5%\u{1b}[0m\n"),
        ("diff a.out b.out", "-> 100.0% (\u{1b}[32m+62.50 points\u{1b}[0m)"),
        ("explain a/x.go:5 a.out b.out", "b.out: \u{1b}[32m4x\u{1b}[0m\n"),
        ("check a.out", "\u{1b}[32mfine\u{1b}[0m: 37.5% covered"),
        ("diff --patch change.diff a.out", ":5 \u{1b}[31mdid not run"),
    ] {
        let print = |variables: &[(&str, &str)]| {
            let mut command = Command::cargo_bin("coverage-merge").unwrap();
            command.current_dir(&folder).env_remove("CLICOLOR_FORCE");
            command.envs(variables.iter().copied());
            let output = command.args(arguments.split(' ')).output().unwrap();
            assert!(output.status.success(), "{arguments}: {output:?}");
            String::from_utf8(output.stdout).unwrap()
        };
        let plain = print(&[]);
        assert!(!plain.contains('\u{1b}'), "{arguments}: {plain}");
        let shown = print(&[("CLICOLOR_FORCE", "1")]);
        assert!(shown.contains(coloured), "{arguments}: {shown:?}");
        let codes = ["\u{1b}[31m", "\u{1b}[32m", "\u{1b}[33m", "\u{1b}[0m"];
        let without = codes.iter().fold(shown, |it, code| it.replace(code, ""));
        assert_eq!(without, plain, "{arguments}");
    }
}

/// Adds the line of `A` that did not run.
const CHANGE: &str = "--- a/a/x.go\n+++ b/a/x.go\n@@ -4,0 +5 @@\n+\tx()\n";

#[test]
fn completions_and_help_are_there() {
    let folder = folder();
    assert!(stdout(&folder, "completions bash").contains("coverage-merge"));
    let page = stdout(&folder, "man");
    assert!(page.contains(".SH \"coverage-merge merge\""), "{page}");
    for name in ["", "report ", "diff ", "check ", "explain "] {
        let help = stdout(&folder, &format!("{name}--help"));
        let wide = help.lines().find(|line| line.chars().count() > 80);
        assert_eq!(wide, None, "{name}");
    }
    let help = stdout(&folder, "--help");
    assert!(help.contains("Examples:") && help.contains("Exit codes:"));
}

#[cfg(unix)]
#[test]
fn a_link_stays_a_link_and_its_target_is_replaced() {
    let folder = folder();
    let link = folder.path().join("link.out");
    std::os::unix::fs::symlink("b.out", &link).expect("a link");
    stdout(&folder, "a.out -o link.out");
    assert!(link.is_symlink());
    let target = fs::read_to_string(folder.path().join("b.out"));
    assert_eq!(target.expect("replaced"), A);
    assert!(Path::new("/dev/full").exists());
    let assert = run(&folder, "a.out -o /dev/full").code(3);
    assert!(stderr(&assert).contains("/dev/full: No space"));
}

/// The line of the README, in groups of two; passed over where there is no
/// GNU parallel.
#[cfg(unix)]
#[test]
fn the_recipe_for_gnu_parallel_merges_a_tree() {
    let mut version = std::process::Command::new("parallel");
    let said = version.arg("--version").output();
    let said = said.map_or_else(|_| Vec::new(), |it| it.stdout);
    if !String::from_utf8_lossy(&said).contains("GNU parallel") {
        return support::skipped::say("there is no GNU parallel");
    }
    let readme = include_str!("../README.md");
    let mut lines = readme.lines();
    let recipe = lines
        .find(|line| line.contains("| parallel "))
        .expect("the README has it")
        .replace("-N100", "-N2");
    let folder = folder();
    for shard in 0..5 {
        let text = if shard % 2 == 0 { A } else { B };
        write(&folder, &format!("shards/{shard}.out"), text);
    }
    let expected = stdout(&folder, "shards");
    let command = assert_cmd::cargo::cargo_bin("coverage-merge");
    let bin = command.parent().expect("in a folder").display().to_string();
    let path = std::env::var("PATH").unwrap_or_default();
    let status = std::process::Command::new("sh")
        .args(["-c", &recipe])
        .env("PATH", format!("{bin}:{path}"))
        .current_dir(&folder)
        .status()
        .expect("a shell runs");
    assert!(status.success());
    assert_eq!(stdout(&folder, "partial-*.out"), expected);
}
