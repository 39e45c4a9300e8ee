//! Reads Go's text profiles, line by line, in chunks.
//!
//! The format is that of `go tool cover` (Go 1.27, `internal/coverage`
//! and `golang.org/x/tools/cover`): a first line `mode: set`, then lines
//! `path:line.column,line.column statements count`.

mod write;

use memchr::{memchr, memrchr};
use std::io::Read;

use support::probe::{NoProbe, Probe, Recorder};

use crate::block::MAX_COUNT;
use crate::chunks::{self, Lines, trim};
use crate::union::{Cursor, Seen, Step};
use crate::{Block, Error, Mode, Position, Profile};

/// Adds all lines of `input` to `profile`.
pub(crate) fn read(
    profile: &mut Profile,
    input: impl Read,
    name: &str,
) -> Result<(), Error> {
    read_with(profile, input, name, NoProbe)?;
    Ok(())
}

/// Adds all lines of `input` to `profile`, and tells each step that the
/// merge's cursor takes.
///
/// For those who want to see the prediction at work; [`Merge`](crate::Merge)
/// and [`Profile::read`] do the same and tell nothing.
///
/// ```
/// use coverage_merge::{Profile, Step, watch};
///
/// let text = "mode: set\na.go:1.1,2.2 1 0\na.go:3.1,4.2 1 1\n";
/// let mut profile = Profile::new();
/// watch(&mut profile, text.as_bytes(), "first")?;
/// let steps = watch(&mut profile, text.as_bytes(), "second")?;
/// let (file, block, new) = (0, 0, false);
/// assert_eq!(steps, [
///     Step::Entered { file },
///     Step::Found { file, block, new },
///     Step::Followed { file, blocks: 1..2 },
/// ]);
/// # Ok::<(), coverage_merge::Error>(())
/// ```
///
/// # Errors
///
/// When `input` cannot be read or is no profile in Go's text format.
pub fn watch(
    profile: &mut Profile,
    input: impl Read,
    name: &str,
) -> Result<Vec<Step>, Error> {
    let recorder = read_with(profile, input, name, Recorder::default())?;
    Ok(recorder.steps)
}

fn read_with<P: Probe<Step>>(
    profile: &mut Profile,
    input: impl Read,
    name: &str,
    probe: P,
) -> Result<P, Error> {
    let mut reader = Reader {
        profile,
        name,
        line: 0,
        mode: None,
        cursor: Cursor::new(probe),
    };
    reader.profile.union.origins.begin(name);
    chunks::read(input, name, &mut reader)?;
    let Reader { mut cursor, .. } = reader;
    profile.union.leave(&mut cursor);
    Ok(cursor.probe)
}

struct Reader<'a, P> {
    profile: &'a mut Profile,
    name: &'a str,
    /// The last line's number.
    line: u64,
    /// The mode of this input, once its first line is read.
    mode: Option<Mode>,
    cursor: Cursor<P>,
}

impl<P: Probe<Step>> Lines for Reader<'_, P> {
    fn lines(&mut self, data: &[u8], end: usize) -> Result<(), Error> {
        let mut from = 0;
        while from < end {
            if self.mode.is_some() {
                from = self.follow(data, from, end);
            }
            if from < end {
                let length = memchr(b'\n', &data[from..end])
                    .expect("chunks end with a newline");
                self.line(&data[from..from + length])?;
                from += length + 1;
            }
        }
        Ok(())
    }

    fn line_number(&self) -> u64 {
        self.line
    }
}

