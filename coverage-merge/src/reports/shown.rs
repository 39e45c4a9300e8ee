//! Totals as a table, Markdown or JSON.

#[cfg(feature = "cli")]
use comfy_table::{CellAlignment, Table, presets};
use serde::Serialize;
use serde::ser::{SerializeSeq, Serializer};
use support::visible::visible;

use crate::profile::total::Total;
use crate::reports::totals::{Report, Row, percent};

#[derive(Serialize)]
struct JsonRow<'a> {
    name: &'a str,
    covered: u64,
    total: u64,
    /// Nothing where there is nothing to cover.
    percentage: Option<f64>,
    #[serde(skip_serializing_if = "is_empty")]
    branches: JsonTotal,
    #[serde(skip_serializing_if = "is_empty")]
    functions: JsonTotal,
    #[serde(skip_serializing_if = "str::is_empty")]
    missed: &'a str,
}

#[derive(Serialize)]
struct JsonTotal {
    covered: u64,
    total: u64,
}

fn is_empty(total: &JsonTotal) -> bool {
    total.total == 0
}

impl From<Total> for JsonTotal {
    fn from(total: Total) -> Self {
        Self { covered: total.covered, total: total.statements }
    }
}

impl<'a> From<&'a Row> for JsonRow<'a> {
    fn from(row: &'a Row) -> Self {
        Self {
            name: &row.name,
            covered: row.total.covered,
            total: row.total.statements,
            percentage: (!row.total.is_empty()).then(|| row.total.percentage()),
            branches: row.branches.into(),
            functions: row.functions.into(),
            missed: &row.missed,
        }
    }
}

#[derive(Serialize)]
struct Json<'a> {
    #[serde(serialize_with = "one_by_one")]
    rows: &'a [Row],
    total: JsonRow<'a>,
}

/// Writes row by row, because there may be a million.
fn one_by_one<S: Serializer>(rows: &[Row], out: S) -> Result<S::Ok, S::Error> {
    let mut list = out.serialize_seq(Some(rows.len()))?;
    for row in rows {
        list.serialize_element(&JsonRow::from(row))?;
    }
    list.end()
}

impl Report {
    /// Returns the report as a table for a terminal; with the feature `cli`.
    /// Branches and functions have columns where an input counts them.
    #[cfg(feature = "cli")]
    pub fn table(&self) -> String {
        let total = self.total_row("total");
        let mut table = Table::new();
        table.load_style(presets::NOTHING);
        let mut header = vec![""];
        header.extend(self.columns());
        table.set_header(header);
        for row in self.rows.iter().chain([&total]) {
            let mut cells = vec![visible(&row.name).into_owned()];
            cells.extend(self.cells(row));
            table.add_row(cells);
        }
        for column in table.column_iter_mut().skip(1) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        table.trim_fmt() + "\n"
    }

    /// Returns the names of the columns of numbers.
    fn columns(&self) -> Vec<&'static str> {
        let mut names = vec!["covered", "of", ""];
        let counts = [
            (!self.branches.is_empty(), "branches"),
            (!self.functions.is_empty(), "functions"),
        ];
        names.extend(counts.iter().filter(|it| it.0).map(|it| it.1));
        names
    }

    /// Returns the numbers of a row.
    fn cells(&self, row: &Row) -> Vec<String> {
        let Total { covered, statements } = row.total;
        let mut cells = vec![
            covered.to_string(),
            statements.to_string(),
            percent(row.total),
        ];
        let counts = [
            (!self.branches.is_empty(), row.branches),
            (!self.functions.is_empty(), row.functions),
        ];
        let more = counts.iter().filter(|it| it.0).map(|it| percent(it.1));
        cells.extend(more);
        cells
    }

    /// Returns the lines of each file that did not run, one file a line.
    pub fn missed_lines(&self) -> String {
        let rows = self.rows.iter().filter(|row| !row.missed.is_empty());
        let line =
            |row: &Row| format!("{}: {}\n", visible(&row.name), row.missed);
        rows.map(line).collect()
    }

    /// Returns the report in Markdown, for a comment on a pull request.
    /// Branches and functions have columns where an input counts them.
    pub fn markdown(&self) -> String {
        let columns = self.columns();
        let mut text = format!("| | {} |\n|:--", columns.join(" | "));
        text = text.replace("|  |", "| |") + &"|--:".repeat(columns.len());
        text += "|\n";
        let total = self.total_row("**total**");
        for row in self.rows.iter().chain([&total]) {
            let name = visible(&row.name);
            let name = name.replace('|', "\\|").replace('<', "&lt;");
            text += &format!("| {name} | {} |\n", self.cells(row).join(" | "));
        }
        text
    }

    /// Returns the report as JSON, for programs: `{"rows": [...], "total":
    /// {...}}`.
    pub fn json(&self) -> String {
        let total = self.total_row("total");
        let json = Json { rows: &self.rows, total: (&total).into() };
        // A report has only texts and numbers, so it never fails.
        serde_json::to_string_pretty(&json).unwrap_or_default() + "\n"
    }

    fn total_row(&self, name: &str) -> Row {
        Row {
            name: name.to_owned(),
            total: self.total,
            branches: self.branches,
            functions: self.functions,
            missed: String::new(),
        }
    }
}
