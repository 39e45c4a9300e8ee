//! Sources other than criterion's directory.

use std::fs;

use crate::results::Results;

const GO: &str = "BenchmarkPut-2 \t 100 \t 12.5 ns/op \t 0 B/op\nPASS\n";

fn write(results: &Results, name: &str, text: &str) -> String {
    let path = results.path().join(name);
    fs::create_dir_all(results.path()).unwrap();
    fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn standard_input_and_one_file_of_go_for_each_process() {
    let results = Results::new();
    let file = |run: u32| {
        let text = GO.replace("12.5", &format!("1{run}.5"));
        write(&results, &format!("run-{run}.txt"), &text)
    };
    let files: Vec<String> = (0..5).map(file).collect();
    let old = &format!("old={}", files.join(","));
    let mut command = results.command(&[old, "new=-"]);
    let assert = command.write_stdin(GO).assert().code(0);
    let text = String::from_utf8_lossy(&assert.get_output().stdout);
    assert!(text.contains("5+1"), "{text}");
}

#[test]
fn a_cut_line_of_go_is_named_by_its_number() {
    let results = Results::new();
    let text = format!("{GO}BenchmarkGet-2 100 12.5\n");
    let path = write(&results, "cut.txt", &text);
    let error = results.run(&[&path, &path], 2).stderr;
    assert!(error.contains("cut.txt:3:1: the line is cut short"), "{error}");
    let nothing = write(&results, "nothing.txt", "PASS\n");
    let error = results.run(&[&nothing, &nothing], 2).stderr;
    assert!(error.contains("no benchmark result"), "{error}");
}

#[test]
fn an_export_reads_back_with_its_samples() {
    let results = Results::new();
    for run in 1..=5 {
        results.save("a", &format!("old-{run}"), 100.0 + f64::from(run));
        results.save("a", &format!("new-{run}"), 120.0 + f64::from(run));
    }
    let direct = results.run(&["old=old-*", "new=new-*"], 0).stdout;
    let path = results.path().join("old.json");
    let path = path.to_str().unwrap();
    results.run(&["export", "old-*", "-o", path], 0);
    let source = format!("old={path}");
    let read = results.run(&[&source, "new=new-*"], 0).stdout;
    assert_eq!(read, direct);
}

#[test]
fn an_export_of_critcmp_is_read() {
    let results = Results::new();
    let estimate = |time: f64| {
        format!(
            r#"{{"confidence_interval":{{"confidence_level":0.95,"lower_bound":{},
            "upper_bound":{}}},"point_estimate":{time},"standard_error":1.0}}"#,
            time - 1.0,
            time + 1.0
        )
    };
    let text = format!(
        r#"{{"name":"old","benchmarks":{{"a":{{"baseline":"old","fullname":"a",
        "criterion_benchmark_v1":{{"group_id":"a","function_id":null,
        "value_str":null,"throughput":{{"Elements":10}},"full_id":"a",
        "directory_name":"a"}},"criterion_estimates_v1":{{"mean":{mean},
        "median":{median},"median_abs_dev":{median},"slope":null,
        "std_dev":{mean}}}}}}}}}"#,
        mean = estimate(60.0),
        median = estimate(50.0)
    );
    let path = write(&results, "critcmp.json", &text);
    results.save("a", "new", 100.0);
    let output = results.run(&[&path, "new"], 0).stdout;
    // Medians on both sides, because the export has no fastest sample.
    assert!(output.contains("50.0 ns") && output.contains("2.200"), "{output}");
    assert!(output.contains("the median of the samples stands"), "{output}");
    let other = write(&results, "other.json", "{\"a\": 1}");
    let error = results.run(&[&other, "new"], 2).stderr;
    assert!(error.contains("neither an export"), "{error}");
}

#[test]
fn a_noise_profile_stands_behind_one_run_a_side() {
    let results = Results::new();
    for run in 1..=40 {
        let time = 100.0 + f64::from(run * 7 % 11) / 10.0;
        results.save("a", &format!("aa-{run}"), time);
    }
    results.save("a", "old", 100.0);
    results.save("a", "new", 110.0);
    let profile = results.path().join("noise.json");
    let profile = profile.to_str().unwrap();
    results.run(&["calibrate", "aa-*", "-o", profile], 0);
    let plain = results.run(&["old", "new"], 0).stdout;
    assert!(plain.contains("unreplicated") && !plain.contains("slower"));
    let judged = results.run(&["old", "new", "--noise", profile], 0).stdout;
    assert!(judged.contains("slower"), "{judged}");
    let error = results.run(&["calibrate", "old"], 2).stderr;
    assert!(error.contains("at least 38 runs"), "{error}");
}
