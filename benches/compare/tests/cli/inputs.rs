//! Sources other than criterion's directory.

use std::fs;

use crate::results::Results;

pub(crate) const GO: &str =
    "BenchmarkPut-2 \t 100 \t 12.5 ns/op \t 0 B/op\nPASS\n";

pub(crate) fn write(results: &Results, name: &str, text: &str) -> String {
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
    let output = results.run(&[&path, &path], 2);
    let error = output.stderr;
    assert!(error.contains("cut.txt:3:1: the line is cut short"), "{error}");
    assert!(output.stdout.contains("BenchmarkPut-2"), "the rest is shown");
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

#[test]
fn marks_and_encodings_of_other_systems_are_read() {
    let results = Results::new();
    let utf16: Vec<u8> = std::iter::once(0xfeff)
        .chain(GO.encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    let path = results.path().join("powershell.txt");
    fs::write(&path, utf16).unwrap();
    let powershell = path.to_str().unwrap();
    let marked = write(&results, "marked.txt", &format!("\u{feff}{GO}"));
    let output = results.run(&[powershell, &marked], 0).stdout;
    assert!(output.contains("BenchmarkPut-2"), "{output}");
}

#[test]
fn one_name_in_two_packages_is_two_benchmarks() {
    let results = Results::new();
    let text = |second: u32| {
        format!(
            "pkg: a\nBenchmarkX 1 10 ns/op\npkg: b\nBenchmarkX 1 {second} ns/op\n"
        )
    };
    let old = write(&results, "old.txt", &text(50));
    let new = write(&results, "new.txt", &text(150));
    let output = results.run(&[&old, &new, "--format", "csv"], 0).stdout;
    assert!(output.contains("a.BenchmarkX,10,10,1,"), "{output}");
    assert!(output.contains("b.BenchmarkX,50,150,2.99"), "{output}");
}

/// A package more in one file renames nothing in the other.
#[test]
fn a_new_package_hides_no_old_benchmark() {
    let results = Results::new();
    let of = |package: &str| format!("pkg: {package}\nBenchmarkX 1 10 ns/op\n");
    let one = write(&results, "one.txt", &of("a"));
    let two = write(&results, "two.txt", &(of("a") + &of("b")));
    let bare = write(&results, "bare.txt", "BenchmarkX 1 10 ns/op\n");
    let gate = ["--fail-on", "slower"];
    let text = results.run(&[&one, &two], 0).stdout;
    assert!(text.contains("a.BenchmarkX"), "{text}");
    assert!(text.contains("not on every side: b.BenchmarkX"), "{text}");
    let text = results.run(&[&gate[..], &[&two, &one]].concat(), 3);
    assert!(text.stderr.contains("b.BenchmarkX"), "{}", text.stderr);
    // Where there is one package, its name says nothing.
    for sides in [[&one, &one], [&one, &bare], [&bare, &one]] {
        let text = results.run(&[sides[0], sides[1]], 0).stdout;
        assert!(text.contains("\nBenchmarkX "), "{text}");
    }
}

#[test]
fn patterns_and_whole_names_find_files() {
    let results = Results::new();
    let odd = write(&results, "a=b,c.txt", GO);
    write(&results, "n10.txt", GO);
    write(&results, "n9.txt", GO);
    let pattern = format!("new={}/n*.txt", results.path().display());
    let output = results.run(&[&odd, &pattern], 0).stdout;
    assert!(output.contains("1+2"), "{output}");
}

/// A mean of many iterations wobbles by a byte; that is no regression.
#[test]
fn a_byte_of_a_mean_is_no_change() {
    let results = Results::new();
    let text = |bytes: u32| format!("BenchmarkX 1 10 ns/op {bytes} B/op\n");
    let old = write(&results, "old.txt", &text(100_000));
    for (bytes, word) in [(100_001, "same"), (103_000, "more")] {
        let new = write(&results, "new.txt", &text(bytes));
        let output = results.run(&[&old, &new], 0).stdout;
        let row = output.lines().find(|line| line.contains("100000"));
        assert!(row.unwrap().ends_with(word), "{output}");
    }
}

#[test]
fn an_id_in_two_folders_is_two_rows() {
    let results = Results::new();
    for side in ["old", "new"] {
        results.save("a", side, 10.0);
        results.save("b", side, if side == "old" { 10.0 } else { 30.0 });
        let path = results.file("b", side, "benchmark.json");
        let text = fs::read_to_string(&path).unwrap();
        let text = text.replace("\"full_id\":\"b\"", "\"full_id\":\"a\"");
        fs::write(&path, text).unwrap();
    }
    let output = results.run(&["old", "new"], 0);
    let warned = output.stderr.matches("carry the id `a`").count();
    assert_eq!(warned, 1, "{}", output.stderr);
    for row in ["a (a)", "a (b)"] {
        assert!(output.stdout.contains(row), "{}", output.stdout);
    }
}

#[test]
fn a_name_cannot_write_to_the_terminal_or_a_spreadsheet() {
    let results = Results::new();
    let names = ["\\u001b[31mred\\nsecond", "=HYPERLINK(0)", "@team"];
    for (folder, name) in names.iter().enumerate() {
        for side in ["old", "new"] {
            let folder = folder.to_string();
            results.save(&folder, side, 10.0);
            let path = results.file(&folder, side, "benchmark.json");
            let text = format!(r#"{{"full_id":"{name}","throughput":null}}"#);
            fs::write(path, text).unwrap();
        }
    }
    let text = results.run(&["old", "new"], 0).stdout;
    assert!(!text.contains('\u{1b}'), "{text}");
    assert!(text.contains(r"\u{1b}[31mred\nsecond"), "{text}");
    let csv = results.run(&["old", "new", "--format", "csv"], 0).stdout;
    assert!(csv.contains(",'=HYPERLINK(0),"), "{csv}");
    let markdown = results.run(&["old", "new", "--format", "markdown"], 0);
    assert!(!markdown.stdout.contains("@team"), "{}", markdown.stdout);
}

/// Exports of several machines: pairs never cross from one to another.
#[test]
fn exports_of_two_machines_are_combined_in_pairs() {
    let results = Results::new();
    let export = |side: &str, machine: &str, factor: f64, slow: f64| {
        let run = |round: u32| {
            // The machine drifts, which its pairs share.
            let time = slow * factor * (10.0 + f64::from(round));
            format!(
                r#"{{"name":"{side}-{round}","machine":"{machine}",
                "round":{round},"benchmarks":{{"a":{{"throughput":null,
                "allocations":null,"bytes":null,"iters":[1.0],
                "times":[{time}]}}}}}}"#
            )
        };
        let runs: Vec<_> = (1..=4).map(run).collect();
        let text = format!(
            r#"{{"bench_compare_export":1,"runs":[{}]}}"#,
            runs.join(",")
        );
        write(&results, &format!("{side}-{machine}.json"), &text)
    };
    let side = |name: &str, factor: f64| {
        let one = export(name, "one", factor, 1.0);
        let two = export(name, "two", factor, 50.0);
        format!("{name}={one},{two}")
    };
    let sides = [side("old", 1.0), side("new", 1.1)];
    let text = results.run(&[&sides[0], &sides[1]], 0).stdout;
    assert!(text.contains("8 pairs") && text.contains("slower"), "{text}");
    assert!(text.contains("the pairs beside them"), "{text}");
}

/// Each process that hyperfine timed is a replicate.
#[test]
fn json_of_hyperfine_is_read() {
    let results = Results::new();
    let text = |times: &str| {
        format!(
            r#"{{"results":[{{"command":"ls","mean":1.0,"times":[{times}]}}]}}"#
        )
    };
    let old = write(&results, "old.json", &text("0.10,0.11,0.12,0.13,0.14"));
    let new = write(&results, "new.json", &text("0.20,0.21,0.22,0.23,0.24"));
    let output = results.run(&[&old, &new], 0).stdout;
    assert!(output.contains("120 ms") && output.contains("5+5"), "{output}");
    assert!(output.contains("slower"), "{output}");
}

#[test]
fn json_of_google_benchmark_is_read() {
    let results = Results::new();
    let text = r#"{"context":{},"benchmarks":[
        {"name":"BM_Put","run_type":"iteration","iterations":10,
         "real_time":2.5,"cpu_time":2.5,"time_unit":"us"},
        {"name":"BM_Put_mean","run_type":"aggregate","iterations":1,
         "real_time":9.0,"cpu_time":9.0,"time_unit":"us"}]}"#;
    let path = write(&results, "google.json", text);
    let output = results.run(&[&path, &path], 0).stdout;
    assert!(output.contains("2.50 us"), "{output}");
    assert!(!output.contains("BM_Put_mean"), "{output}");
}

