//! A list: each benchmark with its sides below each other, the best first.

use support::visible::visible;
use unicode_width::UnicodeWidthStr;

use super::cells::{self, Cell, Tone};
use super::layout::{GAP, notes, push_cell};
use super::terminal::Terminal;
use crate::compare::block::{Block, Line, Metric};
use crate::compare::report::Report;
use crate::compare::row::Row;
use crate::meaning::Better;
use crate::units::three_digits;

/// One side of one benchmark: its label, its number, the number by the best,
/// and what stands in a row of a table.
type Entry = [(String, Tone); 6];

/// Returns all blocks as lists, then the notes. `1.00` is the best of its
/// benchmark; ratio, interval and verdict are against the first side.
pub fn render(report: &Report, terminal: Terminal) -> String {
    let mut text = String::new();
    for (index, block) in report.blocks.iter().enumerate() {
        if index > 0 || block.metric != Metric::Time {
            text += &format!("{}\n\n", visible(block.metric.name()));
        }
        text += &list(report, block, terminal);
        let table = cells::table(report, block, terminal.utf8);
        text.extend(cells::zeros(&table).map(|zeros| zeros + "\n\n"));
    }
    let notes = notes(report, terminal);
    text + notes.trim_start_matches('\n')
}

fn list(report: &Report, block: &Block, terminal: Terminal) -> String {
    let shown =
        block.lines.iter().filter(|it| !cells::is_zero(&block.metric, it));
    let entries: Vec<(&Line, Vec<Entry>)> = shown
        .map(|line| (line, entries(report, block, line, terminal.utf8)))
        .collect();
    let means = means(report, block);
    let mut widths = [0; 6];
    let all = entries.iter().flat_map(|(_, entries)| entries);
    for entry in all.chain(&means) {
        for (width, (cell, _)) in widths.iter_mut().zip(entry) {
            *width = (*width).max(cell.width());
        }
    }
    let mut text = String::new();
    for (line, entries) in entries {
        text += &format!("{}\n", visible(&line.benchmark));
        for entry in entries {
            text += &printed(&entry, widths, terminal.colour);
        }
        text.push('\n');
    }
    if !means.is_empty() {
        text += "geometric mean\n";
        for entry in means {
            text += &printed(&entry, widths, terminal.colour);
        }
        text.push('\n');
    }
    text
}

/// Returns the means, which have a ratio, but no number of their own.
fn means(report: &Report, block: &Block) -> Vec<Entry> {
    let labels = cells::labels(report).into_iter().skip(1);
    let entry = |(label, row): (String, &Option<Row>)| {
        let row = row.as_ref()?;
        let (word, tone) = cells::verdict(&block.metric, row);
        let interval = cells::interval(&block.metric, row);
        let words = [label, String::new(), String::new()];
        let [label, number, by_best] = words.map(|it| (it, Tone::Plain));
        let [ratio, interval] =
            [cells::ratio(row.ratio), interval].map(|it| (it, Tone::Plain));
        let verdict = (word.into_owned(), tone);
        Some([label, number, by_best, ratio, interval, verdict])
    };
    labels.zip(&block.mean).filter_map(entry).collect()
}

fn printed(entry: &Entry, widths: [usize; 6], colour: bool) -> String {
    let mut text = " ".repeat(GAP);
    for (index, ((cell, tone), width)) in entry.iter().zip(widths).enumerate() {
        let pad = width - cell.width();
        let is_text = index == 0 || index == entry.len() - 1;
        let before = if is_text { 0 } else { pad };
        text.extend(std::iter::repeat_n(' ', before));
        push_cell(&mut text, Cell { text: cell, tone: *tone }, colour);
        text.extend(std::iter::repeat_n(' ', pad - before + GAP));
    }
    text.truncate(text.trim_end_matches(' ').len());
    text + "\n"
}

/// Returns what is known of each side, the best first; sides without the
/// benchmark have no entry.
fn entries(
    report: &Report,
    block: &Block,
    line: &Line,
    utf8: bool,
) -> Vec<Entry> {
    let metric = &block.metric;
    let better = metric.better();
    let rows = line.rows.iter().map(Option::as_ref);
    let labels = cells::labels(report);
    let mut sides = vec![(&labels[0], line.base, None)];
    let others = labels.iter().skip(1).zip(rows);
    sides
        .extend(others.filter_map(|(label, row)| Some((label, row?.new, row))));
    match better {
        Some(Better::Lower) => sides.sort_by(|a, b| a.1.total_cmp(&b.1)),
        Some(Better::Higher) => sides.sort_by(|a, b| b.1.total_cmp(&a.1)),
        None => {}
    }
    let best = sides[0].1;
    let by_best = |value: f64| match better {
        None => String::new(),
        _ if value == best => "1.00".to_owned(),
        Some(Better::Lower) => times(value / best),
        Some(Better::Higher) => times(best / value),
    };
    let entry = |(label, value, row): (&String, f64, Option<&_>)| {
        let plain = |text: String| (text, Tone::Plain);
        let tone = if value == best { Tone::Better } else { Tone::Plain };
        let number = cells::number(metric, line, value, utf8);
        let (ratio, interval, verdict) = match row {
            Some(row) => {
                let (word, tone) = cells::verdict(metric, row);
                let interval = cells::interval(metric, row);
                (cells::ratio(row.ratio), interval, (word.into_owned(), tone))
            }
            None => Default::default(),
        };
        let label = plain(label.clone());
        let by_best = (by_best(value), tone);
        [label, plain(number), by_best, plain(ratio), plain(interval), verdict]
    };
    sides.into_iter().map(entry).collect()
}

fn times(factor: f64) -> String {
    match factor {
        _ if !factor.is_finite() => "inf".to_owned(),
        _ if factor < 100.0 => format!("{factor:.2}"),
        _ => three_digits(factor),
    }
}
