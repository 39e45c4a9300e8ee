//! Sources that are odd, and yet no mistake of anybody's.

use std::fs;

use crate::results::Results;

const GO: &str = "BenchmarkPut-2 \t 100 \t 12.5 ns/op \t 0 B/op\nPASS\n";

fn write(results: &Results, name: &str, text: &str) -> String {
    let path = results.path().join(name);
    fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

/// How the cost grows with the size has no time, and what chose not to run has
/// none either.
#[test]
fn what_google_says_besides_times_is_no_failure() {
    let results = Results::new();
    let text = r#"{"context":{},"benchmarks":[
        {"name":"BM_Put/8","run_name":"BM_Put/8","run_type":"iteration",
         "iterations":10,"real_time":2.5,"cpu_time":2.5,"time_unit":"us"},
        {"name":"BM_Put_BigO","run_name":"BM_Put","run_type":"aggregate",
         "aggregate_name":"BigO","cpu_coefficient":0.2,"big_o":"N",
         "time_unit":"ns"},
        {"name":"BM_Put_RMS","run_name":"BM_Put","run_type":"aggregate",
         "aggregate_name":"RMS","rms":0.01},
        {"name":"BM_Gpu","run_name":"BM_Gpu","run_type":"iteration",
         "skipped":true,"skip_message":"no GPU here","iterations":0,
         "real_time":0.0,"cpu_time":0.0,"time_unit":"ns"}]}"#;
    let path = write(&results, "google.json", text);
    let output = results.run(&[&path, &path], 0).stdout;
    assert!(output.contains("BM_Put/8  "), "{output}");
    assert!(output.contains("BM_Gpu was skipped: no GPU here"), "{output}");
}

/// A minute taken for a nanosecond would be a number like any other.
#[test]
fn a_unit_of_time_that_nobody_knows_is_no_nanosecond() {
    let results = Results::new();
    let text = r#"{"benchmarks":[
        {"name":"BM_Put","iterations":10,"real_time":2.5,"time_unit":"min"},
        {"name":"BM_Get","iterations":10,"real_time":2.5,"time_unit":"us"}]}"#;
    let path = write(&results, "google.json", text);
    let output = results.run(&[&path, &path], 2);
    let error = "BM_Put: `min` is no unit of time";
    assert!(output.stderr.contains(error), "{}", output.stderr);
    assert!(output.stdout.contains("2.50 us"), "{}", output.stdout);
    assert!(!output.stdout.contains("2.50 ns"), "{}", output.stdout);
}

/// As `script` and CI logs keep what a terminal was shown.
#[test]
fn lines_in_colours_are_read() {
    let results = Results::new();
    let line = "\u{1b}[32mBenchmarkPut-2\u{1b}[0m 100 12.5 ns/op\u{1b}[K\n";
    let coloured = write(&results, "coloured.txt", line);
    let plain = write(&results, "plain.txt", GO);
    let output = results.run(&[&coloured, &plain], 0).stdout;
    assert!(output.contains("\nBenchmarkPut-2 "), "{output}");
}

/// As two commands that hyperfine timed.
#[test]
fn sides_without_a_common_benchmark_are_told_what_they_have() {
    let results = Results::new();
    let file = |name: &str| {
        let text = format!(
            r#"{{"results":[{{"command":"./{name}","times":[1.0]}}]}}"#
        );
        write(&results, &format!("{name}.json"), &text)
    };
    let sides = [file("first"), file("second")];
    let named = [format!("old={}", sides[0]), format!("new={}", sides[1])];
    let error = results.run(&[&named[0], &named[1]], 2).stderr;
    let what = "old has `./first`, new has `./second`";
    assert!(error.contains(what), "{error}");
}

