//! Profiles that meet in few blocks, for the second stage.

use std::fmt;

use fastrand::Rng;

use super::block::{Block, MAX_COUNT, Position};
use super::mode::Mode;
use super::oracle;
use super::profile::{Malformed, Problem};
use crate::sequence;

/// How many profiles are merged at most.
pub const MOST: usize = 3;

/// Paths with the start, the end and the statements of a block: some begin in
/// the line or at the byte where another ends, and the last two overlap the
/// others.
const PLACES: [(&str, [u32; 5]); 9] = [
    ("a.go", [1, 1, 1, 9, 1]),
    ("a.go", [1, 9, 2, 5, 2]),
    ("a.go", [9, 1, 9, 9, 1]),
    ("a.go", [10, 1, 10, 9, 1]),
    ("a.go", [10, 9, 10, 20, 1]),
    ("b.go", [1, 1, 1, 9, 1]),
    ("a.go-b.go", [1, 1, 1, 9, 1]),
    ("a.go", [9, 1, 9, 9, 2]),
    ("b.go", [1, 5, 3, 1, 3]),
];
/// How many of them never overlap.
const APART: usize = 7;

/// A piece of one of the profiles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece {
    /// A line of a profile: a block, by its number, and its count.
    Line(usize, usize, u64),
    /// A line of a profile that cannot be read.
    Broken(usize),
    /// The last newline of a profile is left out.
    Unended(usize),
    /// The mode of one profile.
    Mode(usize, Mode),
    /// The mode of all that say nothing of their own.
    All(Mode),
}

impl Piece {
    /// Draws one; few are such that nothing can be merged any more.
    pub fn draw(rng: &mut Rng) -> Self {
        let profile = rng.usize(0..MOST);
        let mode = Mode::ALL[rng.usize(0..3)];
        match rng.u32(0..160) {
            0 => Self::Broken(profile),
            1..4 => Self::Mode(profile, mode),
            4..12 => Self::All(mode),
            12..20 => Self::Unended(profile),
            at => {
                let most = if at < 22 { PLACES.len() } else { APART };
                let count = match rng.u32(0..8) {
                    0 => MAX_COUNT,
                    _ => rng.u64(0..4),
                };
                Self::Line(profile, rng.usize(0..most), count)
            }
        }
    }

    fn profile(&self) -> usize {
        match *self {
            Self::Line(profile, ..)
            | Self::Broken(profile)
            | Self::Unended(profile)
            | Self::Mode(profile, _) => profile,
            Self::All(_) => 0,
        }
    }
}

impl fmt::Display for Piece {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Self::All(mode) = self {
            return write!(f, "all in mode {mode}");
        }
        write!(f, "profile {}: ", self.profile() + 1)?;
        match *self {
            Self::Line(_, place, count) => {
                let (path, block) = block(place);
                write!(f, "{path}:{block} {count}")
            }
            Self::Broken(_) => write!(f, "a broken line"),
            Self::Unended(_) => write!(f, "no newline at the end"),
            Self::Mode(_, mode) => write!(f, "mode {mode}"),
            Self::All(_) => Ok(()),
        }
    }
}

impl sequence::Operation for Piece {
    fn smaller(&self) -> Vec<Self> {
        let profiles = 0..self.profile();
        match *self {
            Self::Line(profile, place, count) => {
                let counts = [0, 1, 2].into_iter().filter(|it| *it < count);
                let line = move |it| Self::Line(it, place, count);
                let place_of = move |it| Self::Line(profile, it, count);
                let counted = move |it| Self::Line(profile, place, it);
                let smaller = counts.map(counted).chain(profiles.map(line));
                smaller.chain((0..place).map(place_of)).collect()
            }
            Self::Broken(_) => profiles.map(Self::Broken).collect(),
            Self::Unended(_) => profiles.map(Self::Unended).collect(),
            Self::Mode(_, mode) => {
                profiles.map(|it| Self::Mode(it, mode)).collect()
            }
            Self::All(_) => Vec::new(),
        }
    }
}

fn block(place: usize) -> (&'static str, Block) {
    let (path, [a, b, c, d, statements]) = PLACES[place];
    let start = Position { line: a, column: b };
    let end = Position { line: c, column: d };
    (path, Block { start, end, statements })
}

/// Profiles as text, and what their merge must be.
#[derive(Debug)]
pub struct Profiles {
    /// The texts.
    pub texts: Vec<String>,
    /// Whether all are in mode set.
    pub are_sets: bool,
    /// Their union; or all reasons why there is none.
    pub union: Result<String, Vec<Problem>>,
}

impl Profiles {
    /// Returns the profiles that these pieces make.
    pub fn of(pieces: &[Piece]) -> Self {
        let count = pieces.iter().map(|it| it.profile() + 1).max().unwrap_or(1);
        let modes: Vec<Mode> = (0..count).map(|it| mode(pieces, it)).collect();
        let (mut problems, mut lines) = (Vec::new(), Vec::new());
        let mut texts = Vec::new();
        for (profile, &mode) in modes.iter().enumerate() {
            let mut text = format!("mode: {mode}\n");
            let mut first_broken = None;
            let of_it = pieces.iter().filter(|it| it.profile() == profile);
            for &piece in of_it {
                match piece {
                    Piece::Line(_, place, count) => {
                        let (path, block) = block(place);
                        text += &format!("{path}:{block} {count}\n");
                        lines.push((path.to_owned(), block, count));
                    }
                    Piece::Broken(_) => {
                        let line = text.lines().count() + 1;
                        first_broken.get_or_insert(broken(profile, line));
                        text += "broken\n";
                    }
                    _ => {}
                }
            }
            problems.extend(first_broken);
            if pieces.contains(&Piece::Unended(profile)) {
                text.pop();
            }
            texts.push(text);
        }
        let sets = modes.iter().filter(|it| **it == Mode::Set).count();
        if sets > 0 && sets < count {
            problems.push(Problem::Modes(Mode::Set, Mode::Count));
        }
        let paths = oracle::overlapping(&lines).into_iter();
        problems.extend(paths.map(|path| Problem::Overlap(path.to_owned())));
        let mode = modes.into_iter().max().unwrap_or(Mode::Set);
        let union = if problems.is_empty() {
            Ok(oracle::union(mode, lines))
        } else {
            Err(problems)
        };
        Self { texts, are_sets: sets == count, union }
    }
}

/// Returns the mode of a profile: the last that is said of it, or of all.
fn mode(pieces: &[Piece], of: usize) -> Mode {
    let own = pieces.iter().rev().find_map(|it| match *it {
        Piece::Mode(profile, mode) if profile == of => Some(mode),
        _ => None,
    });
    let all = pieces.iter().rev().find_map(|it| match *it {
        Piece::All(mode) => Some(mode),
        _ => None,
    });
    own.or(all).unwrap_or(Mode::Count)
}

/// What is expected in place of a broken line is not compared.
fn broken(profile: usize, line: usize) -> Problem {
    let wrong = Malformed { line, column: 1, what: "" };
    Problem::Malformed { profile, wrong }
}

/// Returns whether two problems are of one kind, and in the same place.
pub fn is_alike(yours: &Problem, right: &Problem) -> bool {
    match (yours, right) {
        (
            Problem::Malformed { profile, wrong },
            Problem::Malformed { profile: other, wrong: right },
        ) => profile == other && wrong.line == right.line,
        (Problem::Modes(..), Problem::Modes(..)) => true,
        (Problem::Overlap(yours), Problem::Overlap(right)) => yours == right,
        _ => false,
    }
}
