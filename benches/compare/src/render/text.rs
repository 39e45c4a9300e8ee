//! The table for a terminal.

use comfy_table::{
    Attribute, Cell as Printed, CellAlignment, Color, ContentArrangement,
};

use super::cells::{self, Cell, Table, Tone};
use crate::compare::report::{Block, Line, Metric, Report};
use crate::{Row, Rule};

/// What the terminal can do.
#[derive(Clone, Copy, Debug, Default)]
pub struct Terminal {
    /// Fold tables to so many columns.
    pub width: Option<u16>,
    /// Colour the verdicts.
    pub colour: bool,
    /// Letters beyond ASCII are shown well.
    pub utf8: bool,
}

/// The rows as a table, for programs that have rows only.
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
    let line = |row: &Row| Line {
        benchmark: row.benchmark.clone(),
        base: row.old,
        rows: vec![Some(row.clone())],
        throughput: None,
    };
    let block = Block {
        metric: Metric::Time,
        lines: rows.iter().map(line).collect(),
        mean: Vec::new(),
    };
    let report = Report {
        labels: vec!["old".into(), "new".into()],
        blocks: vec![block],
        rule: Rule::default(),
        notes: Vec::new(),
    };
    render(&report, Terminal::default())
}

/// All blocks of the report, then its notes.
pub fn render(report: &Report, terminal: Terminal) -> String {
    let mut text = String::new();
    for (index, block) in report.blocks.iter().enumerate() {
        if index > 0 {
            text += &format!("\n{}\n", block.metric.name());
        }
        let table = cells::table(report, block, terminal.utf8);
        text += &print(&table, terminal);
    }
    if !report.notes.is_empty() {
        text.push('\n');
    }
    for note in &report.notes {
        text += &format!("note: {note}\n");
    }
    text
}

fn print(table: &Table, terminal: Terminal) -> String {
    let mut printed = comfy_table::Table::new();
    printed.load_style(comfy_table::presets::NOTHING);
    match terminal.colour {
        true => printed.enforce_styling(),
        false => printed.force_no_tty(),
    };
    if let Some(width) = terminal.width {
        printed.set_content_arrangement(ContentArrangement::Dynamic);
        printed.set_width(width);
    }
    printed.set_header(table.head.iter().map(Printed::new));
    printed.add_rows(table.rows.iter().map(|row| row.iter().map(paint)));
    let verdict = |name: &String| name == "verdict";
    for (index, column) in printed.column_iter_mut().enumerate() {
        let is_text = index == 0 || table.head.get(index).is_some_and(verdict);
        column.set_padding((0, 2));
        column.set_cell_alignment(match is_text {
            true => CellAlignment::Left,
            false => CellAlignment::Right,
        });
    }
    let lines = printed
        .lines()
        .map(|line| line.trim_end().to_owned() + "\n");
    lines.collect()
}

fn paint(cell: &Cell) -> Printed {
    let printed = Printed::new(&cell.text);
    match cell.tone {
        Tone::Plain => printed,
        Tone::Better => printed.fg(Color::Green),
        Tone::Worse => printed.fg(Color::Red),
        Tone::Faint => printed.add_attribute(Attribute::Dim),
    }
}
