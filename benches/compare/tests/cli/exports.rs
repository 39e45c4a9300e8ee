//! What a session measured, kept in files: whoever reads them is told what
//! the session said.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::results::{Output, Results};

/// A program of criterion with two benchmarks of `time` ns, on a machine that
/// drifts from round to round; it notes its runs, and fails from the third
/// round on where there is a file `broken`.
fn program(results: &Results, name: &str, time: u32, samples: &str) -> String {
    let folder = results.path().parent().unwrap();
    let text = format!(
        r#"#!/bin/sh
case "$*" in
    *--list*) echo "put: benchmark"; echo "get/1k: benchmark"; exit 0 ;;
esac
while [ $# -gt 0 ]; do
    case "$1" in
        --save-baseline) baseline=$2 ;;
        --exact) id=$2 ;;
    esac
    shift
done
round=${{baseline##*-}}
round=${{round%.*}}
if [ -e {broken} ] && [ "$round" -ge 3 ]; then exit 1; fi
echo "$baseline" >> {log}
place="$CRITERION_HOME/$id/$baseline"
mkdir -p "$place"
echo "{{\"full_id\":\"$id\",\"throughput\":{{\"Elements\":10}}}}" \
    > "$place/benchmark.json"
echo '{{"allocations":2,"bytes":16}}' > "$place/allocations.json"
t=$(({time} * (100 + 7 * round % 40) + round % 3))
{samples} > "$place/sample.json"
"#,
        broken = folder.join("broken").display(),
        log = folder.join("log").display(),
    );
    let path = folder.join(name);
    fs::write(&path, text).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path.to_str().unwrap().to_owned()
}

const THREE: &str = r#"echo "{\"iters\":[10,10,10],\"times\":[$((t * 10 + 7)),$((t * 10)),$((t * 10 + 3))]}""#;
const ONE: &str = r#"echo "{\"iters\":[10],\"times\":[$((t * 10))]}""#;

fn with_path(results: &Results, arguments: &[&str], status: i32) -> Output {
    let mut command = results.command(arguments);
    command.env("PATH", std::env::var("PATH").unwrap());
    let assert = command.assert().code(status);
    let output = assert.get_output();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    Output { stdout: text(&output.stdout), stderr: text(&output.stderr) }
}

/// Measures eight rounds and keeps them in a folder; returns what was said.
fn measure(results: &Results, folder: &Path, more: &[&str]) -> String {
    measure_by(results, "1", folder, more)
}

/// The same by several processes a run.
fn measure_by(
    results: &Results,
    processes: &str,
    folder: &Path,
    more: &[&str],
) -> String {
    let old = program(results, "first", 100, THREE);
    let new = program(results, "second", 103, THREE);
    let folder = folder.to_str().unwrap();
    let all = ["run", &old, &new, "--rounds", "8", "--save", folder];
    let all = [&all[..], &["--processes", processes], more].concat();
    with_path(results, &all, 0).stdout
}

fn compare(results: &Results, folder: &Path, more: &[&str]) -> String {
    let side = |name: &str| {
        format!("{name}={}", folder.join(format!("{name}.json")).display())
    };
    let sides = [side("old"), side("new")];
    let sides = sides.each_ref().map(String::as_str);
    results.run(&[&sides, more].concat(), 0).stdout
}

/// Leaves out what a page says of its command.
fn without_command(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.contains("<dt>Command"));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn what_was_saved_says_what_the_session_said_in_each_format() {
    for more in [
        &[][..],
        &["--list", "--estimator", "median"],
        &["--format", "markdown", "--fail-on", "slower", "--threshold", "5%"],
        &["--format", "csv"],
        &["--format", "json"],
        &["--format", "html"],
        &["--explain", "put"],
    ] {
        let results = Results::new();
        let folder = results.path().parent().unwrap().join("runs/one");
        let said = measure(&results, &folder, more);
        let read = compare(&results, &folder, more);
        assert_eq!(without_command(&read), without_command(&said), "{more:?}");
        if more.is_empty() {
            assert!(said.contains("8 pairs"), "{said}");
        }
    }
}

