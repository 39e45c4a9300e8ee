//! Programs of timers against a sorted map, and their errors.

use std::collections::BTreeMap;

use live::Language;
use live::recording::Recording;
use proptest::prelude::*;

fn recorded(text: &str) -> Recording {
    Language::Timers.record(text).expect("it runs")
}

fn error(text: &str) -> (usize, usize, String) {
    let error = Language::Timers.record(text).expect_err(text);
    (error.line, error.column, error.message)
}

#[test]
fn errors_name_the_line_and_the_column() {
    for (text, line, column, said) in [
        ("begin a 5", 1, 1, "start, reset, stop or advance"),
        ("\n  start", 2, 8, "name of a timer is missing"),
        ("start a # 5", 1, 9, "a deadline is missing"),
        ("start a 100", 1, 9, "between 1 and 99"),
        ("start é 5 6", 1, 11, "too much"),
        ("start a 5\nstart a 6", 2, 7, "runs already"),
        ("start a 5\nstart b 5", 2, 9, "another timer is due at 5"),
        ("start a 5\n\nstop b", 3, 6, "no timer b"),
        ("advance 9\nadvance 8", 2, 9, "it is 9 already"),
        ("advance 9\nstart a 9", 2, 9, "it is 9 already"),
    ] {
        let (at_line, at_column, message) = error(text);
        assert_eq!((at_line, at_column), (line, column), "{text}");
        assert!(message.contains(said), "{text}: {message}");
    }
}

#[test]
fn more_timers_than_places_are_refused() {
    let starts = |count: usize| -> String {
        (1..=count).map(|at| format!("start t{at} {at}\n")).collect()
    };
    recorded(&starts(21));
    let (line, _, message) = error(&starts(22));
    assert_eq!((line, message.as_str()), (22, "the drawing has 21 places"));
    assert_eq!(error(&"advance 1\n".repeat(201)).0, 201);
}

proptest! {
    #[test]
    fn what_is_left_is_what_a_sorted_map_has(
        starts in prop::collection::btree_set(1..99_i64, 0..20),
        stopped in 0..20_usize,
        time in 1..99_i64,
    ) {
        let mut oracle = BTreeMap::new();
        let mut text = String::new();
        for (at, when) in starts.iter().rev().enumerate() {
            text += &format!("start t{at} {when}\n");
            oracle.insert(*when, at);
        }
        if stopped < starts.len() {
            text += &format!("stop t{stopped}\n");
            oracle.retain(|_, at| *at != stopped);
        }
        text += &format!("advance {time}\n");
        oracle.retain(|when, _| *when > time);
        for track in recorded(&text).tracks {
            let last = track.frames.last().expect("a first frame");
            let mut shown: Vec<i64> = last
                .tiles
                .iter()
                // The array below the tree has them once more.
                .filter(|tile| !tile.id.starts_with("place "))
                .map(|tile| tile.text.parse().expect("a deadline"))
                .collect();
            shown.sort_unstable();
            let left: Vec<i64> = oracle.keys().copied().collect();
            prop_assert_eq!(shown, left, "{}", track.name);
            // Each moves only when written, so the end needs no correction.
            let next = match oracle.first_key_value() {
                Some((when, _)) => format!("sleeps until {when}."),
                None => "is parked.".to_owned(),
            };
            prop_assert!(last.say.ends_with(&next), "{}", last.say);
        }
    }
}
