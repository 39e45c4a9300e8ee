//! Clover's XML, as OpenClover, PHPUnit and Istanbul write it.
//!
//! A line of type `stmt` or `cond` is a line; one of type `method` is a
//! function. OpenClover's `truecount` says how often a condition was true;
//! Istanbul's, which stands beside a `count`, how many branches of the line
//! were taken.

use quick_xml::events::BytesStart;
use std::collections::BTreeMap;
use std::io::Read;

use crate::error::Error;
use crate::formats::xml_report::{
    self, Elements, attribute, count, number, optional,
};
use crate::profile::Profile;
use crate::profile::block::saturating_sum;
use crate::profile::decision::Decision;
use crate::profile::line_file::{Branch, BranchFlags, Function};

/// Adds the lines of a report to `profile`.
pub(crate) fn read(
    profile: &mut Profile,
    input: impl Read,
    name: &str,
) -> Result<(), Error> {
    let mut report = Report { profile, file: None, in_tests: false };
    xml_report::read(input, name, &mut report)
}

struct Report<'a> {
    profile: &'a mut Profile,
    file: Option<File>,
    /// Whether the sources of tests come, which nobody wants to be covered.
    in_tests: bool,
}

/// A file, until its element ends: a line may stand in it more than once.
#[derive(Default)]
struct File {
    path: String,
    lines: BTreeMap<u32, u64>,
    decisions: BTreeMap<u32, Decision>,
    /// How often the conditions of a line were true and false, in turn.
    outcomes: BTreeMap<u32, Vec<u64>>,
    functions: Vec<(Function, u64)>,
}

impl Elements for Report<'_> {
    const ROOT: &'static str = "coverage";
    const TOOL: &'static str = "Clover";

    fn start(&mut self, tag: &BytesStart<'_>) -> Result<(), String> {
        match tag.name().as_ref() {
            "testproject" => {
                self.in_tests = true;
                Ok(())
            }
            _ if self.in_tests => Ok(()),
            "file" => {
                let path = match optional(tag, "path")? {
                    Some(path) if !path.is_empty() => path,
                    _ => attribute(tag, "name")?,
                };
                self.file = Some(File { path, ..File::default() });
                Ok(())
            }
            "line" => match &mut self.file {
                Some(file) => file.line(tag),
                None => Err("a <line> outside of a <file>".to_owned()),
            },
            _ => Ok(()),
        }
    }

    fn end(&mut self, name: &str) -> Result<(), String> {
        if name == "testproject" {
            self.in_tests = false;
        }
        if name == "file"
            && let Some(file) = self.file.take()
        {
            file.add_to(self.profile);
        }
        Ok(())
    }
}

impl File {
    fn line(&mut self, tag: &BytesStart<'_>) -> Result<(), String> {
        let line = number(tag, "num")?;
        let hits = match attribute(tag, "type")?.as_str() {
            "method" => return self.method(tag, line),
            "stmt" => count(tag, "count")?,
            "cond" => self.condition(tag, line)?,
            kind => return Err(format!("type={kind:?} is no type of a line")),
        };
        let most = self.lines.entry(line).or_default();
        *most = hits.max(*most);
        Ok(())
    }

    fn method(
        &mut self,
        tag: &BytesStart<'_>,
        line: u32,
    ) -> Result<(), String> {
        let name = match optional(tag, "signature")? {
            Some(signature) => signature,
            None => optional(tag, "name")?.unwrap_or_default(),
        };
        let function = Function { line, name: name.into() };
        self.functions.push((function, count(tag, "count")?));
        Ok(())
    }

    /// Takes the branches of a line; returns how often it ran.
    fn condition(
        &mut self,
        tag: &BytesStart<'_>,
        line: u32,
    ) -> Result<u64, String> {
        if optional(tag, "count")?.is_none() {
            let both = [count(tag, "truecount")?, count(tag, "falsecount")?];
            self.outcomes.entry(line).or_default().extend(both);
            return Ok(saturating_sum(both[0], both[1]));
        }
        let covered = number(tag, "truecount")?;
        let valid = covered.saturating_add(number(tag, "falsecount")?);
        let decision = Decision { valid, covered, ..Decision::default() };
        self.decisions.entry(line).or_default().add(&decision);
        count(tag, "count")
    }

    fn add_to(self, profile: &mut Profile) {
        let add = profile.add_lines();
        let at = profile.lines.enter(&self.path);
        let file = profile.lines.file(at);
        let mut next = 0;
        for (line, count) in self.lines {
            next = file.lines.add(next, line, count, add).position + 1;
        }
        for (line, decision) in self.decisions {
            file.decisions.entry(line).or_default().add(&decision);
        }
        next = 0;
        for (line, outcomes) in self.outcomes {
            for (at, counts) in outcomes.chunks(2).enumerate() {
                let reached = counts.iter().any(|count| *count > 0);
                let flags = BranchFlags { reached, ..BranchFlags::default() };
                for (way, count) in counts.iter().enumerate() {
                    let name = format!("{at},{way}").into();
                    let branch = Branch { line, name };
                    next = file.branch(next, branch, flags, *count, add) + 1;
                }
            }
        }
        next = 0;
        for (function, count) in self.functions {
            next = file.function(next, function, 0, count, add) + 1;
        }
    }
}
