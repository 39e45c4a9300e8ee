//! Totals by file, package or function.

use std::collections::BTreeMap;

use crate::profile::Profile;
use crate::profile::file_lines::{FileLines, package};
use crate::profile::total::Total;
use crate::reports::functions::{FunctionCoverage, function_total, functions};
use crate::reports::source_tree::SourceTree;

/// What a row of a report stands for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum By {
    /// A source file.
    File,
    /// A folder of source files, which in Go is a package.
    #[default]
    Package,
    /// A function: those of LCOV, and in Go those found in the sources.
    Function,
}

/// One row of a report.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// The path, or `path:line: function`.
    pub name: String,
    /// How much of it ran.
    pub total: Total,
    /// How many of its branches were taken.
    pub branches: Total,
    /// How many of its functions were called.
    pub functions: Total,
    /// The lines that did not run, as `3-5, 9`; of files alone.
    pub missed: String,
}

/// Totals, by name.
#[derive(Clone, Debug)]
pub struct Report {
    /// The rows, by name; functions by file and line.
    pub rows: Vec<Row>,
    /// Of the whole profile.
    pub total: Total,
    /// The branches of the whole profile.
    pub branches: Total,
    /// The functions of the whole profile.
    pub functions: Total,
}

impl Profile {
    /// Returns the totals of all files, packages or functions.
    ///
    /// The functions of Go's profiles are found in `sources`, which must be
    /// formatted by gofmt; without, there are none.
    pub fn report(&self, by: By, sources: Option<&SourceTree>) -> Report {
        let rows = match by {
            By::File => self.with_missed(self.totals(sources, str::to_owned)),
            By::Package => {
                self.totals(sources, |path| package(path).to_owned())
            }
            By::Function => self.function_rows(sources),
        };
        let functions = match by {
            By::Function => self.function_total(sources),
            _ => sum(&rows, |row| row.functions),
        };
        Report {
            rows,
            total: self.total(),
            branches: self.branch_total(),
            functions,
        }
    }

    /// Returns how many branches there are, and how many were taken.
    pub fn branch_total(&self) -> Total {
        let files = self.lines.files().iter();
        files.fold(Total::default(), |sum, it| sum.plus(it.branch_total()))
    }

    /// Returns how many functions there are, and how many were called; a
    /// generic one counts once. Those of Go's profiles are found in `sources`.
    ///
    /// ```
    /// use coverage_merge::Profile;
    /// let text = "SF:a.c\nFN:1,f\nFN:5,g\nFNDA:2,f\nend_of_record\n";
    /// let profile = Profile::parse(text.as_bytes(), "text")?;
    /// let total = profile.function_total(None);
    /// assert_eq!((total.covered, total.statements), (1, 2));
    /// # Ok::<(), coverage_merge::Error>(())
    /// ```
    pub fn function_total(&self, sources: Option<&SourceTree>) -> Total {
        let files = self.known_files();
        let totals = files.iter().map(|it| function_total(it, sources));
        totals.fold(Total::default(), Total::plus)
    }

    fn totals(
        &self,
        sources: Option<&SourceTree>,
        name: impl Fn(&str) -> String,
    ) -> Vec<Row> {
        let mut rows: BTreeMap<String, Row> = BTreeMap::new();
        for file in self.known_files() {
            let row = rows.entry(name(&file.path)).or_default();
            row.total = row.total.plus(file.total());
            row.branches = row.branches.plus(file.branch_total());
            let functions = function_total(&file, sources);
            row.functions = row.functions.plus(functions);
        }
        let named = |(name, row)| Row { name, ..row };
        rows.into_iter().map(named).collect()
    }

    /// Adds the lines that did not run to the rows of all files.
    fn with_missed(&self, mut rows: Vec<Row>) -> Vec<Row> {
        // Both are sorted by path, and have the same files.
        for (row, file) in rows.iter_mut().zip(self.known_files()) {
            row.missed = ranges(&file.lines());
        }
        rows
    }

    fn function_rows(&self, sources: Option<&SourceTree>) -> Vec<Row> {
        let mut rows = Vec::new();
        for file in self.known_files() {
            let path = &file.path;
            for function in functions(&file, sources) {
                let FunctionCoverage { name, line, total, .. } = function;
                let name = format!("{path}:{line}: {name}");
                rows.push(Row { name, total, ..Row::default() });
            }
        }
        rows
    }
}

fn sum(rows: &[Row], of: impl Fn(&Row) -> Total) -> Total {
    rows.iter().map(of).fold(Total::default(), Total::plus)
}

/// Returns the percentage with one decimal, rounded as Go's tools round it; `-`
/// where there is nothing to cover. Limits are compared before rounding.
pub fn percent(total: Total) -> String {
    if total.is_empty() {
        return "-".to_owned();
    }
    format!("{:.1}%", total.percentage())
}

/// Returns the lines of a file that did not run: `3-5, 9`. A line between two
/// that cannot run does not part them.
fn ranges(file: &FileLines) -> String {
    let mut parts: Vec<(u32, u32)> = Vec::new();
    let mut before_missed = false;
    for (line, count) in &file.lines {
        match parts.last_mut() {
            Some((_, last)) if *count == 0 && before_missed => *last = *line,
            _ if *count == 0 => parts.push((*line, *line)),
            _ => {}
        }
        before_missed = *count == 0;
    }
    let shown = parts.iter().map(|(first, last)| {
        if first == last {
            first.to_string()
        } else {
            format!("{first}-{last}")
        }
    });
    shown.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_are_rounded_as_go_rounds_and_nothing_is_a_dash() {
        let shown =
            |covered, statements| percent(Total { covered, statements });
        assert_eq!(shown(2, 3), "66.7%");
        assert_eq!(shown(1, 3), "33.3%");
        assert_eq!(shown(0, 9), "0.0%");
        assert_eq!(shown(0, 0), "-");
    }
}
