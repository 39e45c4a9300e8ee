//! One page with plots that needs nothing else.
//!
//! No script, no font and no image is loaded: the page works from `file://`,
//! follows the reader's light or dark setting, is walked through with the
//! keyboard alone, and prints.

mod markup;
mod plots;

use markup::{escape, wide};

use super::cells::{self, Cell, Tone};
use crate::compare::block::{Block, Metric};
use crate::compare::by_benchmark;
use crate::compare::report::Report;
use crate::input::side::Side;
use crate::record::Record;
use crate::run::Measurement;

const STYLE: &str = include_str!("style.css");

/// Returns the report, the distributions of its runs, and the history of
/// `records`.
///
/// The distributions need sides that were read with their samples.
pub fn render(report: &Report, sides: &[Side], records: &[Record]) -> String {
    let title = report.labels.join(" against ");
    let title = escape(&title);
    let mut body = format!("<h1>{title}</h1>\n");
    for block in &report.blocks {
        body += &section(report, block);
    }
    body += &distributions(report, sides);
    body += &history(records);
    body += &notes(report);
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n\
         <title>{title}</title>\n<style>\n{STYLE}</style>\n\
         <main>\n{body}</main>\n</html>\n"
    )
}

fn section(report: &Report, block: &Block) -> String {
    let name = block.metric.name();
    let mut html = format!("<h2>{name}</h2>\n{}", table(report, block));
    if block.metric == Metric::Time {
        html += &plots::intervals(&block.lines, report.rules.rule.margin);
    }
    html
}

fn table(report: &Report, block: &Block) -> String {
    let table = cells::table(report, block, true);
    let name = block.metric.name();
    let head: String = table
        .head
        .iter()
        .map(|name| format!("<th scope=\"col\">{}</th>", escape(name)))
        .collect();
    let mut rows = String::new();
    for mut row in table.rows() {
        let name = row.next().map_or(String::new(), |cell| escape(cell.text));
        let cells: String = row.map(cell).collect();
        rows += &format!("<tr><th scope=\"row\">{name}</th>{cells}</tr>\n");
    }
    let table = format!(
        "<table>\n<thead><tr>{head}</tr></thead>\n\
         <tbody>\n{rows}</tbody></table>"
    );
    wide(&format!("table: {name}"), &table)
}

fn cell(cell: Cell<'_>) -> String {
    let class = match cell.tone {
        Tone::Plain => "",
        Tone::Better => " class=\"better\"",
        Tone::Worse => " class=\"worse\"",
        Tone::Faint => " class=\"faint\"",
    };
    format!("<td{class}>{}</td>", escape(cell.text))
}

/// Returns one folded plot a benchmark: the samples of each run.
fn distributions(report: &Report, sides: &[Side]) -> String {
    let time = report.blocks.iter().find(|b| b.metric == Metric::Time);
    let Some(block) = time else {
        return String::new();
    };
    let measured: Vec<_> =
        sides.iter().map(|side| by_benchmark(&side.runs)).collect();
    let mut html = String::new();
    for line in &block.lines {
        let name = line.benchmark.as_str();
        let of = |side: &crate::compare::Measured<'_>| -> Vec<Vec<f64>> {
            let all = side.get(name).into_iter().flatten();
            all.filter_map(|taken| sorted(taken.it)).collect()
        };
        let runs: Vec<_> = measured.iter().map(of).collect();
        if runs.iter().any(|side| !side.is_empty()) {
            let plot = plots::distribution(name, &report.labels, &runs);
            let name = escape(name);
            html += &format!(
                "<details><summary>{name}</summary>\n{plot}</details>\n"
            );
        }
    }
    if html.is_empty() {
        return html;
    }
    format!("<h2>Samples of each run</h2>\n{html}")
}

fn sorted(measurement: &Measurement) -> Option<Vec<f64>> {
    let mut times = measurement.samples.as_ref()?.per_iteration();
    times.sort_by(f64::total_cmp);
    Some(times)
}

/// Returns one plot a benchmark that the records know.
fn history(records: &[Record]) -> String {
    let mut names = std::collections::BTreeSet::new();
    for row in records.iter().flat_map(|record| &record.rows) {
        names.insert(row.benchmark.as_str());
    }
    let mut html = String::new();
    for name in names {
        let points: Vec<_> = records
            .iter()
            .flat_map(|record| record.rows.iter().map(move |r| (record, r)))
            .filter(|(_, row)| row.benchmark == name)
            .map(|(record, row)| (record.date.as_str(), row))
            .collect();
        html += &plots::history(name, &points);
    }
    if html.is_empty() {
        return html;
    }
    format!("<h2>History of the records</h2>\n{html}")
}

fn notes(report: &Report) -> String {
    let percent = 100.0 * (1.0 - report.rules.rule.alpha);
    let margin = 100.0 * report.rules.rule.margin;
    let mut html = format!(
        "<h2>Notes</h2>\n<ul>\n<li>Intervals of {percent} %; changes below \
         {margin} % do not count.</li>\n"
    );
    for note in &report.notes {
        html += &format!("<li>{}</li>\n", escape(note));
    }
    html + "</ul>\n"
}