impl<P: Probe<Step>> Reader<'_, P> {
    /// Counts the lines that are as predicted; answers where others start.
    fn follow(&mut self, data: &[u8], from: usize, end: usize) -> usize {
        let add = self.profile.add();
        let union = &mut self.profile.union;
        let (to, lines) = union.follow(&mut self.cursor, data, from, end, add);
        self.line += lines as u64;
        to
    }

    fn line(&mut self, line: &[u8]) -> Result<(), Error> {
        self.line += 1;
        let line = trim(line, self.line);
        if line.is_empty() {
            return Ok(());
        }
        if let Some(mode) = line.strip_prefix(b"mode:") {
            return self.set_mode(mode, line);
        }
        if self.mode.is_none() {
            let what = "a profile starts with a line such as \"mode: set\"; \
                        is this one made by go test -coverprofile?";
            return Err(self.malformed(self.line, 1, line, what));
        }
        let (key, block, count) = parse(line).map_err(|wrong| {
            self.malformed(self.line, wrong.column, line, wrong.what)
        })?;
        let add = self.profile.add();
        let union = &mut self.profile.union;
        let line = self.line;
        let seen = Seen { block, count, line };
        union.add(&mut self.cursor, key, seen, add);
        Ok(())
    }

    fn set_mode(&mut self, name: &[u8], line: &[u8]) -> Result<(), Error> {
        let name = String::from_utf8_lossy(name.trim_ascii());
        let mode: Mode = name.parse().map_err(|what: String| {
            self.malformed(self.line, "mode: ".len() + 1, line, &what)
        })?;
        self.profile
            .join_mode(mode, self.name)
            .map_err(|error| error.at(self.line, 1, line))?;
        self.mode = Some(mode);
        Ok(())
    }

    fn malformed(
        &self,
        line: u64,
        column: usize,
        text: &[u8],
        what: &str,
    ) -> Error {
        Error::malformed(self.name, what).at(line, column, text)
    }
}

/// What is wrong with a line, and at which byte (from 1).
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Wrong {
    pub(crate) column: usize,
    pub(crate) what: &'static str,
}

/// Takes a line apart: the path with its colon, the block, the count.
///
/// The path ends at the last colon, so it may have colons and spaces.
pub(crate) fn parse(line: &[u8]) -> Result<(&str, Block, u64), Wrong> {
    let wrong = |column, what| Wrong { column, what };
    let colon = memrchr(b':', line)
        .ok_or(wrong(1, "expected PATH:LINE.COLUMN,LINE.COLUMN N COUNT"))?;
    if colon == 0 {
        return Err(wrong(1, "expected a path before the colon"));
    }
    let key = std::str::from_utf8(&line[..=colon])
        .map_err(|e| wrong(e.valid_up_to() + 1, "the path is not UTF-8"))?;
    let mut numbers = Numbers { line, at: colon + 1 };
    let start = Position {
        line: numbers.small("expected the start's line", b'.')?,
        column: numbers.small("expected the start's column", b',')?,
    };
    let end = Position {
        line: numbers.small("expected the end's line", b'.')?,
        column: numbers.small("expected the end's column", b' ')?,
    };
    if end < start {
        return Err(wrong(colon + 2, "the block ends before it starts"));
    }
    let statements =
        numbers.small("expected the number of statements", b' ')?;
    let count = numbers.last("expected the count, as the line's last")?;
    let block = Block { start, end, statements };
    Ok((key, block, count))
}

/// The numbers of a line, one after the other.
struct Numbers<'a> {
    line: &'a [u8],
    at: usize,
}

impl Numbers<'_> {
    /// A number of at most 32 bits, and the byte `then` after it.
    fn small(&mut self, what: &'static str, then: u8) -> Result<u32, Wrong> {
        let column = self.at + 1;
        let number = self.number(what)?;
        if self.line.get(self.at) != Some(&then) {
            let column = self.at + 1;
            let what = match then {
                b'.' => "expected \".\" after the line",
                b',' => "expected \",\" after the start",
                _ => "expected a space",
            };
            return Err(Wrong { column, what });
        }
        self.at += 1;
        let what = "the number is larger than 4294967295";
        u32::try_from(number).map_err(|_| Wrong { column, what })
    }

    fn last(&mut self, what: &'static str) -> Result<u64, Wrong> {
        let number = self.number(what)?;
        if self.at < self.line.len() {
            let column = self.at + 1;
            let what = "unexpected text after the count";
            return Err(Wrong { column, what });
        }
        Ok(number.min(MAX_COUNT))
    }

    fn number(&mut self, what: &'static str) -> Result<u64, Wrong> {
        let start = self.at;
        let mut number: u64 = 0;
        while let Some(digit @ b'0'..=b'9') = self.line.get(self.at) {
            number = number.saturating_mul(10);
            number = number.saturating_add(u64::from(digit - b'0'));
            self.at += 1;
        }
        if self.at == start {
            let column = start + 1;
            return Err(Wrong { column, what });
        }
        Ok(number)
    }
}
