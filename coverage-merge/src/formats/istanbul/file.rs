//! What Istanbul knows of one file.

use serde::{Deserialize, Deserializer, de};
use std::collections::BTreeMap;

use crate::profile::Profile;
use crate::profile::block::MAX_COUNT;
use crate::profile::line_file::{Branch, BranchFlags, Function};

/// The coverage of one file. Statements, functions and branches have numbers,
/// under which their counts are found.
#[derive(Deserialize)]
pub(super) struct FileCoverage {
    pub(super) path: Option<String>,
    #[serde(rename = "statementMap")]
    statements: BTreeMap<Number, Range>,
    #[serde(rename = "fnMap")]
    functions: BTreeMap<Number, FunctionPlace>,
    #[serde(rename = "branchMap")]
    branches: BTreeMap<Number, BranchPlace>,
    s: BTreeMap<Number, Count>,
    f: BTreeMap<Number, Count>,
    b: BTreeMap<Number, Vec<Count>>,
    /// Where it stands, the lines are those of a file made from the sources.
    #[serde(rename = "inputSourceMap")]
    pub(super) source_map: Option<de::IgnoredAny>,
}

/// The number of a statement, function or branch, as text, because it is the
/// name of a field.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Number(u32);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let number = text.parse();
        number.map(Self).map_err(|_| {
            de::Error::custom(format!("expected a number, not {text:?}"))
        })
    }
}

/// How often something ran; one that is too large becomes the largest.
#[derive(Clone, Copy)]
struct Count(u64);

impl<'de> Deserialize<'de> for Count {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let count = serde_json::Number::deserialize(from)?;
        let whole = count.as_u64();
        let large = count.as_f64().filter(|it| *it >= 0.0 && it.fract() == 0.0);
        match whole.or(large.map(|it| it as u64)) {
            Some(count) => Ok(Self(count.min(MAX_COUNT))),
            None => Err(de::Error::custom(format!("{count} is no count"))),
        }
    }
}

#[derive(Deserialize)]
struct Range {
    start: Place,
}

/// A place; Istanbul leaves the line out where the source has none, as for an
/// `else` that is not written.
#[derive(Deserialize)]
struct Place {
    line: Option<u32>,
}

#[derive(Deserialize)]
struct FunctionPlace {
    #[serde(default)]
    name: String,
    decl: Option<Range>,
    loc: Option<Range>,
    /// As Istanbul before version 1 has it.
    line: Option<u32>,
}

#[derive(Deserialize)]
struct BranchPlace {
    loc: Option<Range>,
    line: Option<u32>,
}

fn start(range: &Option<Range>) -> Option<u32> {
    range.as_ref()?.start.line
}

/// What has no line or no count, and is passed over where that is allowed.
pub(super) type Odd = Vec<String>;

impl FileCoverage {
    /// Adds all of it to the file that is called `path`; returns what was odd.
    pub(super) fn add_to(self, profile: &mut Profile, path: &str) -> Odd {
        let mut odd = Odd::new();
        let lines = self.lines(&mut odd);
        let add = profile.add_lines();
        let at = profile.lines.enter(path);
        let file = profile.lines.file(at);
        let mut next = 0;
        for (line, count) in lines {
            next = file.lines.add(next, line, count, add).position + 1;
        }
        next = 0;
        for (number, place) in self.functions {
            let count = self.f.get(&number).copied();
            let line = start(&place.decl).or(start(&place.loc)).or(place.line);
            if let Some((line, Count(count))) =
                whole("function", &number, line, count, &mut odd)
            {
                let function = Function { line, name: place.name.into() };
                next = file.function(next, function, 0, count, add) + 1;
            }
        }
        next = 0;
        for (number, place) in self.branches {
            let line = start(&place.loc).or(place.line);
            let Some((line, counts)) =
                whole("branch", &number, line, self.b.get(&number), &mut odd)
            else {
                continue;
            };
            for (at, Count(count)) in counts.iter().enumerate() {
                let name = format!("{},{at}", number.0).into();
                let branch = Branch { line, name };
                let reached = true;
                let flags = BranchFlags { reached, ..BranchFlags::default() };
                next = file.branch(next, branch, flags, *count, add) + 1;
            }
        }
        odd
    }

    /// Returns the lines on which statements start, each with the largest
    /// count of those.
    fn lines(&self, odd: &mut Odd) -> BTreeMap<u32, u64> {
        let mut lines: BTreeMap<u32, u64> = BTreeMap::new();
        for (number, range) in &self.statements {
            let (line, count) = (range.start.line, self.s.get(number));
            if let Some((line, Count(count))) =
                whole("statement", number, line, count, odd)
            {
                let most = lines.entry(line).or_default();
                *most = (*most).max(*count);
            }
        }
        lines
    }
}

/// Returns a line and its count, if both are there.
fn whole<T>(
    kind: &str,
    number: &Number,
    line: Option<u32>,
    count: Option<T>,
    odd: &mut Odd,
) -> Option<(u32, T)> {
    if line.is_none() {
        odd.push(format!("{kind} {} has no line", number.0));
    } else if count.is_none() {
        odd.push(format!("{kind} {} has no count", number.0));
    }
    Some((line?, count?))
}
