//! One file with lines, functions, branches and conditions.

use hashbrown::{HashMap, HashSet};
use std::collections::BTreeMap;

use crate::profile::block::saturating_sum;
use crate::profile::block_text::LineText;
use crate::profile::count_table::{Add, CountTable};
use crate::profile::decision::Decision;
use crate::profile::file_lines::FileLines;
use crate::profile::total::Total;

/// A function, as LCOV names it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Function {
    /// Where it starts; 0 when its input does not say.
    pub(crate) line: u32,
    pub(crate) name: Box<str>,
}

/// What is known of a branch beside its count. Inputs that do not say so do
/// not take it back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct BranchFlags {
    /// Its decision was reached (no `-` in LCOV).
    pub(crate) reached: bool,
    /// `e`: taken when something is thrown.
    pub(crate) exception: bool,
    /// `f`: it falls through.
    pub(crate) fallthrough: bool,
    /// `U`: nothing can take it, so it is not missed.
    pub(crate) unreachable: bool,
}

impl BranchFlags {
    pub(crate) fn or(self, other: Self) -> Self {
        Self {
            reached: self.reached | other.reached,
            exception: self.exception | other.exception,
            fallthrough: self.fallthrough | other.fallthrough,
            unreachable: self.unreachable | other.unreachable,
        }
    }
}

/// One way out of a decision.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Branch {
    pub(crate) line: u32,
    /// Block and branch, as the input has them: `0,1`.
    pub(crate) name: Box<str>,
}

/// One condition of a decision with one outcome (MC/DC).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Condition {
    pub(crate) line: u32,
    /// How many conditions, and which outcome: `2,t`.
    pub(crate) group: Box<str>,
    /// Which condition, and its text: `0,a > b`.
    pub(crate) expression: Box<str>,
}

/// A source file whose lines are counted.
#[derive(Clone, Debug, Default)]
pub(crate) struct LineFile {
    pub(crate) path: Box<str>,
    pub(crate) lines: CountTable<u32>,
    /// The texts of the first of `lines`; empty until the file is seen for
    /// the second time.
    pub(crate) line_texts: Vec<LineText>,
    pub(crate) functions: CountTable<Function>,
    /// The last line of each of `functions`; 0 where no input says.
    pub(crate) ends: Vec<u32>,
    pub(crate) branches: CountTable<Branch>,
    /// As many as `branches`.
    pub(crate) flags: Vec<BranchFlags>,
    pub(crate) conditions: CountTable<Condition>,
    /// The decisions that Cobertura's reports count, by line.
    pub(crate) decisions: BTreeMap<u32, Decision>,
    /// The folder that a Cobertura report says its files are in.
    pub(crate) root: Box<str>,
    /// The checksum of a line's text, where the input has it.
    pub(crate) checksums: BTreeMap<u32, Box<str>>,
    /// The input that had the first of them.
    pub(crate) checksums_of: Box<str>,
}

impl LineFile {
    /// Adds all of `other`; `Err` with what is wrong about a checksum.
    pub(crate) fn merge(
        &mut self,
        other: &Self,
        add: Add,
    ) -> Result<(), String> {
        merge(&mut self.lines, &other.lines, add);
        let mut next = 0;
        for ((function, count), end) in other.functions.iter().zip(&other.ends)
        {
            let function = function.clone();
            next = self.function(next, function, *end, count, add) + 1;
        }
        next = 0;
        for ((branch, count), flags) in other.branches.iter().zip(&other.flags)
        {
            let branch = branch.clone();
            next = self.branch(next, branch, *flags, count, add) + 1;
        }
        merge(&mut self.conditions, &other.conditions, add);
        for (line, decision) in &other.decisions {
            self.decisions.entry(*line).or_default().add(decision);
        }
        if self.root.is_empty() && self.path.starts_with(&*other.root) {
            self.root = other.root.clone();
        }
        for (line, checksum) in &other.checksums {
            self.check(*line, checksum, &other.checksums_of)?;
        }
        Ok(())
    }

    /// Counts a function, which is probably the `expected`-th; of two last
    /// lines the known, or the larger, one wins. Returns its position.
    pub(crate) fn function(
        &mut self,
        expected: usize,
        function: Function,
        end: u32,
        count: u64,
        add: Add,
    ) -> usize {
        let found = self.functions.add(expected, function, count, add);
        self.ends.resize(self.functions.keys().len(), 0);
        let known = &mut self.ends[found.position];
        *known = end.max(*known);
        found.position
    }

    /// Counts a branch, which is probably the `expected`-th. Returns its
    /// position.
    pub(crate) fn branch(
        &mut self,
        expected: usize,
        branch: Branch,
        flags: BranchFlags,
        count: u64,
        add: Add,
    ) -> usize {
        let found = self.branches.add(expected, branch, count, add);
        let nothing = BranchFlags::default();
        self.flags.resize(self.branches.keys().len(), nothing);
        let known = &mut self.flags[found.position];
        *known = known.or(flags);
        found.position
    }

