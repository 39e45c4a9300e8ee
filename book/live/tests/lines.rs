//! Each step says which line of the program it is of.

use live::Language;

/// Returns what each frame of a track says, and its line, counted from 1.
fn lines(
    language: Language,
    text: &str,
    track: usize,
) -> Vec<(String, Option<usize>)> {
    let recording = language.record(text).expect(text);
    let frames = recording.tracks[track].frames.iter();
    let line = |line: usize| line + 1;
    frames.map(|frame| (frame.say.clone(), frame.line.map(line))).collect()
}

/// A program and its beginnings: how many frames each has tells which line the
/// next frames are of.
fn expected(
    language: Language,
    text: &str,
    track: usize,
) -> Vec<Option<usize>> {
    let all: Vec<&str> = text.lines().collect();
    let mut expected = vec![None];
    for count in 1..=all.len() {
        let frames = lines(language, &all[..count].join("\n"), track);
        expected.resize(frames.len(), Some(count));
    }
    expected
}

#[test]
fn commands_that_run_one_after_the_other_mark_their_own_frames() {
    let timers = "start a 30\n\n# two more\nstart b 20\nstart c 10\n\
                  stop b\nadvance 15";
    let objects = "new a\nnew b\nlink a b\n\ndrop b\ncollect";
    for (language, text, tracks) in
        [(Language::Timers, timers, 2), (Language::Objects, objects, 1)]
    {
        for track in 0..tracks {
            let found = lines(language, text, track);
            let found: Vec<_> = found.iter().map(|(_, line)| *line).collect();
            assert_eq!(found, expected(language, text, track));
        }
    }
}

#[test]
fn a_function_marks_where_it_is_and_then_where_it_was_called() {
    let text = "defer r\ncall f\nprint no\n\
                func f\ndefer print b\npanic x\n\
                func r\nrecover\nprint saved";
    let found = lines(Language::Defers, text, 0);
    let found: Vec<_> =
        found.iter().map(|(say, line)| (say.as_str(), *line)).collect();
    assert_eq!(
        found,
        [
            ("main begins.", None),
            ("r is deferred: a record goes on the chain.", Some(1)),
            ("f begins.", Some(2)),
            ("print b is deferred: a record goes on the chain.", Some(5)),
            ("panic x: it runs what is deferred.", Some(6)),
            ("print b leaves the chain and runs.", Some(5)),
            ("It prints b.", Some(5)),
            ("r leaves the chain and runs.", Some(1)),
            ("r begins.", Some(1)),
            ("recover gets x: the panic is to end.", Some(8)),
            ("It prints saved.", Some(9)),
            ("r returns.", Some(1)),
            (
                "panic x has ended: all is left up to the function that \
                 deferred the recovery.",
                Some(6)
            ),
            ("f is left.", Some(2)),
            ("main returns.", None),
        ]
    );
}
