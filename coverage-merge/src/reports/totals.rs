//! Totals by file, package or function, as a table, Markdown or JSON.

use std::collections::BTreeMap;

#[cfg(feature = "cli")]
use comfy_table::{CellAlignment, Table, presets};
use serde::Serialize;
use serde_json::json;

use crate::profile::Profile;
use crate::profile::file_lines::package;
use crate::profile::path::normal;
use crate::profile::total::Total;
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The path, or `path:line: function`.
    pub name: String,
    /// How much of it ran.
    pub total: Total,
}

/// Totals, by name.
#[derive(Clone, Debug)]
pub struct Report {
    /// The rows, by name; functions by file and line.
    pub rows: Vec<Row>,
    /// Of the whole profile.
    pub total: Total,
}

impl Profile {
    /// Returns the totals of all files, packages or functions.
    ///
    /// The functions of Go's profiles are found in `sources`, which must be
    /// formatted by gofmt; without, there are none.
    pub fn report(&self, by: By, sources: Option<&SourceTree>) -> Report {
        let rows = match by {
            By::File => self.totals(str::to_owned),
            By::Package => self.totals(|path| package(path).to_owned()),
            By::Function => self.functions(sources),
        };
        Report { rows, total: self.total() }
    }

    /// Returns how many branches there are, and how many were taken.
    pub fn branch_total(&self) -> Total {
        let files = self.lines.files().iter();
        files.fold(Total::default(), |sum, it| sum.plus(it.branch_total()))
    }

    /// Returns how many functions there are, and how many were called; those
    /// of Go's profiles are not known without sources.
    pub fn function_total(&self) -> Total {
        let files = self.lines.files().iter();
        files.fold(Total::default(), |sum, it| sum.plus(it.function_total()))
    }

    fn totals(&self, name: impl Fn(&str) -> String) -> Vec<Row> {
        let mut totals: BTreeMap<String, Total> = BTreeMap::new();
        for file in self.union.files() {
            let total = totals.entry(name(&normal(file.path()))).or_default();
            for (block, count) in file.blocks.iter() {
                total.add(block.statements.into(), count);
            }
        }
        for file in self.lines.files() {
            let total = totals.entry(name(&file.path)).or_default();
            file.lines.iter().for_each(|(_, count)| total.add(1, count));
        }
        let row = |(name, total)| Row { name, total };
        totals.into_iter().map(row).collect()
    }

    fn functions(&self, sources: Option<&SourceTree>) -> Vec<Row> {
        let mut rows = Vec::new();
        for file in self.union.sorted() {
            let text = sources.and_then(|tree| tree.read(file.path()));
            for function in go_functions(&text.unwrap_or_default()) {
                let mut total = Total::default();
                for (block, count) in file.blocks.iter() {
                    if function.has(block.start.line) {
                        total.add(block.statements.into(), count);
                    }
                }
                let GoFunction { first, name, .. } = function;
                let name = format!("{}:{first}: {name}", file.path());
                rows.push(Row { name, total });
            }
        }
        for file in self.lines.sorted() {
            for (function, _, count) in file.sorted_functions() {
                let (line, name) = (function.line, &function.name);
                let name = format!("{}:{line}: {name}", file.path);
                let mut total = Total::default();
                total.add(1, count);
                rows.push(Row { name, total });
            }
        }
        rows
    }
}

/// A function of a Go file and its lines.
struct GoFunction {
    first: u32,
    last: u32,
    name: String,
}

impl GoFunction {
    fn has(&self, line: u32) -> bool {
        (self.first..=self.last).contains(&line)
    }
}

/// Returns the functions of a file as gofmt leaves it: `func` at the start of a
/// line, up to the next line that starts with `}` or ends the same line.
fn go_functions(text: &str) -> Vec<GoFunction> {
    let mut functions: Vec<GoFunction> = Vec::new();
    let mut open = false;
    for (line, number) in text.lines().zip(1..) {
        if let Some(rest) = line.strip_prefix("func ") {
            functions.push(GoFunction {
                first: number,
                last: number,
                name: function_name(rest),
            });
            open = !line.ends_with('}');
        } else if let Some(function) = functions.last_mut()
            && open
        {
            function.last = number;
            open = !line.starts_with('}');
        }
    }
    functions
}

