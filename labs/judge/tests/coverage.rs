//! What the lab *coverage* takes for right is what `coverage-merge` does.

use coverage_merge::{OnConflict, Profile, Step, watch};
use fastrand::Rng;
use lab_judge::coverage::lines::Line;
use lab_judge::coverage::ours::Ours;
use lab_judge::coverage::pieces::{Piece, Profiles};
use lab_judge::coverage::texts::{Row, text};
use lab_judge::coverage::union::Union;
use lab_judge::coverage::{Mode, Problem};

/// Returns whether an error is in this place of a text. The crate looks at no
/// blanks at the end of a line, so a number that lacks there lacks before them.
fn is_at(
    error: &coverage_merge::Error,
    text: &[u8],
    line: usize,
    column: usize,
) -> bool {
    let text = text.split(|it| *it == b'\n').nth(line - 1);
    let end = text.unwrap_or_default().trim_ascii_end().len() + 1;
    let column = column.min(end);
    error.to_string().starts_with(&format!("it:{line}:{column}: "))
}

#[test]
fn the_crate_finds_each_wrong_line_where_the_lab_does() {
    let mut rng = Rng::with_seed(1);
    for _ in 0..3_000 {
        let written = Line::draw(&mut rng).written();
        let profile = [b"mode: count\n", &written.bytes[..], b"\n"].concat();
        let read = Profile::parse(&profile[..], "it");
        match (read, written.says) {
            (Ok(read), Ok((path, block, count))) => {
                let (known, its, n) = read.blocks().next().expect("a line");
                assert_eq!((known, n), (path, count));
                assert_eq!(its.to_string(), block.to_string());
            }
            (Err(error), Err(column)) => {
                let is_there = is_at(&error, &profile, 2, column);
                assert!(is_there, "{column}: {error}");
            }
            (read, says) => panic!("{:?}: {read:?}, {says:?}", written.bytes),
        }
    }
}

#[test]
fn the_crate_finds_the_wrong_line_of_a_profile_where_the_lab_does() {
    let mut rng = Rng::with_seed(2);
    for length in 0..600 {
        let rows: Vec<Row> =
            (0..length % 20).map(|_| Row::draw(&mut rng)).collect();
        let text = text(&rows);
        match (Profile::parse(text.text.as_bytes(), "it"), &text.says) {
            (Ok(read), Ok(right)) => {
                assert_eq!(
                    read.mode().map(coverage_merge::Mode::name),
                    Some(right.mode.name())
                );
            }
            (Err(error), Err((line, column))) => {
                let bytes = text.text.as_bytes();
                let is_there = is_at(&error, bytes, *line, *column);
                assert!(is_there, "{}: {error}", text.text);
            }
            (read, says) => panic!("{}: {read:?}, {says:?}", text.text),
        }
    }
}

#[test]
fn the_crate_merges_as_the_lab_does() {
    let mut rng = Rng::with_seed(3);
    let mut merged = [0, 0];
    for length in 0..2_000 {
        let pieces: Vec<Piece> =
            (0..length % 24).map(|_| Piece::draw(&mut rng)).collect();
        let profiles = Profiles::of(&pieces);
        let union = crate_union(&profiles.texts);
        merged[usize::from(union.is_ok())] += 1;
        match (union, &profiles.union) {
            (Ok(yours), Ok(right)) => assert_eq!(yours, *right),
            (Err(error), Err(problems)) => {
                let is_it = |it: &Problem| match it {
                    Problem::Malformed { .. } => error.is_malformed(),
                    Problem::Modes(..) => error.is_mixed_modes(),
                    Problem::Overlap(_) => error.is_conflict(),
                };
                assert!(problems.iter().any(is_it), "{problems:?}: {error}");
            }
            // Two pieces of one input may overlap there: `//line` makes such.
            (Ok(_), Err(problems)) => {
                let is_overlap = |it| matches!(it, &Problem::Overlap(_));
                assert!(problems.iter().all(is_overlap), "{problems:?}");
            }
            (Err(error), Ok(right)) => panic!("{error}: {right}"),
        }
    }
    assert!(merged.iter().all(|it| *it > 100), "{merged:?}");
}

fn crate_union(texts: &[String]) -> Result<String, coverage_merge::Error> {
    let mut union = Profile::new();
    for (at, text) in texts.iter().enumerate() {
        union.read(text.as_bytes(), &format!("profile {}", at + 1))?;
    }
    union.resolve(OnConflict::Error)?;
    let mut text = Vec::new();
    union.write(&mut text).expect("memory can be written");
    Ok(String::from_utf8(text).expect("a profile is text"))
}

/// From the third time on; the crate keeps the texts of a file only when it
/// sees the file again.
#[test]
fn the_crate_parses_as_many_lines_as_our_prediction() {
    let line = |file: usize, block: usize, count: usize| {
        format!("m/f{file}.go:{block}.1,{block}.9 1 {count}\n")
    };
    let whole: String = (0..4)
        .flat_map(|file| (1..9).map(move |block| line(file, block, file)))
        .collect();
    let gap: String = whole
        .lines()
        .filter(|it| !it.contains(":4."))
        .map(|it| format!("{it}\n"))
        .collect();
    let more = whole.replace("f2.go:5.", "f2.go:55.");
    let turned: String =
        whole.lines().rev().map(|it| format!("{it}\n")).collect();
    let (mut ours, mut its) = (Union::new(Mode::Count), Profile::new());
    for (at, body) in [&whole, &whole, &whole, &gap, &more, &turned, &whole]
        .iter()
        .enumerate()
    {
        let before = ours.parsed;
        ours.read::<Ours>(body).expect("it is right");
        let text = format!("mode: count\n{body}");
        let steps = watch(&mut its, text.as_bytes(), "it").expect("right");
        let parsed =
            steps.iter().filter(|it| matches!(it, Step::Found { .. })).count();
        if at > 1 {
            assert_eq!(ours.parsed - before, parsed, "profile {}", at + 1);
        }
    }
    let mut text = Vec::new();
    its.write(&mut text).expect("memory can be written");
    assert_eq!(String::from_utf8(text).expect("text"), ours.text());
}
