//! Whole profiles for the first stage: lines, empty lines, and a first line
//! that may be wrong.

use std::fmt;

use fastrand::Rng;

use super::lines::{Fault, Line, in_words};
use super::mode::Mode;
use super::profile::{Malformed, Profile};
use crate::sequence;

/// First lines, and the column in which each is wrong.
const HEADS: [(&str, Result<Mode, usize>); 5] = [
    ("mode: set", Ok(Mode::Set)),
    ("mode: count", Ok(Mode::Count)),
    ("mode: atomic", Ok(Mode::Atomic)),
    ("mode: sum", Err(7)),
    ("a.go:1.1,2.2 1 1", Err(1)),
];

/// A piece of a profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Row {
    /// The first line is this one; the last that says so counts.
    Head(usize),
    /// A line.
    Line(Line),
    /// A line without anything in it.
    Empty,
    /// The last newline is left out.
    Unended,
}

impl Row {
    /// Draws one. Most lines are right, or few profiles would be.
    pub fn draw(rng: &mut Rng) -> Self {
        match rng.u32(0..24) {
            0..3 => Self::Head(rng.usize(0..HEADS.len())),
            3 => Self::Empty,
            4 => Self::Unended,
            at => {
                let mut line = Line::draw(rng);
                // A text is UTF-8 as a whole.
                if at < 22 || line.fault == Some(Fault::NotText) {
                    line.fault = None;
                }
                Self::Line(line)
            }
        }
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Head(at) => f.write_str(HEADS[*at].0),
            Self::Line(line) => line.fmt(f),
            Self::Empty => f.write_str("(an empty line)"),
            Self::Unended => f.write_str("(no newline at the end)"),
        }
    }
}

impl sequence::Operation for Row {
    fn smaller(&self) -> Vec<Self> {
        match self {
            Self::Line(line) => {
                line.smaller().into_iter().map(Self::Line).collect()
            }
            _ => Vec::new(),
        }
    }
}

/// A profile as text, and what it says: the first line and column that cannot
/// be right, or the profile.
#[derive(Debug)]
pub struct Text {
    /// The profile.
    pub text: String,
    /// What it says.
    pub says: Result<Profile<'static>, (usize, usize)>,
}

/// Returns the profile of these rows.
pub fn text(rows: &[Row]) -> Text {
    let head = rows.iter().rev().find_map(|row| match row {
        Row::Head(at) => Some(*at),
        _ => None,
    });
    let (first, mode) = HEADS[head.unwrap_or(1)];
    let mut text = format!("{first}\n");
    let mut wrong = mode.err().map(|column| (1, column));
    let mut lines = Vec::new();
    let mut number = 1;
    for row in rows {
        match row {
            Row::Head(_) | Row::Unended => continue,
            Row::Empty => {}
            Row::Line(line) => {
                let written = line.written();
                text += std::str::from_utf8(&written.bytes).unwrap_or_default();
                match written.says {
                    Ok(line) => lines.push(line),
                    Err(column) => wrong = wrong.or(Some((number + 1, column))),
                }
            }
        }
        number += 1;
        text.push('\n');
    }
    if rows.contains(&Row::Unended) {
        text.pop();
    }
    let mode = mode.unwrap_or(Mode::Set);
    let says = wrong.map_or(Ok(Profile { mode, lines }), Err);
    Text { text, says }
}

/// Compares what the reader's code says of a profile with what it says.
///
/// # Errors
///
/// Returns the difference, in words.
pub fn compare(
    text: &Text,
    yours: Result<Profile<'_>, Malformed>,
) -> Result<(), String> {
    let place = |line: usize, column: usize| {
        format!("an error in line {line}, column {column}")
    };
    let (yours, right) = match (yours, &text.says) {
        (Ok(yours), Ok(right)) if yours == *right => return Ok(()),
        (Ok(yours), Ok(right)) => return Err(difference(&yours, right)),
        (Err(yours), Err(right)) if (yours.line, yours.column) == *right => {
            return Ok(());
        }
        (Err(yours), Ok(_)) => {
            (place(yours.line, yours.column), "no error".to_owned())
        }
        (Ok(_), Err((line, column))) => {
            ("no error".to_owned(), place(*line, *column))
        }
        (Err(yours), Err((line, column))) => {
            (place(yours.line, yours.column), place(*line, *column))
        }
    };
    Err(format!("read says {yours}, and {right} is right"))
}

/// Returns the first difference of two profiles.
fn difference(yours: &Profile<'_>, right: &Profile<'_>) -> String {
    if yours.mode != right.mode {
        return format!(
            "mode {} is read, and {} is right",
            yours.mode, right.mode
        );
    }
    let (yours, right) = (&yours.lines, &right.lines);
    let mut places = 0..yours.len().min(right.len());
    match places.find(|at| yours[*at] != right[*at]) {
        None => format!(
            "{} lines are read, and {} are there",
            yours.len(),
            right.len()
        ),
        Some(at) => format!(
            "the {}. line is read as {}, and {} is right",
            at + 1,
            in_words(yours[at]),
            in_words(right[at])
        ),
    }
}
