//! Reads a tracefile, record by record.

use memchr::memchr;
use std::io::Read;

use super::mended::{mended, text};
use super::predicted;
use super::records::{
    Next, RecordError, alias, bazel_branch, branch, call, condition, function,
    indexed, line, pending,
};
use crate::error::Error;
use crate::formats::line_chunks::{self, LineSink, trim};
use crate::profile::Profile;
use crate::profile::count_table::Add;
use crate::profile::short_decimal;

/// Adds all records of `input` to `profile`.
pub(crate) fn read(
    profile: &mut Profile,
    input: impl Read,
    name: &str,
) -> Result<(), Error> {
    let mut reader = Reader {
        add: profile.add_lines(),
        profile,
        name,
        line: 0,
        file: None,
        next_file: 0,
        next: Next::default(),
        indexed: Vec::new(),
    };
    line_chunks::read(input, name, &mut reader)?;
    if reader.file.is_some() {
        let what = "the tracefile ends without end_of_record";
        let error = Error::malformed(name, what).at(reader.line, 1, b"");
        reader.profile.warn(error)?;
        reader.end();
    }
    Ok(())
}

struct Reader<'a> {
    profile: &'a mut Profile,
    add: Add,
    name: &'a str,
    /// The last line's number.
    line: u64,
    /// The file of this record; `None` between records.
    file: Option<usize>,
    /// The file that probably comes next.
    next_file: usize,
    next: Next,
    /// Functions by the index that version 2.2 gives them: index, first
    /// and last line.
    indexed: Vec<(u32, u32, u32)>,
}

impl LineSink for Reader<'_> {
    fn lines(&mut self, data: &[u8], end: usize) -> Result<(), Error> {
        let mut from = 0;
        while from < end {
            if self.file.is_some() {
                from = self.simple_records(data, from, end);
                if from == end {
                    break;
                }
            }
            let length = memchr(b'\n', &data[from..end])
                .expect("chunks end with a newline");
            let line = &data[from..from + length];
            self.line += 1;
            if let Err(what) = self.record(trim(line)) {
                self.odd(what, line)?;
            }
            from += length + 1;
        }
        Ok(())
    }

    fn line_number(&self) -> u64 {
        self.line
    }
}

