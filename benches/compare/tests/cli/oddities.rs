//! Files and sides that are not what they should be: each is named, and none
//! passes a gate.

use std::fs;

use crate::inputs::{GO, write};
use crate::results::Results;

/// A program that fails at once is fast.
#[test]
fn what_failed_passes_no_gate() {
    let results = Results::new();
    let file = |name: &str, seconds: f64, code: u8| {
        let times = [0.0, 0.01, 0.02, 0.03, 0.04, 0.05].map(|it| it + seconds);
        let text = format!(
            r#"{{"results":[{{"command":"a","times":{times:?},
            "exit_codes":{:?}}}]}}"#,
            [code; 6]
        );
        write(&results, name, &text)
    };
    let [old, new] = [file("old.json", 0.5, 0), file("new.json", 0.1, 1)];
    let gate = ["--fail-on", "slower"];
    let output = results.run(&[&[&old[..], &new], &gate[..]].concat(), 3);
    let error = output.stderr;
    assert!(error.contains("undecided: failed in") && error.contains(": a"));
    assert!(output.stdout.contains("faster"), "{}", output.stdout);
    // An export knows it as well.
    let export = results.path().join("export.json");
    let export = export.to_str().unwrap();
    results.run(&["export", &new, "-o", export], 0);
    results.run(&[&[&old[..], export], &gate[..]].concat(), 3);
    let fine = file("fine.json", 0.1, 0);
    results.run(&[&[&old[..], &fine], &gate[..]].concat(), 0);
}

#[test]
fn a_failed_benchmark_of_go_is_named_and_passes_no_gate() {
    let results = Results::new();
    let side = |name: &str, end: &str| -> String {
        let file = |run: u32| {
            let text = GO.replace("12.5", &format!("12.5{run}")) + end;
            write(&results, &format!("{name}-{run}.txt"), &text)
        };
        let files: Vec<String> = (0..6).map(file).collect();
        format!("{name}={}", files.join(","))
    };
    let [old, new] = ["old", "new"].map(|name| side(name, ""));
    let failed = side("failed", "    --- FAIL: BenchmarkGet/x-2\nFAIL\n");
    let gate = ["--fail-on", "slower", "--judge", "time"];
    results.run(&[&[&old[..], &new], &gate[..]].concat(), 0);
    let output = results.run(&[&[&old[..], &failed], &gate[..]].concat(), 3);
    assert!(output.stderr.contains("failed in failed: BenchmarkGet/x-2"));
    assert!(output.stdout.contains("BenchmarkGet/x-2 failed"));
}

/// Three hundred digits would make each row as long.
#[test]
fn a_huge_number_keeps_rows_short() {
    let results = Results::new();
    let file = |name: &str, time: f64, count: f64| {
        let text = format!(
            r#"{{"bench_compare_export":1,"runs":[{{"name":"r","benchmarks":{{
            "a":{{"throughput":null,"allocations":{count:e},"bytes":null,
            "iters":[1.0],"times":[{time:e}]}}}}}}]}}"#
        );
        write(&results, name, &text)
    };
    let [small, huge] = [("small", 1.0, 1.0), ("huge", 1e300, 1e300)]
        .map(|(name, time, count)| file(name, time, count));
    for format in ["text", "markdown", "csv"] {
        let output = results.run(&["--format", format, &small, &huge], 0);
        let lines = output.stdout.lines();
        let rows = lines
            .filter(|line| line.contains("1.00e300") || line.contains("1e300"));
        assert!(rows.clone().count() >= 1, "{format}: {}", output.stdout);
        for row in rows {
            let plain = row.replace(&small, "").replace(&huge, "");
            assert!(plain.len() < 160, "{format}: {row}");
        }
    }
    for more in [&["--list"][..], &["--explain", "a"]] {
        let said = results.run(&[&[&small[..], &huge], more].concat(), 0);
        assert!(said.stdout.contains("e300") || said.stdout.contains("e291"));
        assert!(!said.stdout.contains("00000000000000000000000000"));
    }
}

/// Go's own count of iterations ends before; whoever writes more is not left
/// out without a word.
#[test]
fn more_iterations_than_a_word_holds_are_a_result() {
    let results = Results::new();
    let text = "BenchmarkA 99999999999999999999999 12.5 ns/op\n";
    let path = write(&results, "many.txt", text);
    let output = results.run(&[&path, &path], 0).stdout;
    assert!(output.contains("12.5 ns"), "{output}");
}

#[test]
fn a_side_that_cannot_be_one_is_told_why() {
    let results = Results::new();
    let go = write(&results, "go.txt", GO);
    let folder = results.path().join("folder");
    fs::create_dir_all(&folder).unwrap();
    let folder = folder.to_str().unwrap();
    for (side, why) in [
        ("new=", "a side lacks a name"),
        ("", "a side lacks a name"),
        ("new=,", "a side lacks a name"),
        (folder, "a folder, and no baseline of that name"),
    ] {
        let error = results.run(&[&go, side], 2).stderr;
        assert!(error.contains(why), "{side}: {error}");
    }
    let mut command = results.command(&["-", "new=-"]);
    let assert = command.write_stdin(GO).assert().code(2);
    let error = String::from_utf8_lossy(&assert.get_output().stderr);
    assert!(error.contains("can be one side only"), "{error}");
}

/// As pyperf writes it.
#[test]
fn json_of_a_program_that_is_not_known_is_called_that() {
    let results = Results::new();
    let text = r#"{"benchmarks":[{"runs":[{"values":[0.1,0.2]}]}],
        "metadata":{"name":"telco","unit":"second"},"version":"1.0"}"#;
    let path = write(&results, "other.json", text);
    let error = results.run(&[&path, &path], 2).stderr;
    assert!(error.contains("nor JSON of hyperfine or Google"), "{error}");
}

/// A number cut in two is another number.
#[test]
fn columns_of_divan_that_do_not_fit_their_head_are_refused() {
    let results = Results::new();
    let bars = |cells: [&str; 6]| cells.join(" \u{2502} ");
    let head = bars([
        "t     fastest",
        "slowest",
        "median",
        "mean",
        "samples",
        "iters",
    ]);
    let row = |name: &str| {
        let first = format!("\u{251c}\u{2500} {name}12.5 ns");
        bars([&first, "13 ns", "12 ns", "12 ns", "100", "100"])
    };
    let text = format!("{head}\n{}\n{}\n", row("a  "), row("b "));
    let path = write(&results, "divan.txt", &text);
    let output = results.run(&[&path, &path], 2);
    let error = output.stderr;
    assert!(error.contains("divan.txt:3:1: the columns do not"), "{error}");
    assert!(output.stdout.contains("12.5 ns"), "{}", output.stdout);
    assert!(!output.stdout.contains("2.50 ns"), "{}", output.stdout);
}

/// A gate that panics has another code than its page says.
#[cfg(target_os = "linux")]
#[test]
fn an_error_that_cannot_be_written_has_its_code() {
    let full = fs::File::create("/dev/full").unwrap();
    let mut command =
        std::process::Command::new(env!("CARGO_BIN_EXE_bench-compare"));
    let status = command.args(["no.json", "no.txt"]).stderr(full).status();
    assert_eq!(status.unwrap().code(), Some(2));
}
