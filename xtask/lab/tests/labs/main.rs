//! The labs themselves, judged: `cargo xtask test labs`.
//!
//! Starters say what to do, solutions pass stage by stage, and wrong ones are
//! rejected for the right reason.

mod desk;
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
    ($($name:ident: $lab:literal;)*) => {$(
        mod $name {
            #[test]
            #[ignore = "run by cargo xtask test labs"]
            fn the_starter_compiles_without_warnings_and_says_what_to_do() {
                crate::judge_starter($lab);
            }

            #[test]
            #[ignore = "run by cargo xtask test labs"]
            fn the_solution_of_each_stage_passes() {
                crate::judge_solution($lab);
            }

            #[test]
            #[ignore = "run by cargo xtask test labs"]
            fn wrong_ones_are_rejected_for_the_right_reason() {
                crate::reject_all($lab);
            }
        }
    )*};
}

labs! {
    fd_mutex: "fd-mutex";
    heap: "heap";
    loom_model: "loom-model";
    mutex: "mutex";
    rank_test: "rank-test";
    timerproc: "timerproc";
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

fn judge_starter(lab: &str) {
    let desk = Desk::new(lab, "starter");
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
    let desk = Desk::new(lab, "solution");
    let stages = metadata(lab)["stages"].as_array().unwrap().len();
    for stage in 1..=stages {
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
fn reject_all(lab: &str) {
    let all = patch::all(lab);
    assert!(all.len() >= 6, "{lab}");
    let stages = metadata(lab)["stages"].as_array().unwrap().len();
    let solution = solution(lab, stages);
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(wrong) =
                    all.get(next.fetch_add(1, Ordering::Relaxed))
                {
                    reject(lab, wrong, &solution);
                }
            });
        }
    });
}

fn reject(lab: &str, wrong: &Wrong, solution: &str) {
    let desk = Desk::new(lab, &wrong.name);
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