fn session(results: &Results) -> PathBuf {
    let folder = results.path().with_file_name("bench-compare");
    let only = folder.read_dir().unwrap().next().unwrap().unwrap();
    only.path().join("criterion")
}

/// The baselines of a session are exported like any others.
#[test]
fn an_export_out_of_the_session_s_own_folder_has_its_pairs() {
    let results = Results::new();
    let folder = results.path().parent().unwrap().to_owned();
    let said = measure_by(&results, "3", &folder, &[]);
    let saved = fs::read_to_string(folder.join("old.json")).unwrap();
    let home = session(&results);
    let home = ["--criterion-dir", home.to_str().unwrap()];
    for side in ["old", "new"] {
        let path = folder.join(format!("{side}.json"));
        fs::remove_file(&path).unwrap();
        let pattern = format!("{side}-*");
        let to = ["export", &pattern, "-o", path.to_str().unwrap()];
        results.run(&[&to[..], &home].concat(), 0);
    }
    let exported = fs::read_to_string(folder.join("old.json")).unwrap();
    assert_eq!(exported, saved);
    assert_eq!(compare(&results, &folder, &[]), said);
    let sides = ["old=old-*", "new=new-*"];
    let direct = results.run(&[&sides[..], &home].concat(), 0).stdout;
    assert_eq!(direct, said);
}

/// Machines of one kind are described alike, as those of a CI service are.
#[test]
fn rounds_of_several_sessions_combine_and_never_pair_up() {
    let results = Results::new();
    let folder = results.path().parent().unwrap().join("runs");
    for name in ["one", "two"] {
        measure(&results, &folder.join(name), &[]);
    }
    let all = |side: &str| format!("{side}={}/*/{side}.json", folder.display());
    let sides = [all("old"), all("new")];
    let text = results.run(&[&sides[0], &sides[1]], 0).stdout;
    assert!(text.contains("16 pairs"), "{text}");
    assert!(text.contains("slower"), "{text}");
    // A copy is no third session.
    for side in ["old", "new"] {
        let from = folder.join("one").join(format!("{side}.json"));
        let to = folder.join("copy").join(format!("{side}.json"));
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(from, to).unwrap();
    }
    let text = results.run(&[&sides[0], &sides[1]], 0).stdout;
    assert!(text.contains("16 pairs"), "{text}");
    assert!(text.contains("8 runs of new are copies of others"), "{text}");
    let file = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    let crossed = [file("one/old.json"), file("two/new.json")];
    let text = results.run(&[&crossed[0], &crossed[1]], 0).stdout;
    assert!(!text.contains("pairs"), "{text}");
    assert!(text.contains("8+8"), "{text}");
    // What has no partner is named, and no machine of its own.
    let text = results.run(&[&sides[0], &crossed[1]], 0).stdout;
    assert!(text.contains("8 pairs"), "{text}");
    assert!(text.contains("runs left out"), "{text}");
    assert!(text.contains("8 of old"), "{text}");
}

fn runs(results: &Results) -> usize {
    let log = results.path().with_file_name("log");
    fs::read_to_string(log).unwrap_or_default().lines().count()
}

#[test]
fn a_session_that_came_to_another_machine_begins_anew() {
    let results = Results::new();
    let old = program(&results, "first", 100, THREE);
    let new = program(&results, "second", 100, THREE);
    let all = ["run", &old, &new, "--rounds", "6"];
    let broken = results.path().with_file_name("broken");
    for (toaster, rounds) in [(false, 6), (true, 8)] {
        fs::write(&broken, "").unwrap();
        let before = runs(&results);
        with_path(&results, &all, 2);
        fs::remove_file(&broken).unwrap();
        if toaster {
            let noted = session(&results).join("bench-compare.json");
            let text = fs::read_to_string(&noted).unwrap();
            let mut json: serde_json::Value =
                serde_json::from_str(&text).unwrap();
            json["machine"] = "a toaster, 1 thread, linux".into();
            fs::write(&noted, json.to_string()).unwrap();
        }
        let text = with_path(&results, &all, 0).stdout;
        assert!(text.contains("6 pairs"), "{text}");
        // Two benchmarks of two programs, in three processes each; two rounds
        // were done before.
        assert_eq!(runs(&results) - before, 12 * rounds, "{toaster}");
    }
}