/// Returns `T.Name` for `(t *T) Name(...)`, as `go tool cover -func` does.
fn function_name(rest: &str) -> String {
    let until = |text: &str| {
        let end = text.find(['(', '[']).unwrap_or(text.len());
        text[..end].trim().to_owned()
    };
    let Some((receiver, rest)) =
        rest.strip_prefix('(').and_then(|rest| rest.split_once(')'))
    else {
        return until(rest);
    };
    let kind = receiver.rsplit(' ').next().unwrap_or_default();
    let kind = until(kind.trim_start_matches('*'));
    format!("{kind}.{}", until(rest))
}

/// Returns the percentage with one decimal, rounded as Go's tools round it; `-`
/// where there is nothing to cover. Limits are compared before rounding.
pub fn percent(total: Total) -> String {
    if total.is_empty() {
        return "-".to_owned();
    }
    format!("{:.1}%", total.percentage())
}

#[derive(Serialize)]
struct JsonRow<'a> {
    name: &'a str,
    covered: u64,
    total: u64,
    percentage: f64,
}

impl<'a> JsonRow<'a> {
    fn new(name: &'a str, total: Total) -> Self {
        Self {
            name,
            covered: total.covered,
            total: total.statements,
            percentage: total.percentage(),
        }
    }
}

impl Report {
    /// Returns the report as a table for a terminal; with the feature `cli`.
    #[cfg(feature = "cli")]
    pub fn table(&self) -> String {
        let mut table = Table::new();
        table.load_style(presets::NOTHING);
        table.set_header(["", "covered", "of", ""]);
        for (name, total) in self.with_total("total") {
            let Total { covered, statements } = total;
            table.add_row([
                name.to_owned(),
                covered.to_string(),
                statements.to_string(),
                percent(total),
            ]);
        }
        for column in table.column_iter_mut().skip(1) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        table.trim_fmt() + "\n"
    }

    /// Returns the report in Markdown, for a comment on a pull request.
    pub fn markdown(&self) -> String {
        let mut text =
            String::from("| | covered | of | |\n|:--|--:|--:|--:|\n");
        for (name, total) in self.with_total("**total**") {
            let name = name.replace('|', "\\|").replace('<', "&lt;");
            let Total { covered, statements } = total;
            text += &format!(
                "| {name} | {covered} | {statements} | {} |\n",
                percent(total)
            );
        }
        text
    }

    /// Returns the report as JSON, for programs: `{"total": {...}, "rows":
    /// [...]}`.
    pub fn json(&self) -> String {
        let row = |row: &Row| json!(JsonRow::new(&row.name, row.total));
        let rows: Vec<_> = self.rows.iter().map(row).collect();
        let total = JsonRow::new("total", self.total);
        let json = json!({ "total": total, "rows": rows });
        format!("{json:#}\n")
    }

    fn with_total<'a>(
        &'a self,
        name: &'a str,
    ) -> impl Iterator<Item = (&'a str, Total)> {
        let rows = self.rows.iter().map(|row| (&*row.name, row.total));
        rows.chain([(name, self.total)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_named_as_go_tool_cover_does() {
        let text = "package a\n\nfunc f(x int) int {\n\treturn x\n}\n\n\
                    func (t *T[K]) g() {\n}\n\nfunc (U) h() {}\n\n\
                    func k[T any]() {\n\tfunc() {\n\t}()\n}\n";
        let all = go_functions(text);
        let names: Vec<_> = all.iter().map(|f| f.name.as_str()).collect();
        assert_eq!(names, ["f", "T.g", "U.h", "k"]);
        let lines: Vec<_> = all.iter().map(|f| (f.first, f.last)).collect();
        assert_eq!(lines, [(3, 5), (7, 8), (10, 10), (12, 15)]);
    }

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
