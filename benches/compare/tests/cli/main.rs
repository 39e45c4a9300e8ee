//! The command as a process.

mod blocks;
mod counting;
mod exports;
mod gates;
mod golden;
mod habits;
mod inputs;
mod metrics;
mod oddities;
mod outside;
mod programs;
mod real;
mod results;
mod rounds;
mod sources;
mod trees;
mod versions;

use std::fs;

use results::Results;

#[test]
fn one_run_a_side_is_unreplicated_and_in_the_order_asked_for() {
    let results = Results::new();
    results.save("queues/put/1k/guard", "old", 100.0);
    results.save("queues/put/1k/guard", "new", 150.0);
    let output = results.run(&["old", "new"], 0);
    let mut lines = output.stdout.lines();
    let head: Vec<_> = lines.next().unwrap().split_whitespace().collect();
    assert_eq!(head[..3], ["benchmark", "old", "new"]);
    let row = lines.next().unwrap();
    assert!(row.contains("100 ns") && row.contains("1.50"), "{row}");
    assert!(row.ends_with("unreplicated"), "{row}");
    assert!(!output.stdout.contains("slower"));

    let swapped = results.run(&["new", "old"], 0).stdout;
    let head: Vec<_> = swapped.split_whitespace().take(3).collect();
    assert_eq!(head, ["benchmark", "new", "old"]);
    assert!(swapped.contains("0.667"), "{swapped}");
}

#[test]
fn runs_are_the_replicates() {
    let results = Results::new();
    for run in 1..=5 {
        results.save("a", &format!("old-{run}"), 100.0 + f64::from(run));
        results.save("a", &format!("new-{run}"), 120.0 + f64::from(run));
    }
    let listed = "new=new-1,new-2,new-3,new-4,new-5";
    for new in ["new-*", listed] {
        let table = results.run(&["old-*", new], 0).stdout;
        let row = table.lines().nth(1).unwrap();
        assert!(row.contains("5+5") && row.ends_with("slower"), "{table}");
    }
}

#[test]
fn an_unknown_baseline_names_those_that_exist() {
    let results = Results::new();
    results.save("a", "old", 1.0);
    results.save("a", "new", 1.0);
    let error = results.run(&["old", "nwe"], 2).stderr;
    assert!(error.contains("no baseline `nwe`; there are: new, old"));
    let error = results.run(&["old", "nwe-*"], 2).stderr;
    assert!(error.contains("no baseline `nwe-*`; there are: new, old"));
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let results = Results::new();
    for name in ["runs.txt", "runs/one", "o*.json"] {
        let error = results.run(&[name, name], 2).stderr;
        assert!(error.contains(&format!("error: {name}: ")), "{error}");
        assert!(!error.contains("cargo bench"), "{error}");
    }
    // A baseline may have such a name.
    results.save("a", "v1.out", 1.0);
    results.run(&["v1.out", "v1.out"], 0);
}

#[test]
fn before_any_run_it_says_what_to_run() {
    let results = Results::new();
    for sides in [&["old", "new"][..], &[]] {
        let error = results.run(sides, 2).stderr;
        assert!(error.contains("cargo bench -- --save-baseline old"));
    }
    let nowhere = results.path().join("nowhere");
    let mut command = results.command(&["old", "new"]);
    let assert = command.env("CRITERION_HOME", nowhere).assert().code(2);
    let error = String::from_utf8_lossy(&assert.get_output().stderr);
    assert!(error.contains("cargo bench -- --save-baseline old"));
}

#[test]
fn a_half_written_file_is_named_with_its_line_and_the_rest_is_shown() {
    let results = Results::new();
    for baseline in ["old", "new"] {
        results.save("broken", baseline, 1.0);
        results.save("whole", baseline, 1.0);
    }
    let path = results.file("broken", "new", "sample.json");
    fs::write(&path, "{\"iters\":[10.0],\n\"times\":[1").unwrap();
    let output = results.run(&["old", "new"], 2);
    let place = format!("{}:2:10: EOF while parsing", path.display());
    assert!(output.stderr.contains(&place), "{}", output.stderr);
    assert!(output.stdout.contains("whole"), "{}", output.stdout);
    let left_out = "note: not on every side: broken";
    assert!(output.stdout.contains(left_out), "{}", output.stdout);
}

#[test]
fn impossible_samples_are_refused() {
    let results = Results::new();
    results.save("a", "old", 1.0);
    results.save("a", "new", 1.0);
    let path = results.file("a", "new", "sample.json");
    for (text, message) in [
        (r#"{"iters":[1.0],"times":[]}"#, "differ in length"),
        (r#"{"iters":[],"times":[]}"#, "no sample"),
        (r#"{"iters":[0.0],"times":[1.0]}"#, "without iterations"),
        (r#"{"iters":[1.0],"times":[-1.0]}"#, "without time"),
        (r#"[]"#, ":1:1: "),
    ] {
        fs::write(&path, text).unwrap();
        let error = results.run(&["old", "new"], 2).stderr;
        assert!(error.contains(message), "{text}: {error}");
    }
}

#[test]
fn files_emptied_by_a_baseline_named_new_are_explained() {
    let results = Results::new();
    results.save("a", "old", 1.0);
    results.save("a", "new", 1.0);
    for name in ["benchmark", "sample", "estimates", "tukey"] {
        let path = results.file("a", "new", &format!("{name}.json"));
        fs::write(path, "").unwrap();
    }
    let error = results.run(&["old", "new"], 2).stderr;
    assert!(error.contains("--save-baseline new"), "{error}");
    assert!(error.contains("benchmark.json:1:1"), "{error}");
}

#[test]
fn a_baseline_against_its_own_copy_is_noted() {
    let results = Results::new();
    results.save("a", "old", 1.0);
    results.save("a", "new", 1.0);
    let text = results.run(&["old", "new"], 0).stdout;
    assert!(text.contains("the very same measurement"), "{text}");
    let path = results.path().join("old.json");
    let path = path.to_str().unwrap();
    results.run(&["export", "old", "-o", path], 0);
    let text = results.run(&[path, "new"], 0).stdout;
    assert!(text.contains("the very same measurement"), "{text}");
}

#[test]
fn usage_errors_exit_with_2() {
    let results = Results::new();
    results.run(&["--no-such-option"], 2);
    results.run(&["--threshold", "much", "old", "new"], 2);
    results.run(&["--alpha", "0", "old", "new"], 2);
    assert!(results.run(&["--help"], 0).stdout.contains("Examples:"));
}
