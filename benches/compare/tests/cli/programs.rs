//! Programs of one side, and those around them.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use bench_compare::interleave::{Binary, Session, Variant};
use bench_compare::run::Reading;

use crate::results::Results;

fn script(folder: &Path, name: &str, text: &str) -> PathBuf {
    fs::create_dir_all(folder).unwrap();
    let path = folder.join(name);
    fs::write(&path, format!("#!/bin/sh\n{text}")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path
}

/// Two packages with a target of one name and a benchmark of one name: each
/// of them is measured.
#[test]
fn one_name_in_two_programs_is_two_benchmarks() {
    let results = Results::new();
    let folder = results.path().parent().unwrap();
    let binary = |side: &str, package: &str, time: u32| {
        let text = format!(
            r#"case "$*" in *--list*) echo "put: benchmark"; exit 0 ;; esac
while [ "$1" != --save-baseline ]; do shift; done
place="$CRITERION_HOME/put/$2"
mkdir -p "$place"
echo '{{"full_id":"put","throughput":null}}' > "$place/benchmark.json"
echo '{{"iters":[1],"times":[{time}]}}' > "$place/sample.json"
"#
        );
        let directory = folder.join(side).join(package);
        let path = script(&directory, "codec-0123456789abcdef", &text);
        Binary { path, directory }
    };
    let variant = |side: &str, times: [u32; 2]| Variant {
        label: side.to_owned(),
        baseline: side.to_owned(),
        binaries: vec![
            binary(side, "first", times[0]),
            binary(side, "second", times[1]),
        ],
        arguments: Vec::new(),
    };
    let session = Session {
        home: folder.join("home"),
        variants: vec![variant("old", [10, 20]), variant("new", [30, 40])],
        ..Session::default()
    };
    let rows = session.rows().unwrap().unwrap();
    assert_eq!(rows.count(), 2);
    let ended = session.round_by_rows(&rows, 1, |_, _| (), || ()).unwrap();
    ended.finished().unwrap();
    for (side, times) in [(0, [10.0, 20.0]), (1, [30.0, 40.0])] {
        let run = session.load(side, 1, Reading::default()).unwrap();
        let run = run.into_iter().next().unwrap().whole().unwrap();
        let all = run.benchmarks.iter();
        let all: Vec<_> = all.map(|(id, it)| (id.as_str(), it.time)).collect();
        let right = [
            ("put (first-codec/put)", Some(times[0])),
            ("put (second-codec/put)", Some(times[1])),
        ];
        assert_eq!(all, right);
    }
}

/// A program that says itself how long to measure is not made to do it three
/// times.
#[test]
fn a_process_that_takes_long_is_a_run_of_its_own() {
    let results = Results::new();
    let folder = results.path().parent().unwrap().to_owned();
    let text = r#"case "$*" in *--list*) echo "put: benchmark"; exit 0 ;; esac
while [ "$1" != --save-baseline ]; do shift; done
place="$CRITERION_HOME/put/$2"
mkdir -p "$place"
echo '{"full_id":"put","throughput":null}' > "$place/benchmark.json"
echo '{"iters":[1],"times":[5]}' > "$place/sample.json"
"#;
    let path = script(&folder, "program", text);
    let measured = |name: &str, longest| {
        let directory = folder.clone();
        let binary = Binary { path: path.clone(), directory };
        let variant = Variant {
            label: "old".into(),
            baseline: "old".into(),
            binaries: vec![binary],
            arguments: Vec::new(),
        };
        let session = Session {
            home: folder.join(name),
            variants: vec![variant],
            paired: true,
            processes: 3,
            longest,
            ..Session::default()
        };
        let rows = session.rows().unwrap().unwrap();
        let ended = session.round_by_rows(&rows, 1, |_, _| (), || ()).unwrap();
        ended.finished().unwrap();
        let run = session.load(0, 1, Reading::default()).unwrap();
        run[0].benchmarks["put"].count
    };
    assert_eq!(measured("short", Some(Duration::MAX / 2)), Some(3));
    assert_eq!(measured("asked", None), Some(3));
    assert_eq!(measured("long", Some(Duration::ZERO)), Some(1));
}

/// Whoever interrupts or ends the subcommand means the program.
#[test]
fn the_subcommand_becomes_the_program() {
    let results = Results::new();
    let folder = results.path().parent().unwrap();
    let parent = folder.join("parent");
    let text = format!("echo $PPID > {}; exit 1", parent.display());
    let program = script(folder, "program", &text);
    let mut child = Command::new(env!("CARGO_BIN_EXE_cargo-bench-compare"))
        .args(["bench-compare", "run"])
        .args([&program, &program])
        .env("CRITERION_HOME", results.path())
        .spawn()
        .unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(2));
    let parent = fs::read_to_string(parent).unwrap();
    assert_eq!(parent.trim(), child.id().to_string());
}

#[test]
fn what_was_measured_is_cleaned_away_without_a_repository() {
    let results = Results::new();
    let kept = results.path().with_file_name("bench-compare").join("0123");
    fs::create_dir_all(&kept).unwrap();
    let mut command = results.command(&["clean"]);
    command.env("PATH", std::env::var("PATH").unwrap());
    command.current_dir(results.path().parent().unwrap());
    command.assert().code(0);
    assert!(!kept.exists());
}
