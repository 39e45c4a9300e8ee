//! Each experiment has its one outcome, a thousand times of a thousand.

#![cfg(unix)]

use std::path::Path;
use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};

use finalizers::descriptors::open_count;
use finalizers::experiments::{ALL, Experiment, find, lists};

const PROGRAM: &str = env!("CARGO_BIN_EXE_finalizers");

/// Held by each test that opens files or starts processes: descriptors are
/// counted for the whole process.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

#[test]
fn each_experiment_ends_as_expected_a_thousand_times() {
    let _alone = alone();
    let before = open_count().unwrap();
    let can = |e: &&Experiment| !e.needs_process() && e.lacks().is_none();
    for experiment in ALL.iter().filter(can) {
        for time in 1..=1_000 {
            let outcome = experiment.run(Path::new(PROGRAM)).unwrap();
            let name = experiment.name;
            assert_eq!(outcome, experiment.expected, "{name}, time {time}");
        }
    }
    let after = open_count().unwrap();
    assert_eq!(after, before, "open descriptors at the end");
}

#[test]
fn completions_and_the_manual_are_printed() {
    let _alone = alone();
    let print = |arguments: &[&str]| {
        let output = Command::new(PROGRAM).args(arguments).output().unwrap();
        assert!(output.status.success(), "{arguments:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    assert!(print(&["completions", "bash"]).contains("--repeat"));
    let help = print(&["--help"]);
    assert!(help.lines().all(|it| it.chars().count() <= 80), "{help}");
    assert!(print(&["man"]).contains(".TH finalizers"));
}

/// Returns what is said of a name that no experiment has.
fn refused(name: &str) -> String {
    let _alone = alone();
    let output = Command::new(PROGRAM).arg(name).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn a_misspelt_experiment_is_told_its_neighbour() {
    let said = refused("bloked");
    let wanted = "no experiment \"bloked\": did you mean `blocked`";
    assert!(said.contains(wanted), "{said}");
}

#[test]
fn no_line_of_the_report_is_wider_than_a_terminal() {
    let _alone = alone();
    let names = ["close-errors", "get-fd", "weak-map", "list-finalizers"];
    let output = Command::new(PROGRAM).args(names).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let report = String::from_utf8(output.stdout).unwrap();
    assert!(report.lines().all(|line| line.len() <= 80), "{report}");
    for name in names {
        let rows = report.lines().filter(|line| line.starts_with(name));
        assert_eq!(rows.count(), 1, "{name}: {report}");
    }
    assert!(report.contains("Why each answer"), "{report}");
}

#[test]
fn each_experiment_in_a_process_of_its_own_ends_as_expected() {
    let _alone = alone();
    let before = open_count().unwrap();
    for experiment in ALL.iter().filter(|e| e.needs_process()) {
        let outcome = experiment.run(Path::new(PROGRAM)).unwrap();
        assert_eq!(outcome, experiment.expected, "{}", experiment.name);
    }
    let after = open_count().unwrap();
    assert_eq!(after, before, "open descriptors at the end");
}

#[test]
fn what_ends_its_process_or_limits_it_has_one_of_its_own() {
    let own = ALL.iter().filter(|e| e.needs_process()).map(|e| e.name);
    let names = [
        "exit-finalizers",
        "exit-drop",
        "panic-in-panic",
        "limit-bytes",
        "limit-descriptors",
    ];
    assert_eq!(own.collect::<Vec<_>>(), names);
}

#[test]
fn a_list_of_nothing_takes_no_collection() {
    assert_eq!(lists::list_by_finalizers(0), 0);
    assert_eq!(lists::list_by_cleanups(0), 0);
}

#[test]
fn no_two_experiments_have_the_same_name() {
    for experiment in ALL {
        let found = find(experiment.name).unwrap();
        assert_eq!(found.question, experiment.question);
    }
}

#[test]
fn an_unknown_experiment_ends_with_code_2_and_names_those_there_are() {
    let text = refused("nonsense");
    assert!(text.contains("(all: list-finalizers,"), "{text}");
    for experiment in ALL {
        assert!(text.contains(experiment.name), "{text}");
    }
}
