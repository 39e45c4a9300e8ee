//! Writes a tracefile.

use std::fmt::Write;
use std::io;

use crate::profile::Profile;
use crate::profile::count_table::{Add, CountTable};
use crate::profile::file_blocks::FileBlocks;
use crate::profile::file_lines::{FileLines, of_blocks};
use crate::profile::line_union::{Branch, LineFile};

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
    let mut out = format!("TN:\nSF:{}\n", file.path);
    functions(&mut out, file, version);
    branches(&mut out, file);
    if version == Version::Two {
        conditions(&mut out, file);
    }
    let lines = file.lines.sorted();
    for (line, count) in &lines {
        line_to(&mut out, format_args!("DA:{line},{count}"));
        if let Some(checksum) = file.checksums.get(line) {
            out.pop();
            line_to(&mut out, format_args!(",{checksum}"));
        }
    }
    let hit = lines.iter().filter(|(_, count)| *count > 0).count();
    totals(&mut out, "L", lines.len(), hit);
    out += "end_of_record\n";
    out
}

fn line_to(out: &mut String, line: std::fmt::Arguments<'_>) {
    writeln!(out, "{line}").expect("a string takes all");
}

fn totals(out: &mut String, kind: &str, found: usize, hit: usize) {
    if found > 0 || kind == "L" {
        line_to(out, format_args!("{kind}F:{found}\n{kind}H:{hit}"));
    }
}

fn functions(out: &mut String, file: &LineFile, version: Version) {
    let functions = file.functions.sorted();
    for (function, _) in functions.iter().filter(|(f, _)| f.line > 0) {
        let (line, end, name) = (function.line, function.end, &function.name);
        match (version, end) {
            (Version::One, _) | (_, 0) => {
                line_to(out, format_args!("FN:{line},{name}"));
            }
            _ => line_to(out, format_args!("FN:{line},{end},{name}")),
        }
    }
    for (function, count) in &functions {
        line_to(out, format_args!("FNDA:{count},{}", function.name));
    }
    let hit = functions.iter().filter(|(_, count)| *count > 0).count();
    totals(out, "FN", functions.len(), hit);
}

fn branches(out: &mut String, file: &LineFile) {
    let all = file.branches.sorted();
    let (mut found, mut hit) = (0, 0);
    let mut branches = all.iter().peekable();
    while let Some((branch, count)) = branches.next() {
        let reached_too = |next: &&(&Branch, u64)| {
            let next = next.0;
            (next.line, &next.name) == (branch.line, &branch.name)
        };
        // Not reached here, reached there: the other entry says it all.
        if branches.peek().is_some_and(reached_too) {
            continue;
        }
        let (line, name) = (branch.line, &branch.name);
        if branch.reached {
            line_to(out, format_args!("BRDA:{line},{name},{count}"));
        } else {
            line_to(out, format_args!("BRDA:{line},{name},-"));
        }
        found += 1;
        hit += usize::from(*count > 0);
    }
    totals(out, "BR", found, hit);
}

fn conditions(out: &mut String, file: &LineFile) {
    let conditions = file.conditions.sorted();
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
        let from_blocks: Vec<LineFile> =
            self.union.files().iter().map(line_file).collect();
        let mut files: Vec<&LineFile> = from_blocks.iter().collect();
        files.extend(self.lines.files());
        files.sort_by(|a, b| a.path.cmp(&b.path));
        for file in files {
            out.write_all(write(file, version).as_bytes())?;
        }
        out.flush()
    }
}

fn line_file(file: &FileBlocks) -> LineFile {
    let FileLines { path, lines } = of_blocks(file);
    let mut table = CountTable::default();
    for (at, (line, count)) in lines.into_iter().enumerate() {
        table.add(at, line, count, Add::Sum);
    }
    LineFile { path: path.into(), lines: table, ..LineFile::default() }
}
