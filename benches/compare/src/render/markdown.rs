//! Tables for a pull request.

use support::visible::in_markdown;

use super::cells::{self, Cell, Table, Tone};
use crate::compare::report::Report;

/// So many rows without a verdict that matters are folded.
const FOLDED: usize = 10;

/// Returns all blocks as Markdown tables; verdicts that matter are bold.
pub fn render(report: &Report) -> String {
    let mut text = String::new();
    for block in &report.blocks {
        let table = cells::table(report, block, true);
        text += &format!("**{}**\n\n", in_markdown(block.metric.name()));
        if let Some(zeros) = cells::zeros(&table) {
            text += &format!("{}\n\n", in_markdown(&zeros));
        }
        if table.rows().next().is_none() {
            continue;
        }
        let rows: Vec<_> = table.rows().map(Iterator::collect).collect();
        let has_mean = block.mean.iter().any(Option::is_some);
        text += &folded(&table, &rows, has_mean);
    }
    for note in &report.notes {
        text += &format!("_{}_\n\n", in_markdown(note));
    }
    text
}

/// Returns the rows as a table, of which many that did not change are folded.
fn folded(table: &Table, rows: &[Vec<Cell<'_>>], has_mean: bool) -> String {
    let last = rows.len() - usize::from(has_mean);
    let is_called = |row: &[Cell<'_>]| {
        row.iter().any(|it| matches!(it.tone, Tone::Better | Tone::Worse))
    };
    let (called, others): (Vec<_>, Vec<_>) =
        rows[..last].iter().partition(|row| is_called(row));
    if others.len() < FOLDED {
        return whole(table, rows.iter());
    }
    let shown = called.iter().copied().chain(&rows[last..]);
    let mut text = String::new();
    if shown.clone().next().is_some() {
        text += &whole(table, shown);
    }
    let count = others.len();
    text += &format!(
        "<details><summary>{count} rows that are neither better nor worse\
         </summary>\n\n"
    );
    text += &whole(table, others.into_iter());
    text + "</details>\n\n"
}

fn whole<'a>(
    table: &Table,
    rows: impl Iterator<Item = &'a Vec<Cell<'a>>>,
) -> String {
    let mut text = line(table.head.iter().map(|head| in_markdown(head)));
    let rules = table.head.iter().enumerate().map(|(index, name)| {
        let is_text = index == 0 || name == "verdict";
        if is_text { "---" } else { "---:" }.to_owned()
    });
    text += &line(rules);
    for row in rows {
        text += &line(row.iter().copied().map(emphasis));
    }
    text + "\n"
}

fn line(cells: impl Iterator<Item = String>) -> String {
    let cells: Vec<_> = cells.collect();
    format!("| {} |\n", cells.join(" | "))
}

fn emphasis(cell: Cell<'_>) -> String {
    let text = in_markdown(cell.text);
    match cell.tone {
        Tone::Better | Tone::Worse => format!("**{text}**"),
        Tone::Plain | Tone::Faint => text,
    }
}