#[test]
fn what_is_filtered_out_is_not_measured() {
    let results = Results::new();
    let old = program(&results, "first", 100, THREE);
    let new = program(&results, "second", 100, THREE);
    let all = ["run", &old, &new, "--rounds", "6"];
    with_path(&results, &[&all[..], &["-f", "^put"]].concat(), 0);
    assert_eq!(runs(&results), 36);
    // Those rounds have not all that is asked for now.
    let text = with_path(&results, &[&all[..], &["-f", "!^put"]].concat(), 0);
    assert!(text.stdout.contains("get/1k"), "{}", text.stdout);
    assert_eq!(runs(&results), 72);
    let text = with_path(&results, &[&all[..], &["-f", "none"]].concat(), 2);
    assert!(text.stderr.contains("matches the filter"), "{}", text.stderr);
}

/// A program whose processes are slow but for the third of each run.
fn moody(results: &Results, name: &str, fast: u32) -> String {
    let samples = format!(
        r#"case $baseline in *.3) t={fast} ;; *) t=$((150 + round * 3)) ;; esac
echo "{{\"iters\":[1,1],\"times\":[$((t + 9)),$t]}}""#
    );
    program(results, name, 1, &samples)
}

/// What a process draws when it starts is not what its run says.
#[test]
fn several_processes_make_one_run() {
    let results = Results::new();
    let old = moody(&results, "first", 100);
    let new = moody(&results, "second", 120);
    let all = ["run", &old, &new, "--rounds", "6", "-f", "put"];
    let row = |more: &[&str]| {
        let text = with_path(&results, &[&all[..], more].concat(), 0).stdout;
        let row = text.lines().find(|line| line.starts_with("put"));
        row.unwrap().to_owned()
    };
    let fastest = row(&[]);
    assert!(fastest.contains("100 ns") && fastest.contains("120 ns"));
    assert!(fastest.ends_with("slower"), "{fastest}");
    assert_eq!(runs(&results), 36);
    // The third process's samples are two of six.
    let median = row(&["--estimator", "median"]);
    assert!(!median.contains("100 ns"), "{median}");
    let before = runs(&results);
    let once = row(&["--processes", "1"]);
    assert!(once.ends_with("same") && !once.contains("100 ns"), "{once}");
    assert_eq!(runs(&results) - before, 12);
    // Whoever says how criterion measures does not mean three times that.
    let before = runs(&results);
    row(&["--", "--measurement-time", "1"]);
    assert_eq!(runs(&results) - before, 12);
}

/// Nobody waits for a measurement to be told of a slip of the pen.
#[test]
fn what_cannot_be_shown_is_not_measured() {
    let results = Results::new();
    let old = program(&results, "first", 100, THREE);
    let all = ["run", &old, &old, "--rounds", "6"];
    for wrong in [
        ["--variants", "a,b"],
        ["--group", "a"],
        ["--noise", "nowhere.json"],
        ["--records", "nowhere"],
        ["-o", "nowhere/report.txt"],
    ] {
        with_path(&results, &[&all[..], &wrong].concat(), 2);
    }
    assert_eq!(runs(&results), 0);
}