#[test]
fn marked_json_is_read() {
    let results = Results::new();
    results.save("a", "old", 100.0);
    results.save("a", "new", 100.0);
    let path = results.path().join("old.json");
    let path = path.to_str().unwrap();
    results.run(&["export", "old", "-o", path], 0);
    let text = fs::read_to_string(path).unwrap();
    fs::write(path, format!("\u{feff}{text}")).unwrap();
    results.run(&[path, "new"], 0);
}

/// The amount doubled with the time: the rate is what it was.
#[test]
fn a_rate_is_judged_by_itself() {
    let results = Results::new();
    for run in 1..=5 {
        let noise = 1.0 + f64::from(run) / 1000.0;
        let old = r#"{"Bytes":1000}"#;
        let name = format!("old-{run}");
        results.save_with("a", &name, 100.0 * noise, old);
        let new = r#"{"Bytes":2000}"#;
        let name = format!("new-{run}");
        results.save_with("a", &name, 200.0 * noise, new);
    }
    let text = results.run(&["old-*", "new-*"], 0).stdout;
    let (time, rate) = text.split_once("throughput").unwrap();
    assert!(time.contains("slower"), "{text}");
    let row = rate.lines().find(|line| line.starts_with('a')).unwrap();
    assert!(row.ends_with("same"), "{text}");
}

