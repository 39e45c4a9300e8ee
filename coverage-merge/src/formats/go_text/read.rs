//! Reads Go's text profiles, line by line, in chunks.

use memchr::memchr;
use std::io::Read;

use support::probe::{NoProbe, Probe, Recorder};

use crate::error::Error;
use crate::formats::go_text::line::{LineError, parse};
use crate::formats::line_chunks::{self, LineSink, trim};
use crate::profile::Profile;
use crate::profile::mode::{Mode, ParseModeError};
use crate::profile::union::{Cursor, Seen, Step};

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
/// It shows the prediction at work; [`Merger`](crate::Merger) and
/// [`Profile::read`] do the same and tell nothing.
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
    reader.profile.union.provenance.begin(name);
    line_chunks::read(input, name, &mut reader)?;
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

impl<P: Probe<Step>> LineSink for Reader<'_, P> {
    fn lines(&mut self, data: &[u8], end: usize) -> Result<(), Error> {
        let mut from = 0;
        while from < end {
            if self.mode.is_some() {
                from = self.follow(data, from, end);
                let parsed = self.append(data, from, end);
                if parsed > from {
                    from = parsed;
                    continue;
                }
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
    /// Counts the lines that are as predicted; returns where the first other
    /// one starts.
    fn follow(&mut self, data: &[u8], from: usize, end: usize) -> usize {
        let add = self.profile.add();
        let union = &mut self.profile.union;
        let (to, lines) = union.follow(&mut self.cursor, data, from, end, add);
        self.line += lines as u64;
        to
    }

    /// Counts the lines that are of the same file and simple to parse;
    /// returns where the first other one starts.
    fn append(&mut self, data: &[u8], from: usize, end: usize) -> usize {
        let add = self.profile.add();
        let union = &mut self.profile.union;
        let (cursor, line) = (&mut self.cursor, self.line);
        let (to, lines) = union.append(cursor, data, from, end, line, add);
        self.line += lines;
        to
    }

    fn line(&mut self, line: &[u8]) -> Result<(), Error> {
        self.line += 1;
        let line = trim(line);
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
        let (key, block, count) = match parse(line) {
            Ok(parsed) => parsed,
            Err(LineError { column, what }) => {
                let error = self.malformed(self.line, column, line, what);
                return self.profile.warn(error);
            }
        };
        let add = self.profile.add();
        let union = &mut self.profile.union;
        let line = self.line;
        let seen = Seen { block, count, line };
        union.add(&mut self.cursor, key, seen, add);
        Ok(())
    }

    fn set_mode(&mut self, name: &[u8], line: &[u8]) -> Result<(), Error> {
        let name = String::from_utf8_lossy(name.trim_ascii());
        let mode: Mode = name.parse().map_err(|error: ParseModeError| {
            let what = error.to_string();
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