    /// Returns the functions by line and name, with their last lines and
    /// counts. A call whose input does not say the line is one of the only
    /// function with its name.
    pub(crate) fn sorted_functions(&self) -> Vec<(&Function, u32, u64)> {
        let all = self.functions.iter().zip(&self.ends);
        let mut all: Vec<(&Function, u32, u64)> =
            all.map(|((key, n), end)| (key, *end, n)).collect();
        all.sort_unstable();
        let unplaced = all.partition_point(|(key, ..)| key.line == 0);
        let mut placed = all.split_off(unplaced);
        let mut places: HashMap<&str, Vec<usize>> = HashMap::new();
        if !all.is_empty() {
            for (at, (key, ..)) in placed.iter().enumerate() {
                places.entry(&key.name).or_default().push(at);
            }
        }
        let mut rest = Vec::new();
        for (key, end, count) in all {
            match places.get(&*key.name).map(|it| &it[..]) {
                Some([at]) => {
                    placed[*at].2 = saturating_sum(placed[*at].2, count);
                }
                _ => rest.push((key, end, count)),
            }
        }
        rest.extend(placed);
        rest
    }

    /// Returns the branches by line and name, with flags and counts.
    pub(crate) fn sorted_branches(&self) -> Vec<(&Branch, BranchFlags, u64)> {
        let all = self.branches.iter().zip(&self.flags);
        let mut all: Vec<_> =
            all.map(|((key, n), flags)| (key, *flags, n)).collect();
        all.sort_unstable_by(|a, b| a.0.cmp(b.0));
        all
    }

    /// Returns how many branches there are, and how many were taken; those
    /// that nothing can take do not count.
    pub(crate) fn branch_total(&self) -> Total {
        let mut total = Total::default();
        for ((_, count), flags) in self.branches.iter().zip(&self.flags) {
            if !flags.unreachable || count > 0 {
                total.add(1, count);
            }
        }
        for (_, decision) in self.decisions() {
            total = total.plus(decision);
        }
        total
    }

    /// Returns the branches of the lines that only Cobertura knows.
    pub(crate) fn decisions(&self) -> impl Iterator<Item = (u32, Total)> {
        let lines = self.branches.keys().iter().map(|branch| branch.line);
        let known: HashSet<u32> = lines.collect();
        let unknown = move |it: &(&u32, &Decision)| !known.contains(it.0);
        let decisions = self.decisions.iter().filter(unknown);
        decisions.map(|(line, it)| (*line, it.total()))
    }

    /// Returns the lines alone.
    pub(crate) fn to_lines(&self) -> FileLines {
        let lines = self.lines.sorted();
        FileLines {
            path: self.path.to_string(),
            lines: lines.into_iter().map(|(line, n)| (*line, n)).collect(),
            partial: self.partial_lines(),
        }
    }

    /// Returns the lines that ran and have a branch that was not taken.
    fn partial_lines(&self) -> Vec<u32> {
        let branches = self.branches.iter().zip(&self.flags);
        let missed = branches.filter(|((_, n), f)| *n == 0 && !f.unreachable);
        let mut lines: Vec<u32> =
            missed.map(|((branch, _), _)| branch.line).collect();
        let is_part = |it: &Decision| {
            let total = it.total();
            total.covered < total.statements
        };
        let decisions = self.decisions.iter().filter(|it| is_part(it.1));
        lines.extend(decisions.map(|(line, _)| *line));
        lines.sort_unstable();
        lines.dedup();
        let ran: HashSet<u32> =
            self.lines.iter().filter(|it| it.1 > 0).map(|it| *it.0).collect();
        lines.retain(|line| ran.contains(line));
        lines
    }

    /// Makes the texts as many as the lines, because those are seen again.
    pub(crate) fn rewind(&mut self) {
        let missing = &self.lines.keys()[self.line_texts.len()..];
        self.line_texts.reserve_exact(missing.len());
        self.line_texts.extend(missing.iter().map(|&line| LineText::new(line)));
    }

    /// Notes a line's checksum in `input`; `Err` if another is known.
    pub(crate) fn check(
        &mut self,
        line: u32,
        text: &str,
        input: &str,
    ) -> Result<(), String> {
        if self.checksums.is_empty() {
            self.checksums_of = input.into();
        }
        let known = self.checksums.entry(line).or_insert_with(|| text.into());
        if **known == *text {
            return Ok(());
        }
        let before = &self.checksums_of;
        Err(format!(
            "the line's checksum is another than in an input before: line \
             {line} differs between {before} and {input}, so they are of \
             different sources"
        ))
    }
}

fn merge<K: Clone + Ord + std::hash::Hash>(
    into: &mut CountTable<K>,
    from: &CountTable<K>,
    add: Add,
) {
    let mut next = 0;
    for (key, count) in from.iter() {
        next = into.add(next, key.clone(), count, add).position + 1;
    }
}