#[test]
fn lines_of_one_go_test_are_called_samples_of_one_process() {
    let results = Results::new();
    let old = write(&results, "old.txt", &GO.repeat(10));
    let new = write(&results, "new.txt", &GO.replace("12.5", "15").repeat(10));
    let text = results.run(&[&old, &new], 0).stdout;
    assert!(text.contains("unreplicated"), "{text}");
    assert!(text.contains("go test -c"), "{text}");
}

/// All of old measured before any of new: drift looks like a change.
#[test]
fn sides_that_were_measured_one_after_the_other_are_named() {
    let results = Results::new();
    let hour = std::time::Duration::from_secs(3600);
    let start = std::time::UNIX_EPOCH + 500_000 * hour;
    for (index, side) in ["old", "new"].into_iter().enumerate() {
        for run in 0..5_u32 {
            let name = format!("{side}-{run}");
            results.save("a", &name, 100.0 + f64::from(run));
            let path = results.file("a", &name, "sample.json");
            let file = fs::File::options().write(true).open(path).unwrap();
            let at = start + hour * (run + 10 * index as u32);
            file.set_modified(at).unwrap();
        }
    }
    let note = "before the first of new-*";
    let text = results.run(&["old-*", "new-*"], 0).stdout;
    assert!(text.contains(note), "{text}");
    let mixed = ["old-*", "new=new-0,old-4,new-1,new-2"];
    let text = results.run(&mixed, 0).stdout;
    assert!(!text.contains("before the first"), "{text}");
}

/// With ties the interval ends at 1, where the test rejects, were it not
/// moved by the smallest step there is.
#[test]
fn an_interval_leaves_out_what_the_test_rejects() {
    let results = Results::new();
    let side = |label: &str, times: &[u32]| {
        let mut files = Vec::new();
        for (run, time) in times.iter().enumerate() {
            let text = format!("BenchmarkX 1 {time} ns/op\n");
            files.push(write(&results, &format!("{label}{run}.txt"), &text));
        }
        format!("{label}={}", files.join(","))
    };
    let old = side("old", &[101, 101, 100, 101]);
    let new = side("new", &[104, 104, 104, 101, 103, 104]);
    let options = ["--format", "json", &old, &new];
    let text = results.run(&options, 0).stdout;
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    let row = &json["rows"][0];
    let [p, low] = ["p", "low"].map(|name| row[name].as_f64().unwrap());
    assert!(p > 0.05 || low > 1.0, "{row}");
    assert!(p <= 0.05, "the case is one of a rejection: {row}");
}
