//! The labs themselves, judged: `cargo xtask test labs`.
//!
//! Starters say what to do, solutions pass, and wrong ones are rejected for
//! the right reason: of each lab the whole solution and the wrong ones that
//! say `Often: yes`. With `LABS=all` it is each stage, and each wrong one;
//! that takes minutes.

mod desk;
mod misbehaving;
mod patch;
mod saving;
mod session;

use std::sync::atomic::{AtomicUsize, Ordering};

use desk::{Desk, failed, words};
use patch::Wrong;
use serde_json::Value;
use support::workspace::root;

/// The tests of each lab.
macro_rules! labs {
    ($($name:ident: $lab:literal;)*) => {
        const ALL: &[&str] = &[$($lab),*];

        $(
        /// The starter, then ours, then wrong ones: on one desk, so that its
        /// package is built once and then again only where it has changed.
        #[test]
        #[ignore = "run by cargo xtask test labs"]
        fn $name() {
            judge_starter($lab);
            judge_solution($lab);
            reject_wrong($lab);
        }
        )*
    };
}

labs! {
    collector: "collector";
    container: "container";
    coverage: "coverage";
    defer: "defer";
    fd_mutex: "fd-mutex";
    heap: "heap";
    loom_model: "loom-model";
    mutex: "mutex";
    rank_test: "rank-test";
    timerproc: "timerproc";
}

/// Returns whether all is judged, and not only what is quick.
fn is_all() -> bool {
    std::env::var("LABS").is_ok_and(|labs| labs == "all")
}

/// Says aloud what is not run.
fn left_out(what: &str) {
    println!("left out: {what}; LABS=all runs it");
}

fn metadata(lab: &str) -> Value {
    let file = root().join("labs").join(lab).join("lab.json");
    let text = std::fs::read_to_string(file).expect("it is there");
    serde_json::from_str(&text).expect("it is JSON")
}

/// Returns our solution of the first stages, as the command makes it.
fn solution(lab: &str, stages: usize) -> String {
    let (code, text) =
        Desk::new(lab, "none").run("solution", &[&stages.to_string()]);
    assert_eq!(code, 0, "{text}");
    text
}

/// Without a build, so that one that has drifted is noticed each time.
#[test]
fn each_wrong_one_can_be_made_of_our_solution() {
    for lab in ALL {
        let solution = solution(lab, usize::MAX);
        for wrong in patch::all(lab) {
            assert_ne!(wrong.applied(&solution), solution, "{}", wrong.name);
        }
    }
}

fn judge_starter(lab: &str) {
    let desk = Desk::new(lab, "one");
    desk.run("start", &[]);
    let report = desk.check();
    assert_eq!(report["warnings"], Value::Array(Vec::new()), "{lab}");
    let (stage, gate) = failed(&report).expect("nothing is written");
    assert_eq!((stage, &gate["verdict"]), (1, &"unwritten".into()));
    let says = words(gate);
    assert!(says.starts_with("stage 1: "), "{lab}: {says}");
    assert!(says.contains("src/lib.rs:"), "{lab}: {says}");
    let (code, text) = desk.run("check", &[]);
    assert_eq!(code, 1);
    assert!(text.contains("YOUR CODE"), "{text}");
    assert!(text.contains(&format!("cargo lab hint {lab}")), "{text}");
}

fn judge_solution(lab: &str) {
    let desk = Desk::new(lab, "one");
    let stages = metadata(lab)["stages"].as_array().unwrap().len();
    let first = if is_all() { 1 } else { stages };
    for stage in first..=stages {
        desk.write(&solution(lab, stage));
        let report = desk.check();
        assert_eq!(report["passed"], stage, "{lab}: {report:#}");
        // Some last stages ask for more of code that is there already.
        let next = failed(&report).map(|it| it.1["verdict"].clone());
        let is_told = next.as_ref().is_none_or(|verdict| {
            verdict == "unwritten" || verdict == "unsound"
        });
        assert!(is_told, "{lab}: {report:#}");
        assert_eq!(next.is_some(), stage < stages, "{lab}: {report:#}");
        println!("{lab} {stage}: {} s", report["seconds"]);
    }
}

/// Two at once: one is built while another is ended for hanging.
fn reject_wrong(lab: &str) {
    let mut chosen = patch::all(lab);
    let all = chosen.len();
    assert!(all >= 6, "{lab}");
    if !is_all() {
        chosen.retain(|wrong| wrong.is_often);
        left_out(&format!("{} wrong ones of {lab}", all - chosen.len()));
    }
    assert!(!chosen.is_empty(), "{lab}");
    let stages = metadata(lab)["stages"].as_array().unwrap().len();
    let solution = solution(lab, stages);
    let next = AtomicUsize::new(0);
    let reject_rest = |name: &str| {
        let desk = Desk::new(lab, name);
        while let Some(wrong) = chosen.get(next.fetch_add(1, Ordering::Relaxed))
        {
            reject(&desk, lab, wrong, &solution);
        }
    };
    std::thread::scope(|scope| {
        if is_all() {
            scope.spawn(|| reject_rest("two"));
        }
        reject_rest("one");
    });
}

fn reject(desk: &Desk, lab: &str, wrong: &Wrong, solution: &str) {
    desk.write(&wrong.applied(solution));
    let report = desk.check();
    let (stage, gate) = failed(&report)
        .unwrap_or_else(|| panic!("{lab}: {} passes", wrong.name));
    let text = |key: &str| gate[key].as_str().unwrap_or_default().to_owned();
    let place = format!("{lab}: {}: {gate:#}", wrong.name);
    assert_eq!(stage, wrong.stage, "{place}");
    assert!(wrong.gates.contains(&text("name")), "{place}");
    assert!(wrong.verdicts.contains(&text("verdict")), "{place}");
    let words = words(gate);
    for says in &wrong.says {
        assert!(words.contains(says), "{says}: {place}");
    }
    println!("{lab} {}: {} s", wrong.name, report["seconds"]);
}
