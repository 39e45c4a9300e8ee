//! `run` and `git`, with programs that leave what criterion leaves.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::results::Results;

/// A program whose one benchmark takes `time` ns, and which notes its runs.
fn program(results: &Results, name: &str, time: u32) -> PathBuf {
    let directory = results.path().parent().unwrap();
    let path = directory.join(name);
    let log = directory.join("log");
    let script = format!(
        r#"#!/bin/sh
case "$*" in *--list*) exit 0 ;; esac
test ! -e {broken} || {{ echo "out of luck"; exit 1; }}
touch {log}
if test -e {pipe} && test $(wc -l < {log}) -ge 2; then
    echo running > {pipe}
    exec sleep 600
fi
baseline=$3
echo "{name} $baseline" >> {log}
place="$CRITERION_HOME/put/$baseline"
mkdir -p "$place"
echo '{{"full_id":"put","throughput":null}}' > "$place/benchmark.json"
count=$(wc -l < {log})
echo "{{\"iters\":[1000.0],\"times\":[$(({time}000 + count))]}}" \
    > "$place/sample.json"
"#,
        broken = directory.join("broken").display(),
        pipe = directory.join("pipe").display(),
        log = log.display(),
    );
    fs::write(&path, script).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path
}

fn log(results: &Results) -> Vec<String> {
    let path = results.path().parent().unwrap().join("log");
    let text = fs::read_to_string(path).unwrap_or_default();
    text.lines().map(str::to_owned).collect()
}

fn run(results: &Results, rest: &[&str], status: i32) -> String {
    let old = program(results, "first", 100);
    let new = program(results, "second", 120);
    let programs = [old.to_str().unwrap(), new.to_str().unwrap()];
    let all = [&["run", programs[0], programs[1]], rest].concat();
    let mut command = results.command(&all);
    let path = std::env::var("PATH").unwrap();
    let assert = command.env("PATH", path).assert().code(status);
    let output = assert.get_output();
    String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr)
}

#[test]
fn two_programs_run_alternately_and_are_judged() {
    let results = Results::new();
    let text = run(&results, &["--rounds", "5"], 0);
    assert!(text.contains("5+5") && text.contains("slower"), "{text}");
    let log = log(&results);
    assert_eq!(log.len(), 10);
    for (round, pair) in log.chunks(2).enumerate() {
        let mut pair = pair.to_vec();
        pair.sort();
        let round = round + 1;
        let right =
            [format!("first old-{round}"), format!("second new-{round}")];
        assert_eq!(pair, right);
    }
}

#[test]
fn what_was_cut_short_is_resumed() {
    let results = Results::new();
    run(&results, &["--rounds", "2"], 0);
    let broken = results.path().parent().unwrap().join("broken");
    fs::write(&broken, "").unwrap();
    let text = run(&results, &["--rounds", "5"], 2);
    assert!(text.contains("out of luck"), "{text}");
    fs::remove_file(&broken).unwrap();
    let text = run(&results, &["--rounds", "5"], 0);
    assert!(text.contains("5+5"), "{text}");
    assert_eq!(log(&results).len(), 10, "two rounds are kept, three added");
}