impl Reader<'_> {
    /// Counts the records from `from` on that are simple or as predicted;
    /// returns where the first other one starts.
    fn simple_records(
        &mut self,
        data: &[u8],
        mut from: usize,
        end: usize,
    ) -> usize {
        while from < end {
            let length = match &data[from..from + 4] {
                b"FNDA" => self.predicted_call(&data[from..]),
                b"BRDA" => self.predicted_branch(&data[from..]),
                [b'F', b'N', b':', _] => self.predicted_function(&data[from..]),
                [b'D', b'A', b':', _] => {
                    let to = self.simple_lines(data, from, end);
                    (to > from).then_some(to - from)
                }
                b"end_" => self.predicted_file(&data[from..end]),
                _ => self.total(&data[from..]),
            };
            let Some(length) = length else { break };
            from += length;
        }
        from
    }

    /// Counts the lines `DA:LINE,COUNT` from `from` on; returns where the
    /// first other record starts.
    fn simple_lines(
        &mut self,
        data: &[u8],
        mut from: usize,
        end: usize,
    ) -> usize {
        let Some(file) = self.file else { return from };
        let file = self.profile.lines.file(file);
        let next = &mut self.next.line;
        while from < end {
            let texts = file.line_texts.get(*next..).unwrap_or_default();
            let totals = file.lines.counts.get_mut(*next..);
            let mut counted = 0;
            for (text, total) in texts.iter().zip(totals.unwrap_or_default()) {
                // What follows the end is no line, even if it looks like one.
                if from == end {
                    break;
                }
                let Some((count, length)) = text.count(&data[from..]) else {
                    break;
                };
                *total = self.add.apply(*total, count);
                counted += 1;
                from += length;
            }
            *next += counted;
            self.line += counted as u64;
            if from == end {
                break;
            }
            let Some((line, count, length)) = simple_line(&data[from..]) else {
                break;
            };
            let found = file.lines.add(*next, line, count, self.add);
            *next = found.position + 1;
            self.line += 1;
            from += length;
        }
        from
    }

    /// Passes over a total.
    fn total(&mut self, data: &[u8]) -> Option<usize> {
        let length = predicted::total(data)?;
        self.line += 1;
        Some(length)
    }

    /// Goes on to the file that came next last time.
    fn predicted_file(&mut self, data: &[u8]) -> Option<usize> {
        let next = self.profile.lines.files().get(self.next_file)?;
        let (length, has_test) = predicted::file(&next.path, data)?;
        self.end();
        self.profile.lines.file(self.next_file).rewind();
        self.begin(self.next_file);
        self.line += 2 + u64::from(has_test);
        Some(length)
    }

    fn predicted_function(&mut self, data: &[u8]) -> Option<usize> {
        let file = self.profile.lines.file(self.file?);
        let expected = file.functions.keys().get(self.next.function)?;
        let at = self.next.function;
        let end = file.ends[at];
        let length = predicted::function(expected, end, data)?;
        self.next.declared.push(at);
        self.next.function += 1;
        self.line += 1;
        Some(length)
    }

    fn predicted_call(&mut self, data: &[u8]) -> Option<usize> {
        let file = self.profile.lines.file(self.file?);
        let at = *self.next.declared.get(self.next.call)?;
        let expected = file.functions.keys().get(at)?;
        let (count, length) = predicted::call(expected, data)?;
        let total = &mut file.functions.counts[at];
        *total = self.add.apply(*total, count);
        self.next.call += 1;
        self.line += 1;
        Some(length)
    }

    fn predicted_branch(&mut self, data: &[u8]) -> Option<usize> {
        let file = self.profile.lines.file(self.file?);
        let at = self.next.branch;
        let expected = file.branches.keys().get(at)?;
        let reached = file.flags[at].reached;
        let (count, length) = predicted::branch(expected, reached, data)?;
        let total = &mut file.branches.counts[at];
        *total = self.add.apply(*total, count);
        self.next.branch += 1;
        self.line += 1;
        Some(length)
    }

    /// Refuses a record; or, where that is allowed, takes what it can mean.
    fn odd(&mut self, what: RecordError, line: &[u8]) -> Result<(), Error> {
        let error = Error::malformed(self.name, &*what).at(self.line, 1, line);
        self.profile.warn(error)?;
        let text = String::from_utf8_lossy(trim(line));
        if what == UNENDED {
            self.end();
        }
        // What cannot be mended is passed over: it has its warning.
        let _ = self.record(mended(&text).as_bytes());
        Ok(())
    }

    /// Ends the records of a file: calls find functions that came later.
    fn end(&mut self) {
        if let Some(file) = self.file.take() {
            let file = self.profile.lines.file(file);
            pending(file, &mut self.next, self.add);
        }
    }

    fn record(&mut self, line: &[u8]) -> Result<(), RecordError> {
        if is_total(line) {
            return Ok(());
        }
        if line == b"end_of_record" {
            let known = self.file.is_some();
            self.end();
            return known
                .then_some(())
                .ok_or("end_of_record without SF".into());
        }
        let line = &*text(line);
        if line.is_empty() || line.starts_with('#') {
            return Ok(());
        }
        let (name, rest) = line
            .split_once(':')
            .ok_or("expected a record such as DA:LINE,COUNT")?;
        match name {
            "VER" => Ok(()),
            "SF" => self.source_file(rest),
            _ => self.counted(name, rest),
        }
    }

    fn source_file(&mut self, path: &str) -> Result<(), RecordError> {
        if self.file.is_some() {
            return Err(UNENDED.into());
        }
        if path.is_empty() {
            return Err("expected a path after SF:".into());
        }
        let file = self.profile.lines.enter_predicted(self.next_file, path);
        self.begin(file);
        Ok(())
    }

    /// Begins the records of this file.
    fn begin(&mut self, file: usize) {
        self.file = Some(file);
        self.next_file = file + 1;
        self.next.begin();
        self.indexed.clear();
    }

    fn counted(&mut self, name: &str, rest: &str) -> Result<(), RecordError> {
        let file = self.file.ok_or("a record before SF:")?;
        let file = self.profile.lines.file(file);
        let (next, add) = (&mut self.next, self.add);
        match name {
            "DA" => line(file, next, rest, add, self.name),
            "BA" => bazel_branch(file, next, rest, add),
            "FN" => function(file, next, rest, add),
            "FNDA" => call(file, next, rest, add),
            "FNL" => {
                self.indexed.push(indexed(rest)?);
                Ok(())
            }
            "FNA" => alias(file, next, &self.indexed, rest, add),
            "BRDA" => branch(file, next, rest, add),
            "MCDC" => condition(file, next, rest, add),
            _ => Err("an unknown kind of record".into()),
        }
    }
}

const UNENDED: &str = "a new SF before end_of_record";

/// Returns whether `line` is a total, which is computed again, or a test's
/// name.
fn is_total(line: &[u8]) -> bool {
    let (found, hit) = (b'F', b'H');
    match line {
        [b'T', b'N', b':', ..] => true,
        [b'L', what, b':', ..]
        | [b'F', b'N', what, b':', ..]
        | [b'B', b'R', what, b':', ..]
        | [b'M', b'C', what, b':', ..] => [found, hit].contains(what),
        _ => false,
    }
}

/// Returns the line, the count and the length of a record `DA:LINE,COUNT`;
/// `None` for others.
#[inline]
fn simple_line(data: &[u8]) -> Option<(u32, u64, usize)> {
    let rest = data.strip_prefix(b"DA:")?;
    let (line, length) = short_decimal::parse(rest, b',')?;
    let (count, more) = short_decimal::parse(&rest[length..], b'\n')?;
    Some((line as u32, count, 3 + length + more))
}
