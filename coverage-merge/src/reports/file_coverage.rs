//! What is known of each file: lines, branches and functions.

use std::collections::BTreeMap;

use crate::profile::Profile;
use crate::profile::file_lines::FileLines;
use crate::profile::known_file::KnownFile;
use crate::profile::total::Total;
use crate::reports::functions::{FunctionCoverage, functions};
use crate::reports::source_tree::SourceTree;

/// All that a profile knows of one source file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileCoverage {
    /// The path, and the lines that can run.
    pub lines: FileLines,
    /// How many statements ran; lines, where the input knows no statements.
    pub total: Total,
    /// The branches, by line.
    pub branches: Vec<LineBranches>,
    /// The functions, by line.
    pub functions: Vec<FunctionCoverage>,
}

/// The branches of one line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LineBranches {
    /// The line.
    pub line: u32,
    /// How many there are, and how many were taken.
    pub total: Total,
    /// Each of them; empty where the input only says how many there are.
    pub known: Vec<BranchCoverage>,
}

/// One way out of a decision.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BranchCoverage {
    /// Its block and its number or text, as LCOV names it: `0,1`.
    pub name: String,
    /// How often it was taken; `None` if its decision was never reached.
    pub count: Option<u64>,
}

impl Profile {
    /// Returns all files, by path, one by one. The functions of Go's profiles
    /// are found in `sources`; without, there are none.
    ///
    /// ```
    /// use coverage_merge::Profile;
    /// let text = "SF:a.c\nFN:1,main\nFNDA:2,main\nDA:1,2\n\
    ///             BRDA:1,0,0,2\nBRDA:1,0,1,0\nend_of_record\n";
    /// let profile = Profile::parse(text.as_bytes(), "text")?;
    /// let file = profile.files(None).next().expect("one file");
    /// assert_eq!(file.lines.path, "a.c");
    /// assert_eq!(file.functions[0].name, "main");
    /// assert_eq!(file.branches[0].total.covered, 1);
    /// assert_eq!(file.branches[0].known[1].count, Some(0));
    /// # Ok::<(), coverage_merge::Error>(())
    /// ```
    pub fn files<'a>(
        &'a self,
        sources: Option<&'a SourceTree>,
    ) -> impl Iterator<Item = FileCoverage> + 'a {
        let files = self.known_files().into_iter();
        files.map(move |file| file_coverage(&file, sources))
    }
}

/// Returns what is known of one file.
pub(crate) fn file_coverage(
    file: &KnownFile<'_>,
    sources: Option<&SourceTree>,
) -> FileCoverage {
    FileCoverage {
        lines: file.lines(),
        total: file.total(),
        branches: branches(file),
        functions: functions(file, sources),
    }
}

fn branches(file: &KnownFile<'_>) -> Vec<LineBranches> {
    let Some(file) = file.lines else { return Vec::new() };
    let mut lines: BTreeMap<u32, LineBranches> = BTreeMap::new();
    for (branch, flags, count) in file.sorted_branches() {
        // What nothing can take is not missed.
        if flags.unreachable && count == 0 {
            continue;
        }
        let line = lines.entry(branch.line).or_default();
        line.total.add(1, count);
        line.known.push(BranchCoverage {
            name: branch.name.to_string(),
            count: flags.reached.then_some(count),
        });
    }
    for (line, total) in file.decisions() {
        lines.entry(line).or_default().total = total;
    }
    let numbered = lines.into_iter();
    numbered.map(|(line, it)| LineBranches { line, ..it }).collect()
}
