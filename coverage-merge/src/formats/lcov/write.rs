//! Writes a tracefile.

use memchr::memchr2;
use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt::Write;
use std::io;

use crate::profile::Profile;
use crate::profile::count_table::{Add, CountTable};
use crate::profile::file_lines::{FileLines, LONG, MOST_IN_FILE, MOST_LINES};
use crate::profile::known_file::KnownFile;
use crate::profile::line_file::{Branch, BranchFlags, Condition, LineFile};
use crate::profile::total::Total;

/// Which records a tracefile has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Version {
    /// Those that every reader knows: functions without their last line,
    /// no conditions.
    #[default]
    One,
    /// Also the last line of functions, and MC/DC.
    Two,
}

/// Returns one file's records, with the totals counted anew.
pub(crate) fn write(file: &LineFile, version: Version) -> String {
    let mut out = format!("TN:\nSF:{}\n", path(&file.path));
    functions(&mut out, file, version);
    branches(&mut out, file, version);
    if version == Version::Two {
        conditions(&mut out, file);
    }
    let mut digits = itoa::Buffer::new();
    let lines = file.lines.sorted();
    for (line, count) in &lines {
        // Without the standard formatting, which costs more than all else.
        out += "DA:";
        out += digits.format(**line);
        out += ",";
        out += digits.format(*count);
        if let Some(checksum) = file.checksums.get(line) {
            out += ",";
            out += checksum;
        }
        out += "\n";
    }
    let hit = lines.iter().filter(|(_, count)| *count > 0).count();
    totals(&mut out, "L", lines.len(), hit);
    out += "end_of_record\n";
    out
}

fn line_to(out: &mut String, line: std::fmt::Arguments<'_>) {
    writeln!(out, "{line}").expect("a string takes all");
}

/// Returns a path as a tracefile can have it: not empty.
fn path(path: &str) -> Cow<'_, str> {
    if path.is_empty() { "unknown".into() } else { one_line(path) }
}

/// Returns a name without ends of lines, which would begin another record.
fn one_line(name: &str) -> Cow<'_, str> {
    if memchr2(b'\n', b'\r', name.as_bytes()).is_none() {
        return Cow::Borrowed(name);
    }
    Cow::Owned(name.replace(['\n', '\r'], " "))
}

fn totals(out: &mut String, kind: &str, found: usize, hit: usize) {
    if found > 0 || kind == "L" {
        line_to(out, format_args!("{kind}F:{found}\n{kind}H:{hit}"));
    }
}

fn functions(out: &mut String, file: &LineFile, version: Version) {
    let functions = file.sorted_functions();
    for (function, end, _) in functions.iter().filter(|it| it.0.line > 0) {
        let (line, name) = (function.line, one_line(&function.name));
        match (version, end) {
            (Version::One, _) | (_, 0) => {
                line_to(out, format_args!("FN:{line},{name}"));
            }
            _ => line_to(out, format_args!("FN:{line},{end},{name}")),
        }
    }
    for (function, _, count) in &functions {
        let name = one_line(&function.name);
        line_to(out, format_args!("FNDA:{count},{name}"));
    }
    let hit = functions.iter().filter(|it| it.2 > 0).count();
    totals(out, "FN", functions.len(), hit);
}

fn branches(out: &mut String, file: &LineFile, version: Version) {
    let branches = file.sorted_branches();
    let names = match version {
        Version::One => numbers(&branches),
        Version::Two => branches.iter().map(named).collect(),
    };
    let (mut found, mut hit) = (0, 0);
    for ((branch, flags, count), name) in branches.iter().zip(names) {
        // Version 1 has no word for what nothing can take.
        let counts = !flags.unreachable || *count > 0;
        if !counts && version == Version::One {
            continue;
        }
        let line = branch.line;
        if flags.reached {
            line_to(out, format_args!("BRDA:{line},{name},{count}"));
        } else {
            line_to(out, format_args!("BRDA:{line},{name},-"));
        }
        found += usize::from(counts);
        hit += usize::from(*count > 0);
    }
    of_decisions(out, file, (&mut found, &mut hit));
    totals(out, "BR", found, hit);
}

type BranchRow<'a> = (&'a Branch, BranchFlags, u64);

