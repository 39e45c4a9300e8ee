//! Totals as a table, Markdown or JSON.

#[cfg(feature = "cli")]
use comfy_table::{CellAlignment, Table, presets};
use serde::Serialize;
use serde::ser::{SerializeSeq, Serializer};
use support::visible::{in_markdown, visible};

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
        self.table_of_names(usize::MAX)
    }

    /// Returns [`Report::table`] in at most so many columns: names are folded
    /// between folders, and the numbers stay whole.
    ///
    /// ```
    /// use coverage_merge::{By, Profile};
    ///
    /// let text = "mode: set\nlong/path/to/a.go:1.1,2.2 1 1\n";
    /// let profile = Profile::parse(text.as_bytes(), "text")?;
    /// let report = profile.report(By::File, None);
    /// let narrow = report.table_within(34);
    /// assert!(narrow.contains("\n to/a.go\n"), "{narrow}");
    /// assert!(narrow.lines().all(|line| line.len() <= 34), "{narrow}");
    /// # Ok::<(), coverage_merge::Error>(())
    /// ```
    #[cfg(feature = "cli")]
    pub fn table_within(&self, width: u16) -> String {
        let wide = self.table();
        let columns = wide.lines().map(|line| line.chars().count()).max();
        let names = self.rows.iter().map(|row| row.name.chars().count());
        let excess = columns.unwrap_or(0).saturating_sub(width.into());
        match names.max() {
            Some(longest) if excess > 0 => {
                self.table_of_names(longest.saturating_sub(excess))
            }
            _ => wide,
        }
    }

    /// Returns the table with names in so many columns.
    #[cfg(feature = "cli")]
    fn table_of_names(&self, width: usize) -> String {
        let total = self.total_row("total");
        let mut table = Table::new();
        table.load_style(presets::NOTHING);
        let mut header = vec![""];
        header.extend(self.columns());
        table.set_header(header);
        for row in self.rows.iter().chain([&total]) {
            let mut cells = vec![folded(&visible(&row.name), width)];
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
        let mut line = |name: &str, row| {
            text += &format!("| {name} | {} |\n", self.cells(row).join(" | "));
        };
        for row in &self.rows {
            line(&in_markdown(&row.name), row);
        }
        line("**total**", &self.total_row(""));
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

/// Returns a name in lines of at most `width` characters, broken behind `/`,
/// and within a longer part where it must.
#[cfg(feature = "cli")]
fn folded(name: &str, width: usize) -> String {
    const LEAST: usize = 8;
    let width = width.max(LEAST);
    let mut lines = String::new();
    let mut used = 0;
    for part in name.split_inclusive('/') {
        let long = part.chars().count();
        if used > 0 && used + long > width {
            lines.push('\n');
            used = 0;
        }
        for letter in part.chars() {
            if used == width {
                lines.push('\n');
                used = 0;
            }
            lines.push(letter);
            used += 1;
        }
    }
    lines
}

#[cfg(all(test, feature = "cli"))]
mod tests {
    use crate::Profile;
    use crate::reports::totals::By;

    #[test]
    fn a_narrow_table_folds_names_between_folders_and_no_number() {
        let name = "example.com/shop/internal/price/discount.go";
        let text = format!("mode: set\n{name}:1.1,2.2 1000 1\n");
        let profile = Profile::parse(text.as_bytes(), "text").unwrap();
        let report = profile.report(By::File, None);
        let (wide, narrow) = (report.table(), report.table_within(48));
        assert!(wide.lines().any(|line| line.len() > 48), "{wide}");
        assert!(narrow.lines().all(|line| line.len() <= 48), "{narrow}");
        assert!(narrow.contains("1000  1000  100.0%"), "{narrow}");
        let lines = narrow.lines().map(|line| line.split(' ').nth(1));
        let parts: String = lines.flatten().collect();
        assert!(parts.contains(name), "{narrow}");
        assert!(narrow.contains(" internal/price/\n"), "{narrow}");
        assert_eq!(report.table_within(200), wide);
    }
}
