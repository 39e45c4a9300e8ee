//! Tables for a pull request.

use super::cells::{self, Cell, Tone};
use crate::compare::report::Report;
use crate::units::visible;

/// Returns all blocks as Markdown tables; verdicts that matter are bold.
pub fn render(report: &Report) -> String {
    let mut text = String::new();
    for block in &report.blocks {
        let table = cells::table(report, block, true);
        text += &format!("**{}**\n\n", escape(block.metric.name()));
        if let Some(zeros) = cells::zeros(&table) {
            text += &format!("{}\n\n", escape(&zeros));
        }
        if table.rows().next().is_none() {
            continue;
        }
        text += &line(table.head.iter().map(|h| escape(h)));
        let rules = table.head.iter().enumerate().map(|(index, name)| {
            let is_text = index == 0 || name == "verdict";
            if is_text { "---" } else { "---:" }.to_owned()
        });
        text += &line(rules);
        for row in table.rows() {
            text += &line(row.map(emphasis));
        }
        text.push('\n');
    }
    for note in &report.notes {
        text += &format!("_{}_\n\n", escape(note));
    }
    text
}

fn line(cells: impl Iterator<Item = String>) -> String {
    let cells: Vec<_> = cells.collect();
    format!("| {} |\n", cells.join(" | "))
}

fn emphasis(cell: Cell<'_>) -> String {
    let text = escape(cell.text);
    match cell.tone {
        Tone::Better | Tone::Worse => format!("**{text}**"),
        Tone::Plain | Tone::Faint => text,
    }
}

/// Keeps a name from ending the cell or turning into markup.
fn escape(text: &str) -> String {
    let special =
        ['#', '|', '_', '*', '<', '>', '`', '[', ']', '\\', '~', '$', '&'];
    let mut escaped = String::new();
    for letter in visible(text).chars() {
        if letter == '@' {
            // A name must not call somebody.
            escaped.push_str("&#64;");
            continue;
        }
        if special.contains(&letter) {
            escaped.push('\\');
        }
        escaped.push(letter);
    }
    escaped
}
