//! Metrics of Go's benchmarks, thresholds of their own, and machines.

use std::fs;

use crate::results::Results;

/// Writes runs of one benchmark with a metric; returns the side's argument.
fn side(
    results: &Results,
    label: &str,
    head: &str,
    runs: impl IntoIterator<Item = (u32, f64, &'static str)>,
) -> String {
    let mut files = Vec::new();
    for (run, value, unit) in runs {
        let path = results.path().join(format!("{label}-{run}.txt"));
        let text = format!("{head}BenchmarkX-2 100 50 ns/op {value} {unit}\n");
        fs::write(&path, text).unwrap();
        files.push(path.to_str().unwrap().to_owned());
    }
    format!("{label}={}", files.join(","))
}

fn six(
    value: f64,
    unit: &'static str,
) -> impl Iterator<Item = (u32, f64, &'static str)> {
    (1..=6).map(move |run| (run, value * (1.0 + f64::from(run) / 1000.0), unit))
}

/// Rates should be high, costs low; a line says so of any other unit.
#[test]
fn the_gate_knows_which_way_is_better() {
    for (unit, head, factor, status, word) in [
        ("req/s", "", 0.8, 1, "worse"),
        ("req/s", "", 1.2, 0, "better"),
        ("misses/op", "", 1.2, 1, "worse"),
        ("misses/op", "", 1.0, 0, "same"),
        ("answers", "", 1.2, 0, "more"),
        ("answers", "", 0.8, 0, "less"),
        ("answers", "Unit answers better=higher\n", 0.8, 1, "worse"),
        ("answers", "Unit answers better=lower\n", 0.8, 0, "better"),
        ("n/op", "Unit n/op assume=exact\n", 1.001, 1, "worse"),
    ] {
        let results = Results::new();
        let old = side(&results, "old", head, six(500.0, unit));
        let new = side(&results, "new", head, six(500.0 * factor, unit));
        let gate = ["--fail-on", "slower", &old, &new];
        let text = results.run(&gate, status).stdout;
        let (_, block) = text.split_once(&format!("\n{unit}\n")).unwrap();
        let row = block.lines().nth(1).unwrap();
        assert!(row.ends_with(word), "{unit} {head} {factor}: {text}");
    }
}

#[test]
fn a_metric_that_vanished_does_not_pass_the_gate() {
    let results = Results::new();
    let old = side(&results, "old", "", six(5.0, "req/s"));
    let new = side(&results, "new", "", six(5.0, "answers"));
    let gate = ["--fail-on", "slower", &old, &new];
    let error = results.run(&gate, 3).stderr;
    assert!(error.contains("BenchmarkX-2 (req/s)"), "{error}");
}

/// Go leaves out the time where `b.ReportMetric(0, "ns/op")` asks for it.
#[test]
fn a_benchmark_without_a_time_has_its_metrics() {
    let results = Results::new();
    let file = |name: &str, lines: &str| {
        let path = results.path().join(name);
        fs::write(&path, lines).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let line = |run: u32, answers: f64| {
        let answers = answers * (1.0 + f64::from(run) / 1000.0);
        format!(
            "BenchmarkPut-2 100 50 ns/op\n\
             BenchmarkAsk-2 100 {answers} answers/s 80 MB/s 8 B/op\n"
        )
    };
    let side = |label: &str, answers: f64| {
        let name = |run| format!("{label}-{run}.txt");
        let files = (1..=6).map(|run| file(&name(run), &line(run, answers)));
        format!("{label}={}", files.collect::<Vec<_>>().join(","))
    };
    let (old, new) = (side("old", 100.0), side("new", 70.0));
    let text = results.run(&["--fail-on", "slower", &old, &new], 1).stdout;
    let (times, metrics) = text.split_once("\nbytes\n").unwrap();
    assert!(!times.contains("BenchmarkAsk"), "{text}");
    assert!(!times.contains("geometric"), "one time has no mean: {text}");
    let row = |text: &str, unit: &str| {
        let (_, block) = text.split_once(&format!("{unit}\n")).unwrap();
        block.lines().nth(1).unwrap().to_owned()
    };
    assert!(row(metrics, "\nanswers/s").ends_with("worse"), "{text}");
    assert!(row(metrics, "\nMB/s").ends_with("same"), "{text}");
    // Alone it is a table too, whose title says what is compared.
    let only = ["-f", "Ask", "--judge", "answers/s", "--fail-on", "slower"];
    let text = results.run(&[&only[..], &[&old, &new]].concat(), 1).stdout;
    assert!(text.starts_with("bytes\nbenchmark"), "{text}");
    for format in ["markdown", "csv", "json", "html"] {
        let options = ["--format", format, "-f", "Ask", &old, &new];
        let text = results.run(&options, 0).stdout;
        assert!(text.contains("answers/s"), "{format}: {text}");
    }
    let html = ["--format", "html", "-f", "Ask", "-f", "!nothing"];
    let html = results.run(&[&html[..], &[&old, &new]].concat(), 0).stdout;
    assert!(html.contains(">1 same</span>, 0 undecided"), "{html}");
    let listed = results.run(&["--list", "-f", "Ask", &old, &new], 0).stdout;
    assert!(listed.starts_with("bytes\n"), "{listed}");
    // What is kept says the same.
    for side in [&old, &new] {
        let label = side.split('=').next().unwrap();
        let path = results.path().join(format!("{label}.json"));
        results.run(&["export", side, "-o", path.to_str().unwrap()], 0);
    }
    let [old_file, new_file] = ["old", "new"].map(|label| {
        format!("{label}={}/{label}.json", results.path().display())
    });
    let sides: [&str; 2] = [&old_file, &new_file];
    let kept = results.run(&[&only[..], &sides].concat(), 1).stdout;
    assert_eq!(kept, text);
    // A time that is gone is a loss.
    let timed = file("timed.txt", "BenchmarkX 100 50 ns/op 8 B/op\n");
    let silent = file("silent.txt", "BenchmarkX 100 8 B/op\n");
    let gate = ["--fail-on", "slower", &timed, &silent];
    let error = results.run(&gate, 3).stderr;
    assert!(error.contains("BenchmarkX (time)"), "{error}");
    let error = results.run(&["--explain", "BenchmarkX", &timed, &silent], 2);
    assert!(error.stderr.contains("has a time"), "{}", error.stderr);
}

fn two_groups() -> Results {
    let results = Results::new();
    for run in 1..=5 {
        let noise = 1.0 + f64::from(run) / 1000.0;
        for (id, factor) in [("io/read/1k", 1.04), ("put/1k", 1.0)] {
            results.save(id, &format!("old-{run}"), 100.0 * noise);
            results.save(id, &format!("new-{run}"), 100.0 * factor * noise);
        }
    }
    results
}

#[test]
fn a_threshold_of_its_own_decides_for_its_benchmarks_only() {
    let results = two_groups();
    let sides = ["--fail-on", "slower", "old-*", "new-*"];
    for (thresholds, status) in [
        (&[][..], 1),
        (&["io/**=10%"], 0),
        (&["10%"], 0),
        // Between the parts of an id a single star stops.
        (&["io/*=10%"], 1),
        // The last that matches counts.
        (&["io/**=10%", "**/1k=1%"], 1),
        (&["io/**=1%", "io/read/*=10%"], 0),
        (&["10%", "io/**=1%"], 1),
    ] {
        let options: Vec<_> =
            thresholds.iter().flat_map(|it| ["--threshold", it]).collect();
        let all = [&options[..], &sides].concat();
        let text = results.run(&all, status).stdout;
        let named = thresholds.iter().filter(|it| it.contains('=')).count();
        assert_eq!(
            text.matches("note: the threshold of").count()
                + text
                    .matches("note: no benchmark matches the threshold")
                    .count(),
            named,
            "{text}"
        );
    }
    for wrong in ["io/**=", "=x%", "a[=5%", "-1%", "nan"] {
        results.run(&["--threshold", wrong, "old-*", "new-*"], 2);
    }
}

#[test]
fn each_row_says_by_which_threshold_it_was_judged() {
    let json = ["--threshold", "io/**=10%", "--format", "json"];
    let all = [&json[..], &["old-*", "new-*"]].concat();
    let text = two_groups().run(&all, 0).stdout;
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    let rows = json["rows"].as_array().unwrap().iter();
    let times = rows.filter(|row| row["metric"] == "time");
    let all: Vec<_> = times
        .map(|row| (row["threshold"].clone(), row["verdict"].clone()))
        .collect();
    let row = |margin: f64| (margin.into(), "same".into());
    assert_eq!(all, [row(0.1), row(0.02)]);
}

/// What an export says of its machine is compared with this one.
#[test]
fn another_machine_is_named() {
    let results = two_groups();
    let path = results.path().join("old.json");
    let path = path.to_str().unwrap();
    results.run(&["export", "old-*", "-o", path], 0);
    let text = fs::read_to_string(path).unwrap();
    let mut export: serde_json::Value = serde_json::from_str(&text).unwrap();
    let old = format!("old={path}");
    let same = results.run(&[&old, "new-*"], 0).stdout;
    assert!(!same.contains("another machine"), "{same}");
    for run in export["runs"].as_array_mut().unwrap() {
        run["machine"] = "a toaster, 1 thread, linux".into();
    }
    fs::write(path, export.to_string()).unwrap();
    let other = results.run(&[&old, "new-*"], 0).stdout;
    assert!(other.contains("another machine (a toaster"), "{other}");
}

#[test]
fn a_filter_reads_no_samples_of_what_it_leaves_out() {
    let results = two_groups();
    let broken = results.file("put/1k", "new-1", "sample.json");
    fs::write(broken, "{").unwrap();
    let text = results.run(&["old-*", "new-*", "-f", "^io/"], 0).stdout;
    assert!(text.contains("io/read/1k"), "{text}");
    results.run(&["old-*", "new-*"], 2);
    results.run(&["old-*", "new-*", "-f", "nothing"], 2);
}
