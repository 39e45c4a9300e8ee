//! The table for a terminal.

use std::thread;

use support::visible::visible;

use super::cells;
use super::layout::{self, notes};
use super::list;
use super::terminal::Terminal;
use crate::compare::block::{Block, Line, Metric};
use crate::compare::report::Report;
use crate::compare::row::Row;
use crate::compare::verdict::Rule;

/// Returns the rows as a table, for programs that have rows only.
///
/// ```
/// use bench_compare::{Row, Rule, text};
///
/// let row = Row::new("push", &[10.0], &[12.0], Rule::default());
/// let table = text::table(&[row], Default::default());
/// assert!(table.starts_with("benchmark"));
/// assert!(table.contains("unreplicated"));
/// ```
pub fn table(rows: &[Row], terminal: Terminal) -> String {
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
        unproven: Vec::new(),
    };
    render(&report, terminal)
}

/// Returns all blocks of the report, then its notes. What does not fit into
/// the terminal as a table is a list, as of [`list::render`].
///
/// # Panics
///
/// Only if a thread that prints a block does.
pub fn render(report: &Report, terminal: Terminal) -> String {
    let printed = |block: &Block| {
        let table = cells::table(report, block, terminal.utf8);
        let zeros = cells::zeros(&table).map(|zeros| zeros + "\n");
        let rows = match table.rows().next() {
            Some(_) => layout::print(&table, terminal)?,
            None => String::new(),
        };
        Some(rows + &zeros.unwrap_or_default())
    };
    let mut blocks = Vec::new();
    if let Some((first, others)) = report.blocks.split_first() {
        thread::scope(|scope| {
            let other = |block| scope.spawn(move || printed(block));
            let threads: Vec<_> = others.iter().map(other).collect();
            blocks.push(printed(first));
            blocks.extend(
                threads.into_iter().map(|thread| {
                    thread.join().expect("printing does not panic")
                }),
            );
        });
    }
    let Some(blocks) = blocks.into_iter().collect::<Option<Vec<_>>>() else {
        return list::render(report, terminal);
    };
    let titles = report.blocks.iter().map(|block| block.metric.name());
    let mut text = String::new();
    for (index, (title, block)) in titles.zip(blocks).enumerate() {
        if index > 0 {
            text.push('\n');
        }
        if index > 0 || title != Metric::Time.name() {
            text += &format!("{}\n", visible(title));
        }
        text += &block;
    }
    if report.labels.len() > 2 {
        text += "\n* the best number of its row; a verdict says whether the \
                 difference is real\n";
    }
    text + &notes(report, terminal)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(labels: [&str; 2]) -> Report {
        let name = "subject/with-a-long-operation/1000000/variant";
        let row = Row::new(name, &[10.0], &[12.0], Rule::default());
        let line = Line {
            benchmark: name.into(),
            base: 10.0,
            rows: vec![Some(row)],
            throughput: None,
        };
        Report {
            labels: labels.map(String::from).into(),
            blocks: vec![Block {
                metric: Metric::Time,
                lines: vec![line],
                mean: Vec::new(),
            }],
            rules: Rule::default().into(),
            notes: Vec::new(),
            open: Vec::new(),
            unproven: Vec::new(),
        }
    }

    #[test]
    fn sides_called_like_columns_keep_theirs() {
        let report = report(["p", "runs"]);
        for width in [60, 70, 80] {
            let terminal =
                Terminal { width: Some(width), ..Terminal::default() };
            let text = render(&report, terminal);
            for time in ["10.0 ns", "12.0 ns"] {
                assert!(text.contains(time), "{width}: {text}");
            }
        }
    }

    #[test]
    fn a_note_is_folded_between_words() {
        let mut report = report(["old", "new"]);
        report.notes = vec!["samples that have two modes: a/b, c/d".into()];
        let terminal = Terminal { width: Some(24), ..Terminal::default() };
        let folded = "\nnote: samples that have\n      two modes: a/b,\n";
        let narrow = render(&report, terminal);
        assert!(narrow.contains(folded), "{narrow}");
        let whole = "\nnote: samples that have two modes: a/b, c/d\n";
        assert!(render(&report, Terminal::default()).contains(whole));
    }

    #[test]
    fn a_wide_table_folds_and_loses_no_word() {
        let report = report(["old", "new"]);
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
