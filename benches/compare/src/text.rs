//! The table for a terminal.

use crate::units::{three_digits, time};
use crate::{Row, Verdict};

/// The rows as a table, first column left, the others right.
///
/// Below the table stands what a reader needs to know about it: that runs
/// are missing, or how large the interval's level is.
///
/// ```
/// use bench_compare::{Row, Rule, text};
///
/// let row = Row::new("push", &[10.0], &[12.0], Rule::default());
/// let table = text::table(&[row]);
/// assert!(table.starts_with("benchmark"));
/// assert!(table.contains("unreplicated"));
/// ```
pub fn table(rows: &[Row]) -> String {
    table_of(rows, ["old", "new"])
}

/// Like [`table`], with the names of the two sides.
pub fn table_of(rows: &[Row], [old, new]: [&str; 2]) -> String {
    let mut lines = vec![
        [
            "benchmark",
            old,
            new,
            "ratio",
            "interval",
            "runs",
            "verdict",
        ]
        .map(str::to_owned),
    ];
    lines.extend(rows.iter().map(cells));
    let mut widths = [0; 7];
    for line in &lines {
        for (width, cell) in widths.iter_mut().zip(line) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut table = String::new();
    for line in &lines {
        table += &join(line, &widths);
        table.push('\n');
    }
    for note in notes(rows) {
        table += &format!("{note}\n");
    }
    table
}

fn join(cells: &[String; 7], widths: &[usize; 7]) -> String {
    let mut line = String::new();
    for (column, (cell, &width)) in cells.iter().zip(widths).enumerate() {
        let text = match column {
            0 => format!("{cell:<width$}"),
            6 => format!("  {cell}"),
            _ => format!("  {cell:>width$}"),
        };
        line += &text;
    }
    line
}

fn cells(row: &Row) -> [String; 7] {
    let interval = match (row.low, row.high) {
        (Some(low), Some(high)) => {
            format!("{} .. {}", three_digits(low), three_digits(high))
        }
        _ => "-".to_owned(),
    };
    [
        row.benchmark.clone(),
        time(row.old),
        time(row.new),
        three_digits(row.ratio),
        interval,
        format!("{}+{}", row.runs[0], row.runs[1]),
        row.verdict.to_string(),
    ]
}

fn notes(rows: &[Row]) -> Vec<&'static str> {
    let mut notes = Vec::new();
    let unreplicated = |row: &Row| row.verdict == Verdict::Unreplicated;
    if rows.iter().any(unreplicated) {
        notes.push(
            "unreplicated: one process run a side shows a difference but \
             cannot tell it from chance; save several runs a side",
        );
    }
    let too_few = |row: &Row| !unreplicated(row) && row.low.is_none();
    if rows.iter().any(too_few) {
        notes.push(
            "no interval: at 95 % the exact test needs at least 4 runs a side",
        );
    }
    notes
}
