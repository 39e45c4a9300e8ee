//! The table for a terminal.

use std::thread;

use anstyle::{AnsiColor, Style};
use comfy_table::{
    Attribute, Cell as Printed, CellAlignment, Color, ContentArrangement,
};

use super::cells::{self, Cell, Table, Tone};
use crate::compare::block::{Block, Line, Metric};
use crate::compare::report::Report;
use crate::compare::row::Row;
use crate::compare::verdict::Rule;
use crate::units::visible;

/// Spaces between columns.
const GAP: usize = 2;

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

/// Returns the rows as a table, for programs that have rows only.
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
        rules: Rule::default().into(),
        notes: Vec::new(),
        open: Vec::new(),
    };
    render(&report, Terminal::default())
}

/// Returns all blocks of the report, then its notes.
///
/// # Panics
///
/// Only if a thread that prints a block does.
pub fn render(report: &Report, terminal: Terminal) -> String {
    let printed = |block| {
        let table = cells::table(report, block, terminal.utf8);
        print(&table, terminal)
    };
    let mut text = String::new();
    if let Some((first, others)) = report.blocks.split_first() {
        thread::scope(|scope| {
            let other = |block| scope.spawn(move || printed(block));
            let threads: Vec<_> = others.iter().map(other).collect();
            text = printed(first);
            for (block, thread) in others.iter().zip(threads) {
                text += &format!("\n{}\n", block.metric.name());
                text += &thread.join().expect("printing does not panic");
            }
        });
    }
    if !report.notes.is_empty() {
        text.push('\n');
    }
    for note in &report.notes {
        text += &format!("note: {}\n", visible(note));
    }
    text
}

/// Returns the table, folded by a library where it is too wide, else aligned
/// line by line.
fn print(table: &Table, terminal: Terminal) -> String {
    let widths = widths(table);
    let total: usize = widths.iter().map(|width| width + GAP).sum();
    match terminal.width {
        Some(width) if total > usize::from(width) + GAP => {
            fold(table, width, terminal.colour)
        }
        _ => align(table, &widths, terminal.colour),
    }
}

fn widths(table: &Table) -> Vec<usize> {
    let length = |text: &str| text.chars().count();
    let mut widths: Vec<_> = table.head.iter().map(|h| length(h)).collect();
    for row in table.rows() {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(length(cell.text));
        }
    }
    widths
}

fn align(table: &Table, widths: &[usize], colour: bool) -> String {
    let width: usize = widths.iter().map(|width| width + GAP).sum();
    let mut text =
        String::with_capacity((width + 1) * (1 + table.rows().count()));
    let head = table.head.iter().map(|name| (name.as_str(), Tone::Plain));
    push_line(&mut text, table, widths, head, colour);
    for row in table.rows() {
        let cells = row.map(|cell| (cell.text, cell.tone));
        push_line(&mut text, table, widths, cells, colour);
    }
    text
}

fn push_line<'a>(
    text: &mut String,
    table: &Table,
    widths: &[usize],
    cells: impl Iterator<Item = (&'a str, Tone)>,
    colour: bool,
) {
    for (index, ((cell, tone), &width)) in cells.zip(widths).enumerate() {
        let pad = width - cell.chars().count();
        let before = if table.is_text(index) { 0 } else { pad };
        text.extend(std::iter::repeat_n(' ', before));
        match tone.style().filter(|_| colour) {
            Some(style) => *text += &format!("{style}{cell}{style:#}"),
            None => *text += cell,
        }
        text.extend(std::iter::repeat_n(' ', pad - before + GAP));
    }
    text.truncate(text.trim_end_matches(' ').len());
    text.push('\n');
}

impl Table {
    fn is_text(&self, column: usize) -> bool {
        column == 0 || self.head.get(column).is_some_and(|n| n == "verdict")
    }
}

impl Tone {
    fn style(self) -> Option<Style> {
        match self {
            Self::Plain => None,
            Self::Better => Some(AnsiColor::Green.on_default()),
            Self::Worse => Some(AnsiColor::Red.on_default()),
            Self::Faint => Some(Style::new().dimmed()),
        }
    }
}

fn fold(table: &Table, width: u16, colour: bool) -> String {
    let mut folded = comfy_table::Table::new();
    folded.load_style(comfy_table::presets::NOTHING);
    if colour {
        folded.enforce_styling();
    } else {
        folded.force_no_tty();
    }
    folded.set_content_arrangement(ContentArrangement::Dynamic);
    folded.set_width(width);
    folded.set_header(table.head.iter().map(Printed::new));
    folded.add_rows(table.rows().map(|row| row.map(paint)));
    for (index, column) in folded.column_iter_mut().enumerate() {
        column.set_padding((0, 2));
        column.set_cell_alignment(if table.is_text(index) {
            CellAlignment::Left
        } else {
            CellAlignment::Right
        });
    }
    let lines = folded.lines().map(|line| line.trim_end().to_owned() + "\n");
    lines.collect()
}

fn paint(cell: Cell<'_>) -> Printed {
    let printed = Printed::new(cell.text);
    match cell.tone {
        Tone::Plain => printed,
        Tone::Better => printed.fg(Color::Green),
        Tone::Worse => printed.fg(Color::Red),
        Tone::Faint => printed.add_attribute(Attribute::Dim),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wide_table_folds_and_loses_no_word() {
        let name = "subject/with-a-long-operation/1000000/variant";
        let row = Row::new(name, &[10.0], &[12.0], Rule::default());
        let line = Line {
            benchmark: name.into(),
            base: 10.0,
            rows: vec![Some(row)],
            throughput: None,
        };
        let report = Report {
            labels: vec!["old".into(), "new".into()],
            blocks: vec![Block {
                metric: Metric::Time,
                lines: vec![line],
                mean: Vec::new(),
            }],
            rules: Rule::default().into(),
            notes: Vec::new(),
            open: Vec::new(),
        };
        let wide = render(&report, Terminal::default());
        let terminal = Terminal { width: Some(60), ..Terminal::default() };
        let narrow = render(&report, terminal);
        let longest = |text: &str| text.lines().map(str::len).max();
        assert!(longest(&wide).unwrap() > 60);
        assert!(longest(&narrow).unwrap() <= 60, "{narrow}");
        let letters = |text: &str| {
            let mut all: Vec<char> =
                text.chars().filter(|c| !c.is_whitespace()).collect();
            all.sort_unstable();
            all
        };
        assert_eq!(letters(&narrow), letters(&wide));
    }
}
