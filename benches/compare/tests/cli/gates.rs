//! What must never pass a gate.

use std::fs;

use crate::results::Results;

fn runs(results: &Results, id: &str, side: &str, kind: &str, factor: f64) {
    for run in 1..=5 {
        let time = 100.0 * factor * (1.0 + f64::from(run) / 1000.0);
        results.save_with(id, &format!("{side}-{run}"), time, kind);
    }
}

fn gate<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&["--fail-on", "slower"], more].concat()
}

/// A variable of a script may be empty.
#[test]
fn a_side_that_nobody_named() {
    let results = Results::new();
    runs(&results, "a", "old", "null", 1.0);
    for sides in [&[][..], &["old-*"], &["", "old-*"]] {
        let error = results.run(&gate(sides), 2).stderr;
        assert!(error.contains("error: "), "{error}");
    }
    let error = results.run(&gate(&["old-*"]), 2).stderr;
    assert!(error.contains("name both"), "{error}");
}

#[test]
fn a_verdict_that_is_only_explained() {
    let results = Results::new();
    runs(&results, "a", "old", "null", 1.0);
    runs(&results, "a", "new", "null", 3.0);
    results.run(&gate(&["--explain", "a", "old-*", "new-*"]), 2);
}

/// What is not shown is judged all the same.
#[test]
fn an_open_question_that_is_not_shown() {
    let results = Results::new();
    for run in 1..=5 {
        let noise = 1.0 + f64::from(run) / 100.0;
        results.save("a", &format!("old-{run}"), 100.0 * noise);
        results.save("a", &format!("new-{run}"), 101.0 * noise);
    }
    let sides = ["old-*", "new-*"];
    results.run(&gate(&sides), 3);
    results.run(&gate(&[&sides[..], &["--significant"]].concat()), 3);
}

/// The style changes the look and not the judgement.
#[test]
fn a_loss_in_benchcmp_s_style() {
    let results = Results::new();
    let file = |name: &str, allocations: u32| {
        let path = results.path().join(name);
        let line = |name: &str, allocations: u32| {
            format!(
                "Benchmark{name} 100 10 ns/op 8 B/op {allocations} allocs/op\n"
            )
        };
        let text = line("X", allocations) + &line("Y", 1);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (old, new) = (file("old.txt", 1), file("new.txt", 2));
    let sides = ["--style", "benchcmp", &old, &new];
    let text = results.run(&gate(&sides), 1).stdout;
    assert!(text.contains("+100.00%"), "{text}");
    let filtered = [&sides[..], &["-f", "Y"]].concat();
    let text = results.run(&filtered, 0).stdout;
    assert!(text.contains("BenchmarkY"), "{text}");
    assert!(!text.contains("BenchmarkX"), "{text}");
    let filtered = [&sides[..], &["-f", "nothing"]].concat();
    let error = results.run(&filtered, 2).stderr;
    assert!(error.contains("matches the filter"), "{error}");
    let json = [&sides[..], &["--format", "json"]].concat();
    let text = results.run(&json, 0).stdout;
    assert!(text.starts_with('{'), "{text}");
}

#[test]
fn a_count_that_vanished() {
    let results = Results::new();
    for side in ["old", "new"] {
        runs(&results, "a", side, "null", 1.0);
        for run in 1..=5 {
            results.count("a", &format!("{side}-{run}"), 1.0, 8.0);
        }
    }
    results.run(&gate(&["old-*", "new-*"]), 0);
    fs::remove_file(results.file("a", "new-3", "allocations.json")).unwrap();
    let error = results.run(&gate(&["old-*", "new-*"]), 3).stderr;
    assert!(error.contains("a (allocations), a (bytes)"), "{error}");
}

/// Counts say the same on any machine, so that one run is enough.
#[test]
fn only_what_is_judged_decides() {
    for (count, status) in [(1.0, 0), (2.0, 1), (0.0, 0)] {
        let results = Results::new();
        runs(&results, "a", "old", "null", 1.0);
        runs(&results, "a", "new", "null", 3.0);
        results.count("a", "old-1", 1.0, 8.0);
        results.count("a", "new-1", count, 8.0);
        let sides = ["--judge", "allocations,bytes", "old-1", "new-1"];
        results.run(&gate(&sides), status);
        let error =
            results.run(&gate(&["--judge", "answers", "old-1", "new-1"]), 3);
        assert!(error.stderr.contains("no row is about answers"));
        results.run(&gate(&["--judge", "time", "old-1", "new-1"]), 3);
    }
}

/// A refactoring must change nothing.
#[test]
fn a_change_for_the_better() {
    for (factor, status) in [(0.5, 1), (1.0, 0), (1.5, 1), (1.019, 3)] {
        let results = Results::new();
        runs(&results, "a", "old", "null", 1.0);
        runs(&results, "a", "new", "null", factor);
        let changed = ["--fail-on", "changed", "old-*", "new-*"];
        results.run(&changed, status);
    }
}

/// Half the work in the same time.
#[test]
fn a_rate_that_halved() {
    let results = Results::new();
    for (id, new) in [("a", r#"{"Bytes":500}"#), ("b", r#"{"Bytes":1000}"#)] {
        runs(&results, id, "old", r#"{"Bytes":1000}"#, 1.0);
        runs(&results, id, "new", new, 1.0);
    }
    let text = results.run(&gate(&["old-*", "new-*"]), 1).stdout;
    let (times, rates) = text.split_once("throughput").unwrap();
    assert!(!times.contains("slower"), "{text}");
    assert_eq!(rates.matches("slower").count(), 1, "{text}");
    results.run(&gate(&["old-*", "new-*", "-f", "b"]), 0);
}