/// Six or seven pairs prove nothing at a fifth of the level, eight do; nor do
/// three runs a side.
#[test]
fn the_early_look_waits_until_it_can_decide() {
    let results = Results::new();
    let old = program(&results, "first", 100, THREE);
    let new = program(&results, "second", 110, THREE);
    let all = ["run", &old, &new, "--stop-early", "--rounds"];
    let text = with_path(&results, &[&all[..], &["12"]].concat(), 0);
    assert!(text.stderr.contains("stopped after 8 rounds"), "{}", text.stderr);
    let before = runs(&results);
    let text = with_path(&results, &[&all[..], &["4"]].concat(), 2);
    assert!(text.stderr.contains("take more rounds"), "{}", text.stderr);
    assert_eq!(runs(&results), before);
}

/// A group may set its number of samples itself, in one commit only.
#[test]
fn a_session_compares_equal_numbers_of_samples() {
    let results = Results::new();
    let old = program(&results, "first", 100, THREE);
    let new = program(&results, "second", 100, ONE);
    let all = ["run", &old, &new, "--rounds", "6"];
    let text = with_path(&results, &all, 0).stdout;
    assert!(text.contains("other numbers of samples"), "{text}");
}

fn data(name: &str) -> String {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/other");
    data.join(name).to_str().unwrap().to_owned()
}

#[test]
fn an_export_of_other_programs_files_keeps_what_they_say() {
    let results = Results::new();
    for (old, new) in
        [("go.txt", "go-events.json"), ("hyperfine.json", "hyperfine.json")]
    {
        let files = [data(old), data(new)];
        let sides = ["old", "new"];
        let direct: Vec<_> =
            sides.iter().zip(&files).map(|(s, f)| format!("{s}={f}")).collect();
        let direct = results.run(&[&direct[0], &direct[1]], 0).stdout;
        let folder = results.path().parent().unwrap();
        for (side, file) in sides.iter().zip(&files) {
            let path = folder.join(format!("{side}.json"));
            let path = path.to_str().unwrap();
            results.run(&["export", file, "-o", path], 0);
        }
        assert_eq!(compare(&results, folder, &[]), direct, "{old}");
    }
}

#[test]
fn what_has_no_samples_is_refused_and_not_lost() {
    let results = Results::new();
    for name in ["divan.txt", "google-aggregates.json"] {
        let output = results.run(&["export", &data(name)], 2);
        assert!(output.stderr.contains("has no samples"), "{}", output.stderr);
        assert!(output.stdout.is_empty(), "{}", output.stdout);
    }
}

/// A file may say anything of when it was written.
#[test]
fn a_page_of_the_year_10_000_has_no_date() {
    let results = Results::new();
    let path = results.path().join("late.json");
    let text = r#"{"bench_compare_export":1,"runs":[{"name":"r","benchmarks":{
        "a":{"throughput":null,"allocations":null,"bytes":null,"when":
            {"secs_since_epoch":253402300800,"nanos_since_epoch":0},
            "iters":[1.0],"times":[5.0]}}}]}"#;
    fs::write(&path, text).unwrap();
    let path = path.to_str().unwrap();
    let page = results.run(&["--format", "html", path, path], 0).stdout;
    assert!(page.contains("<h1>") && !page.contains("<dt>Measured"));
}

#[test]
fn an_impossible_count_of_an_export_is_left_out_by_name() {
    let results = Results::new();
    let path = results.path().join("bad.json");
    let text = r#"{"bench_compare_export":1,"runs":[{"name":"r","benchmarks":{
        "good":{"throughput":null,"allocations":1.0,"bytes":8.0,
            "iters":[1.0],"times":[5.0]},
        "bad":{"throughput":null,"allocations":-1.0,"bytes":8.0,
            "iters":[1.0],"times":[5.0]}}}]}"#;
    fs::write(&path, text).unwrap();
    let path = path.to_str().unwrap();
    let output = results.run(&[path, path], 2);
    assert!(output.stderr.contains("bad: a count or metric below zero"));
    assert!(output.stdout.contains("good"), "{}", output.stdout);
}
