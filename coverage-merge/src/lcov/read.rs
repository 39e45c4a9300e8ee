//! Reads a tracefile, record by record.

use memchr::memchr;
use std::io::Read;

use crate::block::MAX_COUNT;
use crate::chunks::{self, Lines, trim};
use crate::digits::digits;
use crate::lines::{Branch, Condition, Function, LineFile};
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

/// Where in its tables the file's next entry probably stands.
#[derive(Debug, Default)]
struct Next {
    line: usize,
    function: usize,
    call: usize,
    branch: usize,
    condition: usize,
}

/// What is wrong with a record.
type Wrong = &'static str;

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

fn number(text: &str) -> Option<u32> {
    text.parse().ok()
}

/// A count of any size; a larger one than the largest is the largest.
fn count(text: &str) -> Option<u64> {
    let all_digits = text.bytes().all(|byte| byte.is_ascii_digit());
    if text.is_empty() || !all_digits {
        return None;
    }
    Some(text.parse().map_or(MAX_COUNT, |n: u64| n.min(MAX_COUNT)))
}

fn line(
    file: &mut LineFile,
    next: &mut Next,
    rest: &str,
    add: Add,
) -> Result<(), Wrong> {
    let mut fields = rest.splitn(3, ',');
    let line = fields.next().and_then(number);
    let hits = fields.next().and_then(count);
    let (Some(line), Some(hits)) = (line, hits) else {
        return Err("expected DA:LINE,COUNT");
    };
    let found = file.lines.add(next.line, line, hits, add);
    next.line = found.position + 1;
    match fields.next() {
        None => Ok(()),
        Some(checksum) => file.check(line, checksum).map_err(|_| {
            "the line's checksum is another than in an input before: \
             the inputs are of different sources"
        }),
    }
}

/// `FN:LINE,NAME` or `FN:LINE,END,NAME`; a name may have commas.
fn function(
    file: &mut LineFile,
    next: &mut Next,
    rest: &str,
    add: Add,
) -> Result<(), Wrong> {
    let what = "expected FN:LINE,NAME or FN:LINE,END,NAME";
    let (line, rest) = rest.split_once(',').ok_or(what)?;
    let line = number(line).ok_or(what)?;
    let (end, name) = match rest.split_once(',') {
        Some((end, name)) if number(end).is_some() => {
            (number(end).unwrap_or(0), name)
        }
        _ => (0, rest),
    };
    let name = name.into();
    let function = Function { line, end, name };
    let found = file.functions.add(next.function, function, 0, add);
    next.function = found.position + 1;
    Ok(())
}

/// `FNDA:COUNT,NAME`: the function stands before in the same record.
fn call(
    file: &mut LineFile,
    next: &mut Next,
    rest: &str,
    add: Add,
) -> Result<(), Wrong> {
    let what = "expected FNDA:COUNT,NAME";
    let (hits, name) = rest.split_once(',').ok_or(what)?;
    let hits = count(hits).ok_or(what)?;
    let keys = file.functions.keys();
    let same = |at: &usize| keys.get(*at).is_some_and(|f| *f.name == *name);
    let at = Some(next.call)
        .filter(same)
        .or_else(|| (0..keys.len()).rev().find(same));
    let position = match at {
        Some(at) => {
            let total = &mut file.functions.counts[at];
            *total = add.apply(*total, hits);
            at
        }
        None => {
            let (line, end, name) = (0, 0, name.into());
            let function = Function { line, end, name };
            file.functions.add(next.call, function, hits, add).position
        }
    };
    next.call = position + 1;
    Ok(())
}

/// `FNL:INDEX,LINE` or `FNL:INDEX,LINE,END`.
fn indexed(rest: &str) -> Result<(u32, u32, u32), Wrong> {
    let mut fields = rest.split(',').map(number);
    match (fields.next(), fields.next(), fields.next()) {
        (Some(Some(index)), Some(Some(line)), None) => Ok((index, line, 0)),
        (Some(Some(index)), Some(Some(line)), Some(Some(end))) => {
            Ok((index, line, end))
        }
        _ => Err("expected FNL:INDEX,LINE,END"),
    }
}

/// `FNA:INDEX,COUNT,NAME`.
fn alias(
    file: &mut LineFile,
    next: &mut Next,
    indexed: &[(u32, u32, u32)],
    rest: &str,
    add: Add,
) -> Result<(), Wrong> {
    let mut fields = rest.splitn(3, ',');
    let index = fields.next().and_then(number);
    let hits = fields.next().and_then(count);
    let (Some(index), Some(hits), Some(name)) = (index, hits, fields.next())
    else {
        return Err("expected FNA:INDEX,COUNT,NAME");
    };
    let place = indexed.iter().rev().find(|place| place.0 == index);
    let (_, line, end) =
        *place.ok_or("an FNA whose index has no FNL before it")?;
    let name = name.into();
    let function = Function { line, end, name };
    let found = file.functions.add(next.function, function, hits, add);
    next.function = found.position + 1;
    Ok(())
}

/// `BRDA:LINE,BLOCK,BRANCH,TAKEN`; a branch may be text with commas.
fn branch(
    file: &mut LineFile,
    next: &mut Next,
    rest: &str,
    add: Add,
) -> Result<(), Wrong> {
    let what = "expected BRDA:LINE,BLOCK,BRANCH,TAKEN";
    let (line, rest) = rest.split_once(',').ok_or(what)?;
    let (name, taken) = rest.rsplit_once(',').ok_or(what)?;
    let line = number(line).ok_or(what)?;
    if !name.contains(',') {
        return Err(what);
    }
    let reached = taken != "-";
    let hits = if reached {
        count(taken).ok_or(what)?
    } else {
        0
    };
    let name = name.into();
    let branch = Branch {
        line,
        name,
        reached,
    };
    let found = file.branches.add(next.branch, branch, hits, add);
    next.branch = found.position + 1;
    Ok(())
}

/// `MCDC:LINE,SIZE,SENSE,TAKEN,INDEX,EXPRESSION`.
fn condition(
    file: &mut LineFile,
    next: &mut Next,
    rest: &str,
    add: Add,
) -> Result<(), Wrong> {
    let what = "expected MCDC:LINE,SIZE,t or f,TAKEN,INDEX,EXPRESSION";
    let mut fields = rest.splitn(5, ',');
    let mut field = || fields.next().ok_or(what);
    let line = number(field()?).ok_or(what)?;
    let (size, sense) = (field()?, field()?);
    let hits = count(field()?).ok_or(what)?;
    let expression = field()?.into();
    if !matches!(sense, "t" | "f") {
        return Err(what);
    }
    let group = format!("{size},{sense}").into();
    let condition = Condition {
        line,
        group,
        expression,
    };
    let found = file.conditions.add(next.condition, condition, hits, add);
    next.condition = found.position + 1;
    Ok(())
}
