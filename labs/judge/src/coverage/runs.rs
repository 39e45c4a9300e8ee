//! Profiles that list the same blocks again, for the third stage.

use std::fmt;

use fastrand::Rng;

use super::asked::{Follow, Parse};
use super::block::{Block, MAX_COUNT, Position};
use super::listing::{self, Line};
use super::mode::Mode;
use super::oracle;
use super::union::Union;
use crate::sequence;

/// Files; one path is long, so that the end of a text is shorter than it.
const PATHS: [&str; 3] = ["a.go", "b.go", "m/a/rather/long/path.go"];
/// How many blocks a file has.
const BLOCKS: u32 = 12;

/// Lines of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    file: usize,
    first: u32,
    blocks: u32,
    /// Of the first block; the others have more.
    count: u64,
}

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Lines of a file, one a block.
    Run(Run),
    /// A new profile begins.
    Next,
    /// All are in mode set.
    Sets,
}

impl Step {
    /// Draws one.
    pub fn draw(rng: &mut Rng) -> Self {
        match rng.u32(0..12) {
            0 => Self::Sets,
            1..5 => Self::Next,
            _ => {
                let count = match rng.u32(0..8) {
                    0 => MAX_COUNT - 1,
                    1 => rng.u64(0..100_000_000),
                    _ => rng.u64(0..12),
                };
                // Often the same, so that it can be predicted.
                let is_whole = rng.bool();
                let first = if is_whole { 1 } else { rng.u32(1..BLOCKS) };
                let blocks = if is_whole { 3 } else { rng.u32(1..4) };
                let file = rng.usize(0..PATHS.len());
                Self::Run(Run { file, first, blocks, count })
            }
        }
    }

    fn lines(self) -> Vec<Line> {
        let Self::Run(Run { file, first, blocks, count }) = self else {
            return Vec::new();
        };
        let line = |at: u32| {
            let more = u64::from(at - first);
            let count = count.saturating_add(more).min(MAX_COUNT);
            (PATHS[file].to_owned(), block(at), count)
        };
        (first..first + blocks).map(line).collect()
    }
}

/// Two blocks begin in each line, and the texts of some begin alike.
fn block(at: u32) -> Block {
    let (line, column) = (at.div_ceil(2), 1 + 9 * (at % 2));
    let start = Position { line, column };
    let end = Position { line, column: column + 5 };
    Block { start, end, statements: at % 3 }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Run(Run { file, first, blocks, count }) => write!(
                f,
                "{}: blocks {first} to {}, count {count}",
                PATHS[file],
                first + blocks - 1
            ),
            Self::Next => write!(f, "next profile"),
            Self::Sets => write!(f, "mode set"),
        }
    }
}

impl sequence::Operation for Step {
    fn smaller(&self) -> Vec<Self> {
        let Self::Run(run) = *self else { return Vec::new() };
        let simpler = (0..run.file).map(|file| Run { file, ..run });
        let shorter = (1..run.blocks).map(|blocks| Run { blocks, ..run });
        let fewer = (0..run.count.min(3)).map(|count| Run { count, ..run });
        simpler.chain(shorter).chain(fewer).map(Self::Run).collect()
    }
}

/// The profiles of some steps, as lines.
#[derive(Debug)]
pub struct Profiles {
    mode: Mode,
    lines: Vec<Vec<Line>>,
}

impl Profiles {
    /// Returns the profiles that these steps make.
    pub fn of(steps: &[Step]) -> Self {
        let is_set = steps.contains(&Step::Sets);
        let mode = if is_set { Mode::Set } else { Mode::Count };
        let profiles = steps.split(|it| *it == Step::Next);
        let lines = profiles.map(|profile| {
            profile.iter().flat_map(|step| step.lines()).collect()
        });
        Self { mode, lines: lines.collect() }
    }

    /// Adds one after the other to a union, by the reader's code, and compares
    /// after each.
    ///
    /// # Errors
    ///
    /// Returns the first difference.
    pub fn compare<R: Parse + Follow>(&self) -> Result<(), String> {
        let mut union = Union::new(self.mode);
        for (at, lines) in self.lines.iter().enumerate() {
            union.read::<R>(&body(self.mode, lines))?;
            let (yours, right) = (union.text(), self.right(at + 1));
            if yours != right {
                return Err(format!(
                    "after profile {}, {}",
                    at + 1,
                    listing::difference(&yours, &right)
                ));
            }
        }
        Ok(())
    }

    fn right(&self, count: usize) -> String {
        let lines = self.lines[..count].iter().flatten().cloned();
        oracle::union(self.mode, lines)
    }

    /// Returns the last profile, and the union before and after it.
    pub fn told<R: Parse + Follow>(&self) -> Vec<(&'static str, String)> {
        let mut union = Union::new(self.mode);
        let Some((last, before)) = self.lines.split_last() else {
            return Vec::new();
        };
        for lines in before {
            let _ = union.read::<R>(&body(self.mode, lines));
        }
        let before = union.text();
        // It is known already what goes wrong.
        let read = || union.read::<R>(&body(self.mode, last));
        let _ = crate::panics::caught(read);
        vec![
            ("The union before the last profile", before),
            ("The last profile", listing::text(self.mode, last)),
            ("The union after it", union.text()),
            ("The right one", self.right(self.lines.len())),
        ]
    }
}

/// Returns the lines of a profile, without the first.
fn body(mode: Mode, lines: &[Line]) -> String {
    let text = listing::text(mode, lines);
    let first = text.find('\n').map_or(text.len(), |at| at + 1);
    text[first..].to_owned()
}
