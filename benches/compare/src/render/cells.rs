//! A report's numbers as the words in a table's cells.

use crate::compare::report::{Block, Line, Metric, Report};
use crate::units::{count, three_digits, time_as};
use crate::{Row, Verdict};

/// A word and how it should look.
#[derive(Clone, Debug, Default)]
pub(super) struct Cell {
    pub(super) text: String,
    pub(super) tone: Tone,
}

/// How a cell is coloured, where there is colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Tone {
    #[default]
    Plain,
    Better,
    Worse,
    Faint,
}

/// One block as a table: the first column is text, the others are numbers.
#[derive(Debug, Default)]
pub(super) struct Table {
    pub(super) head: Vec<String>,
    pub(super) rows: Vec<Vec<Cell>>,
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        let tone = Tone::Plain;
        Self { text, tone }
    }
}

pub(super) fn table(report: &Report, block: &Block, utf8: bool) -> Table {
    let many = report.labels.len() > 2;
    let mut head = vec!["benchmark".to_owned()];
    head.push(report.labels.first().cloned().unwrap_or_default());
    for label in report.labels.iter().skip(1) {
        head.push(label.clone());
        head.push("ratio".into());
        head.push("interval".into());
        head.extend((!many).then(|| "p".into()));
        head.extend((!many).then(|| "runs".into()));
        head.push("verdict".into());
    }
    let mut rows: Vec<_> = block
        .lines
        .iter()
        .map(|line| cells(block.metric, line, many, utf8))
        .collect();
    if block.mean.iter().any(Option::is_some) {
        rows.push(mean(block, many));
    }
    Table { head, rows }
}

fn cells(metric: Metric, line: &Line, many: bool, utf8: bool) -> Vec<Cell> {
    let number = |value| Cell::from(number(metric, line, value, utf8));
    let mut cells = vec![line.benchmark.clone().into(), number(line.base)];
    for row in &line.rows {
        match row {
            Some(row) => {
                cells.push(number(row.new));
                cells.extend(judged(metric, row, many));
            }
            None => cells.extend(empty(if many { 4 } else { 6 })),
        }
    }
    cells
}

/// A mean of unlike things has no time of its own, only a ratio.
fn mean(block: &Block, many: bool) -> Vec<Cell> {
    let title = Cell::from("geometric mean".to_owned());
    let mut cells = vec![title, Cell::default()];
    for row in &block.mean {
        match row {
            Some(row) => {
                cells.push(Cell::default());
                cells.extend(judged(block.metric, row, many));
            }
            None => cells.extend(empty(if many { 4 } else { 6 })),
        }
    }
    cells
}

fn empty(count: usize) -> impl Iterator<Item = Cell> {
    std::iter::repeat_with(Cell::default).take(count)
}

fn judged(metric: Metric, row: &Row, many: bool) -> Vec<Cell> {
    let mut cells = vec![ratio(row.ratio).into(), interval(row).into()];
    if !many {
        cells.push(p_value(row.p).into());
        cells.push(format!("{}+{}", row.runs[0], row.runs[1]).into());
    }
    cells.push(verdict(metric, row));
    cells
}

pub(super) fn number(
    metric: Metric,
    line: &Line,
    value: f64,
    utf8: bool,
) -> String {
    match (metric, &line.throughput) {
        (Metric::Time, _) => time_as(value, utf8),
        (Metric::Throughput, Some(kind)) => kind.rate(value),
        _ => count(value),
    }
}

pub(super) fn ratio(ratio: f64) -> String {
    match ratio.is_finite() {
        true if ratio < 10.0 => format!("{ratio:.3}"),
        true => three_digits(ratio),
        false => "inf".into(),
    }
}

pub(super) fn interval(row: &Row) -> String {
    match (row.low, row.high) {
        (Some(low), Some(high)) if low == high => "exact".into(),
        (Some(low), Some(high)) => format!("{} .. {}", ratio(low), ratio(high)),
        _ => "-".into(),
    }
}

pub(super) fn p_value(p: Option<f64>) -> String {
    match p {
        Some(p) if p < 0.0005 => "<0.001".into(),
        Some(p) => format!("{p:.3}"),
        None => "-".into(),
    }
}

pub(super) fn verdict(metric: Metric, row: &Row) -> Cell {
    let is_count = matches!(metric, Metric::Allocations | Metric::Bytes);
    let (text, tone) = match row.verdict {
        Verdict::Faster if is_count => ("fewer".into(), Tone::Better),
        Verdict::Slower if is_count => ("more".into(), Tone::Worse),
        Verdict::Faster => ("faster".into(), Tone::Better),
        Verdict::Slower => ("slower".into(), Tone::Worse),
        Verdict::Same => ("same".into(), Tone::Plain),
        Verdict::Unreplicated => ("unreplicated".into(), Tone::Faint),
        Verdict::Inconclusive => (inconclusive(row), Tone::Faint),
    };
    Cell { text, tone }
}

fn inconclusive(row: &Row) -> String {
    match row.runs_needed {
        Some(runs) => format!("inconclusive ({runs} runs?)"),
        None => "inconclusive".into(),
    }
}
