//! Reads a tracefile, record by record.

use memchr::memchr;
use std::io::Read;

use super::records::{
    Next, Wrong, alias, branch, call, condition, function, indexed, line,
};
use crate::chunks::{self, Lines, trim};
use crate::digits::digits;
use crate::table::Add;
use crate::{Error, Profile};

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
        next: Next::default(),
        indexed: Vec::new(),
    };
    chunks::read(input, name, &mut reader)?;
    match reader.file {
        None => Ok(()),
        Some(_) => {
            let what = "the tracefile ends without end_of_record";
            Err(Error::malformed(name, what).at(reader.line, 1, b""))
        }
    }
}

struct Reader<'a> {
    profile: &'a mut Profile,
    add: Add,
    name: &'a str,
    /// The last line's number.
    line: u64,
    /// The file of this record; `None` between records.
    file: Option<usize>,
    next: Next,
    /// Functions by the index that version 2.2 gives them: index, first
    /// and last line.
    indexed: Vec<(u32, u32, u32)>,
}

impl Lines for Reader<'_> {
    fn lines(&mut self, data: &[u8], end: usize) -> Result<(), Error> {
        let mut from = 0;
        while from < end {
            if self.file.is_some() {
                from = self.simple_lines(data, from, end);
                if from == end {
                    break;
                }
            }
            let length = memchr(b'\n', &data[from..end])
                .expect("chunks end with a newline");
            let line = &data[from..from + length];
            self.line += 1;
            self.record(trim(line, self.line)).map_err(|what| {
                Error::malformed(self.name, what).at(self.line, 1, line)
            })?;
            from += length + 1;
        }
        Ok(())
    }

    fn line_number(&self) -> u64 {
        self.line
    }
}

impl Reader<'_> {
    /// Counts the lines `DA:LINE,COUNT` from `from` on; answers where the
    /// first other line starts.
    fn simple_lines(
        &mut self,
        data: &[u8],
        mut from: usize,
        end: usize,
    ) -> usize {
        let Some(file) = self.file else { return from };
        let lines = &mut self.profile.lines.file(file).lines;
        while from < end {
            let Some((line, count, length)) = simple_line(&data[from..]) else {
                break;
            };
            let found = lines.add(self.next.line, line, count, self.add);
            self.next.line = found.position + 1;
            self.line += 1;
            from += length;
        }
        from
    }

    fn record(&mut self, line: &[u8]) -> Result<(), Wrong> {
        let line =
            std::str::from_utf8(line).map_err(|_| "the line is not UTF-8")?;
        if line.is_empty() || line.starts_with('#') {
            return Ok(());
        }
        if line == "end_of_record" {
            let file = self.file.take();
            return file.map(drop).ok_or("end_of_record without SF");
        }
        let (name, rest) = line
            .split_once(':')
            .ok_or("expected a record such as DA:LINE,COUNT")?;
        match name {
            "TN" | "VER" => Ok(()),
            "SF" => self.source_file(rest),
            "LF" | "LH" | "FNF" | "FNH" | "BRF" | "BRH" | "MCF" | "MCH" => {
                Ok(())
            }
            _ => self.counted(name, rest),
        }
    }

    fn source_file(&mut self, path: &str) -> Result<(), Wrong> {
        if self.file.is_some() {
            return Err("a new SF before end_of_record");
        }
        if path.is_empty() {
            return Err("expected a path after SF:");
        }
        self.file = Some(self.profile.lines.enter(path));
        self.next = Next::default();
        self.indexed.clear();
        Ok(())
    }

    fn counted(&mut self, name: &str, rest: &str) -> Result<(), Wrong> {
        let file = self.file.ok_or("a record before SF:")?;
        let file = self.profile.lines.file(file);
        let (next, add) = (&mut self.next, self.add);
        match name {
            "DA" => line(file, next, rest, add),
            "FN" => function(file, next, rest, add),
            "FNDA" => call(file, next, rest, add),
            "FNL" => {
                self.indexed.push(indexed(rest)?);
                Ok(())
            }
            "FNA" => alias(file, next, &self.indexed, rest, add),
            "BRDA" => branch(file, next, rest, add),
            "MCDC" => condition(file, next, rest, add),
            _ => Err("an unknown kind of record"),
        }
    }
}

/// A record `DA:LINE,COUNT` and its length; `None` for others.
#[inline]
fn simple_line(data: &[u8]) -> Option<(u32, u64, usize)> {
    let rest = data.strip_prefix(b"DA:")?;
    let (line, length) = digits(rest, b',')?;
    let (count, more) = digits(&rest[length..], b'\n')?;
    Some((line as u32, count, 3 + length + more))
}
