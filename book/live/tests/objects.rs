//! Programs of objects against what is reachable, and their errors.

use std::collections::{BTreeMap, BTreeSet};

use live::Language;
use live::recording::Recording;
use proptest::prelude::*;

fn recorded(text: &str) -> Recording {
    Language::Objects.record(text).expect("it runs")
}

fn says(text: &str) -> Vec<String> {
    let track = &recorded(text).tracks[0];
    track.frames.iter().map(|frame| frame.say.clone()).collect()
}

#[test]
fn errors_name_the_line_and_the_column() {
    for (text, line, column, said) in [
        ("make a", 1, 1, "new, link, unlink, drop"),
        ("new", 1, 4, "the name of an object is missing"),
        ("new object", 1, 5, "more than three letters"),
        ("new a\nnew a", 2, 5, "a is there already"),
        ("new a\nlink a b", 2, 8, "there is no object b"),
        ("new b\nlink a b", 2, 6, "there is no object a"),
        ("new a\nunlink a a", 2, 8, "does not point to"),
        ("new a\ndrop a\ndrop a", 3, 6, "no root keeps a"),
        ("new a\ndrop a\nlink a a", 3, 6, "no root leads to a"),
        ("new a\nfinalizer a\nfinalizer a", 3, 11, "already"),
        ("new a\nfinalizer a soon", 2, 13, "is not revives"),
        ("new a\nupgrade a", 2, 9, "no weak pointer to a"),
        ("collect all", 1, 9, "too much"),
        ("mark", 1, 1, "no collection has begun"),
        ("begin\nbegin", 2, 1, "begun already"),
    ] {
        let error = Language::Objects.record(text).expect_err(text);
        assert_eq!((error.line, error.column), (line, column), "{text}");
        assert!(error.message.contains(said), "{text}: {}", error.message);
    }
}

#[test]
fn no_more_objects_than_places_and_no_more_pointers_than_fields() {
    let news = |count| -> String {
        (1..=count).map(|at| format!("new o{at}\n")).collect()
    };
    recorded(&news(8));
    let error = Language::Objects.record(&news(9)).expect_err("nine");
    assert_eq!(error.message, "the drawing has 8 places");
    let links = "new a\n".to_owned() + &"link a a\n".repeat(4);
    let error = Language::Objects.record(&links).expect_err("four");
    assert_eq!((error.line, error.column), (5, 6));
}

#[test]
fn a_finalizer_keeps_its_object_for_one_more_collection() {
    let said = says(
        "new a\nfinalizer a\nweak a\ndrop a\ncollect\nupgrade a\nrun\ncollect",
    );
    assert_eq!(
        said[5..],
        [
            "The finalizer of a may follow its pointers.",
            "a is unmarked: its end is due.",
            "Sweep: nothing is freed.",
            "The weak pointer to a finds nothing.",
            "The finalizer of a runs.",
            "Sweep: a is freed.",
        ]
    );
}

#[test]
fn a_finalizer_may_revive_its_object() {
    let text = "new a\nfinalizer a revives\ndrop a\ncollect\nrun\ncollect";
    assert_eq!(
        says(text).last().map(String::as_str),
        Some("Sweep: nothing is freed.")
    );
    let again = format!("{text}\ncleanup a\ndrop a\ncollect\nrun");
    assert_eq!(
        says(&again).last().map(String::as_str),
        Some("The cleanup of a runs.")
    );
}

#[test]
fn between_two_steps_the_barrier_marks_what_is_moved() {
    let said = says(
        "new a\nnew b\nnew c\nlink a c\ndrop c\nbegin\nmark\n\
         link b c\nunlink a c\nmark\nmark\nmark\ncollect",
    );
    assert_eq!(
        said[6..],
        [
            "A collection begins.",
            "Mark a: it is in use.",
            "Mark b: it is in use.",
            "Follow the pointers of b.",
            "b points to c.",
            "Mark c: it is in use.",
            "a does not point to c any more.",
            "Follow the pointers of c.",
            "Follow the pointers of a.",
            "Nothing is left to follow.",
            "Sweep: nothing is freed.",
        ]
    );
}

proptest! {
    #[test]
    fn what_is_left_is_what_the_roots_reach(
        count in 1..9_usize,
        links in prop::collection::vec((0..8_usize, 0..8_usize), 0..12),
        dropped in prop::collection::btree_set(0..8_usize, 0..8),
    ) {
        let name = |at: usize| format!("o{}", at % count);
        let mut text: String =
            (0..count).map(|at| format!("new o{at}\n")).collect();
        let mut points: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (from, to) in links {
            let fields = points.entry(name(from)).or_default();
            if fields.len() < 3 {
                fields.push(name(to));
                text += &format!("link {} {}\n", name(from), name(to));
            }
        }
        let dropped: BTreeSet<usize> =
            dropped.into_iter().filter(|at| *at < count).collect();
        for at in &dropped {
            text += &format!("drop o{at}\n");
        }
        text += "collect";
        let mut reached: Vec<String> =
            (0..count).filter(|at| !dropped.contains(at)).map(name).collect();
        let mut next = 0;
        while let Some(from) = reached.get(next).cloned() {
            for to in points.get(&from).into_iter().flatten() {
                if !reached.contains(to) {
                    reached.push(to.clone());
                }
            }
            next += 1;
        }
        reached.sort_unstable();
        let recording = recorded(&text);
        let last = recording.tracks[0].frames.last().expect("a first frame");
        let mut left: Vec<String> =
            last.tiles.iter().map(|drawn| drawn.id.clone()).collect();
        left.sort_unstable();
        prop_assert_eq!(left, reached);
    }
}