/// Returns a branch's name with the letters of its flags.
fn named((branch, flags, _): &BranchRow<'_>) -> String {
    let letters = [
        (flags.exception, "e"),
        (flags.fallthrough, "f"),
        (flags.unreachable, "U"),
    ];
    let letters = letters.iter().filter(|it| it.0).map(|it| it.1);
    format!("{}{}", letters.collect::<String>(), branch.name)
}

/// Returns names of numbers alone, because LCOV 1 passes over all others: a
/// block or branch that is a text has the next number of its line.
fn numbers(branches: &[BranchRow<'_>]) -> Vec<String> {
    let is_number = |text: &str| text.parse::<u32>().is_ok();
    let numbers = |name: &str| {
        let (block, branch) = name.split_once(',')?;
        (is_number(block) && is_number(branch)).then(|| name.to_owned())
    };
    let mut names = Vec::new();
    for line in branches.chunk_by(|a, b| a.0.line == b.0.line) {
        let taken: HashSet<&str> = line.iter().map(|it| &*it.0.name).collect();
        let mut free = (0..).map(|n| format!("0,{n}"));
        let mut free = || free.find(|name| !taken.contains(&**name));
        names.extend(line.iter().map(|(branch, ..)| {
            let new = || free().expect("numbers have no end");
            numbers(&branch.name).unwrap_or_else(new)
        }));
    }
    names
}

/// Writes the branches of lines that only Cobertura knows: as many as were
/// taken come first, because nobody knows which.
fn of_decisions(
    out: &mut String,
    file: &LineFile,
    (found, hit): (&mut usize, &mut usize),
) {
    let all: u64 = file.decisions().map(|(_, total)| total.statements).sum();
    // What claims more is no reason to fill the memory.
    let most = if all > MOST_IN_FILE { LONG } else { MOST_LINES };
    for (line, total) in file.decisions() {
        let total = bounded(total, most);
        for at in 0..total.statements {
            let taken = u64::from(at < total.covered);
            line_to(out, format_args!("BRDA:{line},0,{at},{taken}"));
        }
        *found += total.statements as usize;
        *hit += total.covered as usize;
    }
}

/// Returns how many branches stand for those of a line: all, or, of more than a
/// source has, one that was taken and one that was not.
fn bounded(total: Total, most: u32) -> Total {
    if total.statements <= most.into() {
        return total;
    }
    let missed = total.statements - total.covered;
    let covered = total.covered.min(1);
    Total { covered, statements: covered + missed.min(1) }
}

/// Returns where a condition stands: LCOV 2 refuses an index that is not the
/// next of its group, and 10 comes after 9.
fn place(condition: &Condition) -> (u32, [Option<u32>; 2]) {
    let first = |text: &str| text.split(',').next()?.parse().ok();
    let [size, index] =
        [&condition.group, &condition.expression].map(|text| first(text));
    (condition.line, [size, index])
}

fn conditions(out: &mut String, file: &LineFile) {
    let mut conditions = file.conditions.sorted();
    conditions.sort_by_key(|(condition, _)| place(condition));
    for (condition, count) in &conditions {
        let (line, group) = (condition.line, &condition.group);
        let expression = &condition.expression;
        line_to(out, format_args!("MCDC:{line},{group},{count},{expression}"));
    }
    let hit = conditions.iter().filter(|(_, count)| *count > 0).count();
    totals(out, "MC", conditions.len(), hit);
}

impl Profile {
    /// Writes an LCOV tracefile; the blocks of Go's profiles become lines.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    pub fn write_lcov(
        &self,
        mut out: impl io::Write,
        version: Version,
    ) -> io::Result<()> {
        for file in self.known_files() {
            let text = match (&file.blocks[..], file.lines) {
                ([], Some(lines)) => write(lines, version),
                _ => write(&line_file(&file), version),
            };
            out.write_all(text.as_bytes())?;
        }
        out.flush()
    }
}

/// Returns a file whose blocks are lines, beside what tracefiles know of it.
fn line_file(file: &KnownFile<'_>) -> LineFile {
    let FileLines { path, lines, .. } = file.lines();
    let mut table = CountTable::default();
    for (at, (line, count)) in lines.into_iter().enumerate() {
        table.add(at, line, count, Add::Sum);
    }
    let known = file.lines.cloned().unwrap_or_default();
    LineFile { path: path.into(), lines: table, ..known }
}
