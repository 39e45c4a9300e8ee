//! The README of the labs, recorded: a session from the start to the last
//! stage, and what wrong answers see.

use std::fs;

use support::atomic_file;
use support::workspace::root;

use crate::desk::Desk;
use crate::{is_all, left_out, patch, solution};

/// The wrong answers that are shown, one of each kind.
const SHOWN: [(&str, &str); 6] = [
    ("heap", "parent-off-by-one"),
    ("heap", "swaps"),
    ("heap", "hole-stands-still"),
    ("heap", "right-but-slow"),
    ("heap", "tests-that-assert-nothing"),
    ("mutex", "relaxed-unlock"),
];

#[test]
#[ignore = "run by cargo xtask test labs"]
fn the_recorded_session_is_what_the_command_prints() {
    if !is_shown() {
        return left_out("the recorded session");
    }
    let desk = Desk::new("heap", "session");
    let mut text = String::new();
    let mut typed = |command: &str| {
        let (_, said) = desk.run(command, &[]);
        text += &format!("$ cargo lab {command} heap\n{}\n\n", said.trim_end());
    };
    typed("start");
    typed("check");
    typed("hint");
    for stage in 1..=4 {
        desk.write(&solution("heap", stage));
        typed("check");
    }
    let text = text.replace("target/labs/desks/heap/session", "my-labs");
    compare("the session", text.trim_end());
}

#[test]
#[ignore = "run by cargo xtask test labs"]
fn the_recorded_wrong_answers_are_what_the_command_prints() {
    if !is_shown() {
        return left_out("the recorded wrong answers");
    }
    let mut all = String::new();
    for (lab, name) in SHOWN {
        let wrongs = patch::all(lab);
        let wrong = wrongs.iter().find(|it| it.name == name).expect(name);
        let desk = Desk::new(lab, "shown");
        desk.write(&wrong.applied(&solution(lab, wrong.stage)));
        let (code, said) = desk.run("check", &[]);
        assert_eq!(code, 1, "{said}");
        let stage = format!("\nstage {},", wrong.stage);
        let (_, failing) = said.split_once(&stage).expect("it gets there");
        let (failing, _) = failing.rsplit_once("\n\n").expect("and ends");
        all += &format!("# {lab}: {}\n{}", wrong.why, &stage[1..]);
        all += &format!("{}\n\n", failing.trim_end());
    }
    compare("wrong answers", all.trim_end());
}

fn is_recorded() -> bool {
    std::env::var_os("RECORD_SESSION").is_some()
}

fn is_shown() -> bool {
    is_recorded() || is_all()
}

/// Compares with what the README has under a mark, or puts it there.
fn compare(mark: &str, fresh: &str) {
    let file = root().join("labs/README.md");
    let readme = fs::read_to_string(&file).expect("it is there");
    let begin = format!("<!-- {mark} -->\n```text\n");
    let end = "\n```\n<!-- end -->";
    let (before, rest) = readme.split_once(&begin).expect("the mark");
    let (kept, after) = rest.split_once(end).expect("its end");
    if is_recorded() {
        let text = [before, &begin, fresh, end, after].concat();
        atomic_file::write(&file, text.as_bytes()).unwrap();
        return;
    }
    assert_eq!(
        without_times(kept),
        without_times(fresh),
        "labs/README.md says how to record it anew"
    );
}

/// Takes out what is never twice the same: times, and what follows of them.
fn without_times(text: &str) -> Vec<String> {
    let is_of_speed = |line: &&str| {
        ["time by that of", "ours beyond doubt", "as ours", "than ours"]
            .iter()
            .any(|it| line.contains(it))
    };
    let lines = text.lines().filter(|it| !is_of_speed(it));
    let plain = |word: &str| {
        let word = word.trim_end();
        if word.parse::<f64>().is_ok() && word.contains('.') {
            "some".to_owned()
        } else {
            word.to_owned()
        }
    };
    lines
        .map(|line| line.split(' ').map(plain).collect::<Vec<_>>().join(" "))
        .collect()
}