/// Which way is better of them nobody says, so no gate judges them.
#[test]
fn counters_of_google_s_benchmarks_have_tables_of_their_own() {
    let results = Results::new();
    let file = |name: &str, hits: u32| {
        let of = |index: u32| {
            format!(
                r#"{{"name":"BM_Put","run_name":"BM_Put","threads":1,
                "run_type":"iteration","repetitions":2,
                "repetition_index":{index},"iterations":10,"real_time":2.5,
                "cpu_time":2.5,"time_unit":"us","label":"x",
                "hits":{}}}"#,
                hits + index
            )
        };
        let text =
            format!(r#"{{"context":{{}},"benchmarks":[{},{}]}}"#, of(0), of(1));
        write(&results, name, &text)
    };
    let sides = [file("old.json", 100), file("new.json", 300)];
    let text = results.run(&[&sides[0], &sides[1]], 0).stdout;
    let (_, hits) = text.split_once("\nhits\n").unwrap();
    let row = hits.lines().nth(1).unwrap();
    assert!(row.contains("100.5") && row.contains("300.5"), "{text}");
    assert!(!text.contains("threads"), "{text}");
}

#[test]
fn lines_of_libtest_are_read() {
    let results = Results::new();
    let side = |label: &str, time: u32| {
        let file = |run: u32| {
            let text = format!(
                "running 1 test\ntest put ... bench: {} ns/iter (+/- 9)\n",
                time + run
            );
            write(&results, &format!("{label}{run}.txt"), &text)
        };
        let files: Vec<_> = (0..5).map(file).collect();
        format!("{label}={}", files.join(","))
    };
    let sides = [side("old", 1000), side("new", 1200)];
    let text = results.run(&[&sides[0], &sides[1]], 0).stdout;
    assert!(text.contains("5+5  slower"), "{text}");
    let more = ["--estimator", "median", "--fail-on", "slower"];
    let all = [&more[..], &[&sides[0], &sides[1]]].concat();
    results.run(&all, 1);
}

#[test]
fn a_throughput_of_an_unknown_kind_hides_no_time() {
    let results = Results::new();
    for side in ["old", "new"] {
        results.save_with("a", side, 10.0, r#"{"Pixels":5}"#);
        results.save_with("b", side, 10.0, r#"{"Bytes":5}"#);
    }
    let text = results.run(&["old", "new"], 0).stdout;
    let (times, rates) = text.split_once("throughput").unwrap();
    let row = |text: &str| text.lines().any(|line| line.starts_with("a "));
    assert!(row(times) && !row(rates), "{text}");
}

/// A run that is named twice has not been made twice.
#[test]
fn a_run_counts_once_however_often_it_is_named() {
    let results = Results::new();
    for run in 1..=4 {
        results.save("a", &format!("old-{run}"), 100.0 + f64::from(run));
        results.save("a", &format!("new-{run}"), 120.0 + f64::from(run));
    }
    let old = "old=old-1,old-1,old-*";
    let text = results.run(&[old, "new-*"], 0).stdout;
    assert!(text.contains("4+4"), "{text}");
    assert!(text.contains("old names `old-1` twice"), "{text}");
    let file = write(&results, "go.txt", GO);
    let other = format!("{}/./go.txt", results.path().display());
    let twice = format!("old={file},{other}");
    let text = results.run(&[&twice, &file], 0).stdout;
    assert!(text.contains("1+1"), "{text}");
}

/// A name that has signs of a pattern in it stands for itself first.
#[test]
fn a_baseline_may_be_called_like_a_pattern() {
    let results = Results::new();
    results.save("a", "v[1]", 10.0);
    results.save("a", "v1", 20.0);
    let text = results.run(&["v[1]", "v1"], 0).stdout;
    assert!(text.contains("2.000"), "{text}");
}

/// A baseline that is kept elsewhere; and a link that leads in a circle.
#[cfg(unix)]
#[test]
fn a_link_to_a_baseline_is_one() {
    use std::os::unix::fs::symlink;
    let results = Results::new();
    results.save("a", "new", 20.0);
    results.save("elsewhere", "x", 10.0);
    let from = results.path().join("elsewhere/x");
    let kept = results.path().with_file_name("kept");
    fs::rename(from, &kept).unwrap();
    let text = fs::read_to_string(kept.join("benchmark.json")).unwrap();
    let text = text.replace("elsewhere", "a");
    fs::write(kept.join("benchmark.json"), text).unwrap();
    symlink(&kept, results.path().join("a/old")).unwrap();
    symlink(results.path(), results.path().join("a/circle")).unwrap();
    let text = results.run(&["old", "new"], 0).stdout;
    assert!(text.contains("2.000"), "{text}");
    let listed = results.run(&["--baselines"], 0).stdout;
    assert!(listed.contains("  old\n"), "{listed}");
}
