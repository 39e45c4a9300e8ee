//! A program whose rows are measured in blocks, as a process; whatever the
//! machine does meanwhile, only the verdicts depend on it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;

use support::example::where_this_test_is;
use tempfile::TempDir;

static EXAMPLE: LazyLock<PathBuf> = LazyLock::new(example);

/// Returns the example, which cargo has built along with the tests unless it
/// was asked for this one alone.
fn example() -> PathBuf {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap());
    command.args(["build", "--quiet", "-p", "bench-compare"]);
    let profiles = where_this_test_is(&mut command);
    let status = command.args(["--example", "blocks"]).status().unwrap();
    assert!(status.success(), "the example does not build");
    let program = format!("blocks{}", std::env::consts::EXE_SUFFIX);
    profiles.join("debug/examples").join(program)
}

fn run(home: &Path, arguments: &[&str]) -> (Output, String) {
    let output = Command::new(&*EXAMPLE)
        .args(arguments)
        .env("CRITERION_HOME", home.join("criterion"))
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    (output, text)
}

#[test]
fn each_row_is_measured_in_processes_of_its_own_and_judged() {
    let folder = TempDir::new().unwrap();
    let short = ["--bench", "--rounds", "6", "--measurement-time", "0"];
    let (output, text) = run(folder.path(), &short);
    assert!(output.status.success(), "{text}");
    assert!(text.contains("old: loop, new: iterator"), "{text}");
    assert!(text.contains("old: in-place, new: by-copy"), "{text}");
    for row in ["sum/1000", "reverse/1000"] {
        let line = text.lines().find(|line| line.starts_with(row)).unwrap();
        assert!(line.contains("6 pairs"), "{line}");
    }
    let left = folder.path().join("bench-compare").read_dir().unwrap();
    assert_eq!(left.count(), 0, "nothing is left behind");
}

#[test]
fn rows_are_listed_filtered_and_tried() {
    let folder = TempDir::new().unwrap();
    let (_, text) = run(folder.path(), &["--bench", "--list", "^sum"]);
    assert_eq!(text, "sum/1000: benchmark\n");
    let (_, text) = run(folder.path(), &["--test"]);
    assert_eq!(text, "sum/1000: works\nreverse/1000: works\n");
    let (output, text) = run(folder.path(), &["--bench", "nothing"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text.contains("no row matches"), "{text}");
    let (output, text) = run(folder.path(), &["--bench", "("]);
    assert_eq!(output.status.code(), Some(2), "{text}");
}

#[test]
fn one_process_saves_what_criterion_would() {
    let folder = TempDir::new().unwrap();
    let one = ["--bench", "--save-baseline", "x", "--measurement-time", "0"];
    let (output, text) = run(folder.path(), &[&one[..], &["sum"]].concat());
    assert!(output.status.success(), "{text}");
    let place = folder.path().join("criterion/sum_1000/iterator/x");
    assert!(place.join("benchmark.json").exists());
    assert!(place.join("sample.json").exists());
    let table = crate::results::command_in(&folder.path().join("criterion"))
        .args(["--variants", "loop,iterator", "x"])
        .output()
        .unwrap();
    let table = String::from_utf8_lossy(&table.stdout).into_owned();
    assert!(table.contains("sum/1000"), "{table}");
}
