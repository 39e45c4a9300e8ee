//! `cargo loom` where it builds models: a part of the gate's step `loom`,
//! which has built them.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use support::workspace::root;
use support::{atomic_file, skipped};

fn loom(root: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_loom-run"))
        .args(args)
        .current_dir(root)
        .env("CARGO_MANIFEST_DIR", root.join("xtask/loom"))
        .env("COLUMNS", "80")
        .env("NO_COLOR", "1")
        .output()
        .expect("loom-run runs")
}

/// Returns what it prints, with the exit code that it must have.
fn prints(args: &[&str], code: i32) -> String {
    let output = loom(&root(), args);
    let errors = String::from_utf8_lossy(&output.stderr);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(code), "{args:?}: {text}{errors}");
    assert!(!text.contains('\u{1b}'), "{args:?}: {text}");
    text
}

/// Takes out the seconds, which are never twice the same.
fn without_times(text: &str) -> String {
    let mut words: Vec<&str> = text.split(' ').collect();
    for at in 1..words.len() {
        if words[at].starts_with("s\n") || words[at] == "s" {
            words[at - 1] = "some";
        }
    }
    words.join(" ")
}

/// The session of the README and of the chapter.
const SESSION: [&str; 2] = ["--planted", "flag_after_check"];

#[test]
#[ignore = "run by cargo xtask test loom"]
fn the_recorded_session_is_what_the_command_prints() {
    let file = root().join("xtask/loom/session.txt");
    let typed = format!("$ cargo loom {}\n", SESSION.join(" "));
    let fresh = typed + prints(&SESSION, 0).trim_end() + "\n";
    if std::env::var_os("RECORD_SESSION").is_some() {
        atomic_file::write(&file, fresh.as_bytes()).unwrap();
        let readme = root().join("README.md");
        let text = fs::read_to_string(&readme).unwrap();
        let begin = "<!-- a planted bug -->\n```text\n";
        let (before, after) = text.split_once(begin).expect("the mark");
        let (_, after) = after.split_once("```\n<!-- end -->").unwrap();
        let text = [before, begin, &fresh, "```\n<!-- end -->", after];
        atomic_file::write(&readme, text.concat().as_bytes()).unwrap();
    }
    let kept = fs::read_to_string(&file).expect("it is recorded");
    assert_eq!(
        without_times(&kept),
        without_times(&fresh),
        "run with RECORD_SESSION=1"
    );
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    assert!(readme.contains(&kept), "README.md: run with RECORD_SESSION=1");
}

#[test]
#[ignore = "run by cargo xtask test loom"]
fn each_exit_code_says_what_came_of_it() {
    let passed = prints(&["one_wait_is_rung_once"], 0);
    assert!(passed.contains("1 model passed"), "{passed}");
    assert!(passed.contains("  proves  One whole wait"), "{passed}");
    assert!(passed.contains("  not     more than 3 threads;"), "{passed}");
    let failed = prints(&["an_old_note", "--without", "clear-note"], 1);
    assert!(failed.contains("woken by an old note"), "{failed}");
    assert!(failed.contains("--without clear-note --replay"), "{failed}");
    // With no preemption the bug is not found, and that is no success.
    let lost =
        prints(&["--planted", "flag_after_check", "--preemptions", "0"], 1);
    assert!(lost.contains("NOT FOUND"), "{lost}");
}

#[test]
#[ignore = "run by cargo xtask test loom"]
fn the_execution_that_failed_runs_alone() {
    let bug = ["--planted", "announce_overwrites"];
    let found = prints(&bug, 0);
    let again = prints(&[&bug[..], &["--replay"]].concat(), 0);
    let lanes = |text: &str| -> Vec<String> {
        let lines = text.lines().skip_while(|line| !line.is_empty()).skip(1);
        lines.take_while(|line| !line.is_empty()).map(str::to_owned).collect()
    };
    assert!(found.contains("in execution 4617"), "{found}");
    assert!(again.contains("in execution 4617"), "{again}");
    assert_eq!(lanes(&found), lanes(&again));
    assert!(again.contains(": 1 execution in"), "{again}");
    let trace = prints(&[&bug[..], &["--replay", "--trace"]].concat(), 0);
    assert!(trace.contains("~~~~~~~~ THREAD"), "{trace}");
    assert!(
        trace.contains("   at timer-heap/src/service/alarm.rs:"),
        "{trace}"
    );
}

/// Asserts that rustfmt would leave the models of `support` as they are; where
/// a toolchain came without it, that is skipped.
fn assert_formatted(workspace: &Path) {
    let version = Command::new("rustfmt").arg("--version").output();
    if !version.is_ok_and(|output| output.status.success()) {
        return skipped::say("the format of a new model: there is no rustfmt");
    }
    let formatted = Command::new("rustfmt")
        .args(["--check", "--edition", "2024", "--config-path"])
        .arg(workspace)
        .arg(workspace.join("support/tests/loom/main.rs"))
        .status()
        .expect("it was there a moment ago");
    assert!(formatted.success(), "the new file and the old are formatted");
}

/// In a copy of the workspace, with a target folder of its own: cargo takes
/// the same package of two copies for one.
#[test]
#[ignore = "run by cargo xtask test loom"]
fn a_new_model_compiles_passes_and_fails() {
    let copy = tempfile::tempdir().unwrap();
    copy_workspace(copy.path());
    let new = loom(copy.path(), &["new", "my-other"]);
    assert!(new.status.success(), "{new:?}");
    assert_formatted(copy.path());

    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["test", "--package", "support", "--test", "loom", "--"])
        .args(["my_other", "is_listed"])
        .current_dir(copy.path())
        .env("RUSTFLAGS", "--cfg loom")
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .env("CARGO_TARGET_DIR", root().join("target/new-model"))
        .output()
        .expect("cargo runs");
    let text = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}{errors}");
    for test in [
        "my_other::my_other",
        "my_other::my_other_without_its_step_is_caught",
        "each_model_and_each_bug_is_listed",
    ] {
        assert!(text.contains(&format!("test {test} ... ok")), "{text}");
    }
    let again = loom(copy.path(), &["new", "my-other"]);
    assert_eq!(again.status.code(), Some(2), "it is there already");
}

/// Copies what git knows of, and what is new.
fn copy_workspace(to: &Path) {
    for name in support::workspace::files().expect("they can be listed") {
        let from = root().join(&name);
        if from.exists() {
            let to = to.join(name);
            fs::create_dir_all(to.parent().unwrap()).unwrap();
            fs::copy(from, to).unwrap();
        }
    }
}
