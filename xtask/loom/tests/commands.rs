//! `cargo loom` as typed at a prompt, as far as it builds no model.

use std::fs;
use std::process::{Command, Output};

use support::models;
use support::schedules::Schedule;
use support::workspace::root;

fn loom(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_loom-run"))
        .args(args)
        .env("COLUMNS", "80")
        .env_remove("NO_COLOR")
        .output()
        .expect("loom-run runs")
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Returns what a command says that is refused.
fn refused(args: &[&str]) -> String {
    let output = loom(args);
    assert_eq!(output.status.code(), Some(2), "{args:?}");
    assert!(output.stdout.is_empty(), "{args:?}");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

const PACKAGES: [&str; 4] =
    ["finalizers", "queue-locks", "support", "timer-heap"];

#[test]
fn each_model_and_each_bug_is_reached_by_its_name() {
    let table = stdout(&loom(&[]));
    let names = stdout(&loom(&["names"]));
    let is_name = |name: &str| names.lines().any(|line| line == name);
    for package in PACKAGES {
        let folder = root().join(package);
        for model in models::read(&folder).expect(package) {
            assert!(table.contains(&model.test), "{}", model.test);
            assert!(model.executions > 0, "{} is not recorded", model.test);
            for part in model.test.split("::") {
                assert!(is_name(part), "{part}");
            }
        }
        let lanes = folder.join("tests/loom/lanes");
        for bug in Schedule::read_all(&lanes).expect(package) {
            // A long list of bugs is folded, but never inside a name.
            assert!(table.contains(&bug.bug), "{}", bug.bug);
            assert!(is_name(&bug.bug), "{}", bug.bug);
        }
    }
}

/// The models of a file that makes them one by one are those that are listed,
/// so that one sees without a build that an entry is missing.
#[test]
fn each_test_in_the_source_is_listed() {
    for package in PACKAGES {
        let folder = root().join(package);
        let models = models::read(&folder).expect(package);
        let lanes = folder.join("tests/loom/lanes");
        let bugs = Schedule::read_all(&lanes).expect(package);
        let known: Vec<&str> = models
            .iter()
            .map(|model| model.test.as_str())
            .chain(bugs.iter().map(|bug| bug.test.as_str()))
            .collect();
        for entry in fs::read_dir(folder.join("tests/loom")).unwrap() {
            let file = entry.unwrap().path();
            if file.extension().is_none_or(|it| it != "rs") {
                continue;
            }
            for test in tests(&fs::read_to_string(&file).unwrap()) {
                let module = file.file_stem().unwrap().to_string_lossy();
                let name = format!("{module}::{test}");
                let is_other =
                    test.ends_with("caught") || test.ends_with("is_listed");
                assert!(is_other || known.contains(&&*name), "{name}");
            }
        }
    }
}

/// Returns the tests of a file that no macro makes.
fn tests(text: &str) -> Vec<String> {
    let code = syn::parse_file(text).expect("it compiles");
    let functions = code.items.into_iter().filter_map(|item| match item {
        syn::Item::Fn(function) => Some(function),
        _ => None,
    });
    functions
        .filter(|it| it.attrs.iter().any(|it| it.path().is_ident("test")))
        .map(|it| it.sig.ident.to_string())
        .collect()
}

#[test]
fn an_unknown_name_is_refused_with_the_near_ones() {
    let said = refused(&["wakeup"]);
    assert!(said.contains("there is no model \"wakeup\""), "{said}");
    assert!(said.contains("wake_up::"), "{said}");
    let said = refused(&["--planted", "flag_after_chekc"]);
    assert!(said.contains("flag_after_check"), "{said}");
    let said = refused(&["--without", "clears_nose"]);
    assert!(said.contains("clears_note"), "{said}");
    let said = refused(&["--crate", "timer-hep"]);
    assert!(said.contains("timer-heap"), "{said}");
}

#[test]
fn what_does_not_go_together_is_refused() {
    for args in [
        &["--all", "wake-up"][..],
        &["--planted", "flag_after_check", "wake-up"],
        &["--planted", "flag_after_check", "--without", "wakes"],
        &["--open"],
        &["--replay"],
        &["--trace"],
        &["--shuttle", "7"],
        &["--shuttle", "0", "7", "wake-up"],
        &["--preemptions", "many", "wake-up"],
        &["completions", "tcsh"],
    ] {
        let said = refused(args);
        assert!(said.starts_with("error: "), "{args:?}: {said}");
    }
}

#[test]
fn a_step_that_no_model_takes_is_refused_with_the_tests_that_do() {
    let said = refused(&["--without", "marks_old"]);
    assert!(said.contains("MARKS_OLD"), "{said}");
    assert!(said.contains("finalizers/src/steps.rs"), "{said}");
    assert!(said.contains("finalizers/tests/gc/incremental.rs"), "{said}");
    let said = refused(&["fd_mutex", "--without", "fences"]);
    assert!(said.contains("cleanup_pool::"), "{said}");
}

#[test]
fn lines_fit_into_80_columns_and_colour_stays_on_the_terminal() {
    for args in [&[][..], &["--steps"], &["--help"], &["new", "--help"]] {
        let output = loom(args);
        assert_eq!(output.status.code(), Some(0), "{args:?}");
        let text = stdout(&output);
        assert!(!text.contains('\u{1b}'), "{args:?}");
        for line in text.lines() {
            assert!(line.chars().count() <= 80, "{args:?}: {line}");
        }
    }
}

#[test]
fn each_step_is_listed_with_its_line_and_its_bugs() {
    let steps = stdout(&loom(&["--steps"]));
    let entry = steps.split("\nclears_note ").nth(1).expect("it is a step");
    let entry = entry.split("\nclears_sleeping ").next().unwrap();
    let place = entry.lines().find(|line| line.contains("steps.rs:"));
    let (file, line) = place.unwrap().trim().split_once(':').unwrap();
    let text = fs::read_to_string(root().join(file)).unwrap();
    let line = text.lines().nth(line.parse::<usize>().unwrap() - 1);
    assert!(line.unwrap().contains("const CLEARS_NOTE"), "{entry}");
    assert!(entry.contains("note_not_cleared"), "{entry}");
    assert!(steps.contains("marks_old "), "{steps}");
    assert!(steps.contains("no planted bug of its own"), "{steps}");
}

#[cfg(unix)]
#[test]
fn names_complete_in_bash() {
    let script = stdout(&loom(&["completions", "bash"]));
    let program = format!(
        "cargo() {{ shift; \"{}\" \"$@\"; }}\n{script}\n\
         COMP_WORDS=(cargo loom --planted flag_); COMP_CWORD=3\n\
         _cargo_loom cargo flag_ --planted\necho \"${{COMPREPLY[@]}}\"",
        env!("CARGO_BIN_EXE_loom-run")
    );
    let bash = Command::new("bash").args(["-c", &program]).output();
    let Ok(output) = bash else {
        support::skipped::say("there is no bash");
        return;
    };
    assert_eq!(stdout(&output).trim(), "flag_after_check");
}

#[test]
fn each_shell_has_its_script() {
    for shell in ["bash", "fish", "zsh"] {
        let script = stdout(&loom(&["completions", shell]));
        assert!(script.contains("cargo loom names"), "{shell}");
    }
}

#[test]
fn the_manual_has_a_section_for_each_command() {
    let page = stdout(&loom(&["man"]));
    assert!(page.contains(".TH cargo-loom 1"), "{page}");
    assert!(page.contains(".SH \"cargo-loom new\""), "{page}");
    assert!(!page.contains("cargo-loom names"), "it is the shell's: {page}");
}