/// Ctrl-C goes to the whole group, as from a terminal.
#[test]
fn what_was_interrupted_is_kept_and_resumed() {
    let results = Results::new();
    let directory = results.path().parent().unwrap().to_owned();
    let pipe = directory.join("pipe");
    let made = Command::new("mkfifo").arg(&pipe).status().unwrap();
    assert!(made.success());
    let programs = [("first", 100), ("second", 120)];
    let [old, new] = programs.map(|(name, time)| program(&results, name, time));
    let child = Command::new(env!("CARGO_BIN_EXE_bench-compare"))
        .arg("run")
        .args([&old, &new])
        .args(["--rounds", "5"])
        .env("CRITERION_HOME", results.path())
        .current_dir(&directory)
        .process_group(0)
        .stderr(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    // The third run says so here, and then waits to be interrupted.
    assert_eq!(fs::read_to_string(&pipe).unwrap(), "running\n");
    let group = format!("-{}", child.id());
    let kill = ["-c", "kill -s INT -- \"$0\"", &group];
    assert!(Command::new("sh").args(kill).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(130), "{error}");
    assert!(error.contains("interrupted after 1 of 5 rounds"), "{error}");
    assert_eq!(log(&results).len(), 2);

    fs::remove_file(&pipe).unwrap();
    let text = run(&results, &["--rounds", "5"], 0);
    assert!(text.contains("5+5"), "{text}");
    assert_eq!(log(&results).len(), 10, "one round is kept, four added");
}

#[test]
fn stopping_early_keeps_to_its_share() {
    let results = Results::new();
    let text = run(&results, &["--rounds", "10", "--stop-early"], 0);
    assert!(text.contains("stopped after 5 rounds"), "{text}");
    assert_eq!(log(&results).len(), 10);
}

#[test]
fn a_run_of_several_processes_needs_a_list() {
    let results = Results::new();
    let text = run(&results, &["--processes", "3"], 2);
    assert!(text.contains("--processes needs programs that list"), "{text}");
    assert!(log(&results).is_empty());
}

/// Returns whether there is git, and says so if there is none, or only what
/// macOS puts in its place: that fails, and asks for Xcode.
pub(crate) fn has_git() -> bool {
    let version = Command::new("git").arg("--version").output();
    let there = version.is_ok_and(|output| {
        output.status.success() && output.stdout.starts_with(b"git version")
    });
    if !there {
        support::skipped::say("there is no git");
    }
    there
}

pub(crate) fn git(directory: &Path, arguments: &[&str]) {
    let status = Command::new("git")
        .args(["-c", "user.name=a", "-c", "user.email=a@example.com"])
        .args(arguments)
        .current_dir(directory)
        .status()
        .unwrap();
    assert!(status.success(), "{arguments:?}");
}

/// The programs say what they are told to say, however fast they do it.
pub(crate) const OPTIMIZED: &str = "CARGO_PROFILE_BENCH_OPT_LEVEL";

pub(crate) const MANIFEST: &str = r#"[package]
name = "measured"
version = "0.1.0"
edition = "2024"
[workspace]
[[bench]]
name = "put"
harness = false
"#;

/// A program whose benchmark takes `time`, an expression, in nanoseconds.
pub(crate) fn bench(time: &str) -> String {
    format!(
        r##"fn main() {{
    let baseline = std::env::args().skip_while(|a| a != "--save-baseline");
    let home = std::env::var("CRITERION_HOME").unwrap();
    let place = format!("{{home}}/put/{{}}", baseline.skip(1).next().unwrap());
    std::fs::create_dir_all(&place).unwrap();
    let file = |name: &str, text: &str| {{
        std::fs::write(format!("{{place}}/{{name}}"), text).unwrap();
    }};
    file("benchmark.json", r#"{{"full_id":"put","throughput":null}}"#);
    let time = ({time}) * 1000 + std::process::id() % 100;
    let text = format!(r#"{{{{"iters":[1000.0],"times":[{{time}}]}}}}"#);
    file("sample.json", &text);
}}
"##
    )
}

#[test]
fn two_commits_are_built_and_the_work_tree_is_left_alone() {
    if !has_git() {
        return;
    }
    let results = Results::new();
    let tree = results.path().parent().unwrap().join("tree");
    fs::create_dir_all(tree.join("benches")).unwrap();
    fs::create_dir_all(tree.join("src")).unwrap();
    fs::write(tree.join("Cargo.toml"), MANIFEST).unwrap();
    fs::write(tree.join("src/lib.rs"), "").unwrap();
    git(&tree, &["init", "--quiet"]);
    for time in ["100", "120"] {
        fs::write(tree.join("benches/put.rs"), bench(time)).unwrap();
        git(&tree, &["add", "."]);
        git(&tree, &["commit", "--quiet", "-m", "measured"]);
    }
    fs::write(tree.join("benches/put.rs"), "not even Rust").unwrap();
    let run = |arguments: &[&str], status: i32| {
        let mut command = results.command(arguments);
        for name in ["PATH", "HOME", "CARGO_HOME", "RUSTUP_HOME"] {
            command.envs(std::env::var_os(name).map(|value| (name, value)));
        }
        command.env(OPTIMIZED, "0").current_dir(&tree);
        let assert = command.assert().code(status);
        let output = assert.get_output().clone();
        String::from_utf8(output.stdout).unwrap()
            + &String::from_utf8_lossy(&output.stderr)
    };
    let commits = ["git", "HEAD~1", "HEAD", "--rounds", "5"];
    let chosen = ["--", "--bench", "put"];
    let text = run(&[&commits[..], &chosen].concat(), 0);
    assert!(text.contains("slower") && text.contains("HEAD~1"), "{text}");
    let edited = fs::read_to_string(tree.join("benches/put.rs")).unwrap();
    assert_eq!(edited, "not even Rust");
    assert!(text.contains("uncommitted changes are not measured"), "{text}");
    // Without NEW it is the work tree, changes and all.
    fs::write(tree.join("benches/put.rs"), bench("300")).unwrap();
    let text = run(&["git", "HEAD", "--rounds", "5"], 0);
    assert!(text.contains("work tree") && text.contains("slower"), "{text}");
    run(&["clean"], 0);
    let text = run(&["git", "nowhere"], 2);
    assert!(text.contains("git knows no commit `nowhere`"), "{text}");
}
