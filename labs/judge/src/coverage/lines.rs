//! Lines of a profile, right and with one thing wrong: they are made of what
//! they say, so that no parser is needed to know it.

use std::fmt;

use fastrand::Rng;

use super::block::{Block, MAX_COUNT, Position};
use super::profile::LineError;
use crate::sequence;

/// Paths may have colons and spaces; the first has neither.
const PATHS: [&str; 3] = ["a.go", "C:\\b.go", "m/c d.go"];
/// What follows each number but the last.
const SEPARATORS: [u8; 5] = *b".,.  ";

/// What is wrong with a line. Numbers are counted from 0, the last is the
/// count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The colon is a space.
    NoColon,
    /// Nothing is before the colon.
    NoPath,
    /// A byte of the path is no text.
    NotText,
    /// Another byte follows this number.
    Separator(usize),
    /// This number is not there.
    Missing(usize),
    /// This number has a sign.
    Sign(usize),
    /// This number has more than 32 bits.
    Large(usize),
    /// Something follows the count.
    Trailing,
}

/// A line, as it is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    path: usize,
    numbers: [u32; 5],
    /// As it is written, which may be larger than any count.
    count: u128,
    /// What is wrong, if anything is.
    pub fault: Option<Fault>,
}

/// A line as text, with what it says: the first column that cannot be right,
/// or path, block and count.
#[derive(Debug)]
pub struct Written {
    /// The line.
    pub bytes: Vec<u8>,
    /// What it says.
    pub says: Result<(&'static str, Block, u64), usize>,
}

impl Line {
    /// Draws one; every second is right.
    pub fn draw(rng: &mut Rng) -> Self {
        let number = |rng: &mut Rng| match rng.u32(0..12) {
            0 => u32::MAX,
            1 => rng.u32(100..100_000),
            _ => rng.u32(1..20),
        };
        let count = match rng.u32(0..12) {
            0 => MAX_COUNT.into(),
            1 => u128::from(MAX_COUNT) + 1,
            2 => u128::MAX,
            _ => rng.u32(0..300).into(),
        };
        let fault = rng.bool().then(|| match rng.u32(0..8) {
            0 => Fault::NoColon,
            1 => Fault::NoPath,
            2 => Fault::NotText,
            3 => Fault::Separator(rng.usize(0..5)),
            4 => Fault::Missing(rng.usize(0..6)),
            5 => Fault::Sign(rng.usize(0..6)),
            6 => Fault::Large(rng.usize(0..5)),
            _ => Fault::Trailing,
        });
        let numbers = std::array::from_fn(|_| number(rng));
        Self { path: rng.usize(0..PATHS.len()), numbers, count, fault }
    }

    /// Returns the line as text, and what it says.
    pub fn written(&self) -> Written {
        let mut bytes = Vec::new();
        let mut wrong = self.head(&mut bytes);
        let mut here = |wrong_here: bool, bytes: &Vec<u8>| {
            if wrong_here {
                wrong = wrong.or(Some(bytes.len() + 1));
            }
            wrong_here
        };
        let is = |fault| self.fault == Some(fault);
        for at in 0..=self.numbers.len() {
            here(is(Fault::Large(at)), &bytes);
            if here(is(Fault::Sign(at)), &bytes) {
                bytes.push(b'+');
            }
            if !here(is(Fault::Missing(at)), &bytes) {
                bytes.extend(self.number(at).bytes());
            }
            if let Some(&separator) = SEPARATORS.get(at) {
                let is_wrong = here(is(Fault::Separator(at)), &bytes);
                bytes.push(if is_wrong { b'x' } else { separator });
            }
        }
        if here(is(Fault::Trailing), &bytes) {
            bytes.extend(b" 1");
        }
        let right = (self.path(), self.block(), self.counted());
        let says = wrong.map_or(Ok(right), Err);
        Written { bytes, says }
    }

    /// Writes the path and the colon; returns the column of what is wrong.
    fn head(&self, bytes: &mut Vec<u8>) -> Option<usize> {
        let path = self.path();
        match self.fault {
            Some(Fault::NoPath) => {
                bytes.push(b':');
                Some(1)
            }
            Some(Fault::NoColon) => {
                bytes.extend(path.bytes().chain(*b" "));
                Some(1)
            }
            Some(Fault::NotText) => {
                bytes.extend(path.bytes().chain(*b":"));
                bytes[1] = 0xff;
                Some(2)
            }
            _ => {
                bytes.extend(path.bytes().chain(*b":"));
                None
            }
        }
    }

    fn number(&self, at: usize) -> String {
        match self.numbers.get(at) {
            None => self.count.to_string(),
            Some(_) if self.fault == Some(Fault::Large(at)) => {
                (u64::from(u32::MAX) + 1).to_string()
            }
            Some(number) => number.to_string(),
        }
    }

    fn path(&self) -> &'static str {
        match self.fault {
            Some(Fault::NoColon) => PATHS[0],
            _ => PATHS[self.path],
        }
    }

    fn block(&self) -> Block {
        let [a, b, c, d, statements] = self.numbers;
        let start = Position { line: a, column: b };
        let end = Position { line: c, column: d };
        Block { start, end, statements }
    }

    fn counted(&self) -> u64 {
        self.count.min(MAX_COUNT.into()) as u64
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&shown(&self.written().bytes))
    }
}

impl sequence::Operation for Line {
    fn smaller(&self) -> Vec<Self> {
        // The more bits a choice has, the more of the line is kept.
        let choices = (0_u32..16).map(|choice| Self {
            fault: self.fault.filter(|_| choice & 8 != 0),
            numbers: if choice & 4 != 0 { self.numbers } else { [1; 5] },
            count: if choice & 2 != 0 { self.count } else { 0 },
            path: if choice & 1 != 0 { self.path } else { 0 },
        });
        choices.filter(|it| it != self).collect()
    }
}

/// Returns a line as it is shown: a byte that is no text is a question mark
/// of its own width, so that columns are the same.
pub fn shown(bytes: &[u8]) -> String {
    let is_text = |byte: u8| byte.is_ascii_graphic() || byte == b' ';
    bytes
        .iter()
        .map(|&byte| if is_text(byte) { byte.into() } else { '?' })
        .collect()
}

/// Returns what a line is read as, in words.
pub fn in_words(line: (&str, Block, u64)) -> String {
    let (path, block, count) = line;
    let Block { start, end, statements } = block;
    format!(
        "path {path:?}, block {}.{},{}.{}, {statements} statements, count \
         {count}",
        start.line, start.column, end.line, end.column
    )
}

/// Compares what the reader's code says of a line with what it says.
///
/// # Errors
///
/// Returns the difference, in words.
pub fn compare(
    written: &Written,
    yours: Result<(&str, Block, u64), LineError>,
) -> Result<(), String> {
    let right = match written.says {
        Ok(line) => in_words(line),
        Err(column) => format!("an error at column {column}"),
    };
    let yours = match (yours, written.says) {
        (Ok(yours), Ok(right)) if yours == right => return Ok(()),
        (Err(LineError { column, what }), Err(right)) if column == right => {
            if what.is_empty() {
                return Err("an error does not say what was expected".into());
            }
            return Ok(());
        }
        (Ok(yours), _) => in_words(yours),
        (Err(error), _) => format!("an error at column {}", error.column),
    };
    Err(format!("a line is read as {yours}, and {right} is right"))
}
