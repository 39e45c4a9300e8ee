//! A report's numbers as the words in a table's cells.

use std::borrow::Cow;
use std::collections::BTreeSet;

use support::visible::visible;

use crate::compare::block::{Block, Line, Metric};
use crate::compare::report::Report;
use crate::compare::row::Row;
use crate::compare::verdict::Verdict;
use crate::meaning::Better;
use crate::units::{count, quantity, three_digits, time_as};

/// A word and how it should look.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cell<'a> {
    pub(super) text: &'a str,
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
///
/// All words stand in one text, because a block may have a hundred thousand.
#[derive(Debug, Default)]
pub(super) struct Table {
    pub(super) head: Vec<String>,
    /// The columns that say least, which a narrow terminal does without.
    pub(super) spare: Vec<usize>,
    /// Benchmarks that are nothing on all sides, which have no row.
    pub(super) zeros: Vec<String>,
    words: String,
    /// Where each word ends, and how it looks.
    ends: Vec<(u32, Tone)>,
}

impl Table {
    /// Returns the rows of cells, each as long as the head.
    pub(super) fn rows(
        &self,
    ) -> impl Iterator<Item = impl Iterator<Item = Cell<'_>>> {
        let columns = self.head.len();
        let cell = |index: usize| {
            let start = index.checked_sub(1).map_or(0, |i| self.ends[i].0);
            let (end, tone) = self.ends[index];
            let text = &self.words[start as usize..end as usize];
            Cell { text, tone }
        };
        let starts = (0..self.ends.len()).step_by(columns);
        starts.map(move |start| (start..start + columns).map(cell))
    }

    fn push(&mut self, text: &str) {
        self.push_tone(text, Tone::Plain);
    }

    fn push_tone(&mut self, text: &str, tone: Tone) {
        self.words.push_str(text);
        let end = self.words.len().try_into();
        self.ends.push((end.expect("a table is below 4 GB"), tone));
    }

    fn push_empty(&mut self, count: usize) {
        (0..count).for_each(|_| self.push(""));
    }
}

pub(super) fn table(report: &Report, block: &Block, utf8: bool) -> Table {
    let many = report.labels.len() > 2;
    let mut table = Table::default();
    let head = &mut table.head;
    head.push("benchmark".to_owned());
    let mut labels = labels(report).into_iter();
    head.push(labels.next().unwrap_or_default());
    for label in labels {
        head.push(label);
        head.push("ratio".into());
        head.push("interval".into());
        if !many {
            table.spare.extend([head.len(), head.len() + 1]);
            head.extend(["p".to_owned(), "runs".to_owned()]);
        }
        head.push("verdict".into());
    }
    table.ends.reserve_exact(table.head.len() * (block.lines.len() + 1));
    for line in &block.lines {
        if is_zero(&block.metric, line) {
            table.zeros.push(visible(&line.benchmark).into());
        } else {
            push_line(&mut table, &block.metric, line, many, utf8);
        }
    }
    if block.mean.iter().any(Option::is_some) {
        push_mean(&mut table, block, many);
    }
    table
}

fn push_line(
    table: &mut Table,
    metric: &Metric,
    line: &Line,
    many: bool,
    utf8: bool,
) {
    let best = best(metric, line).filter(|_| many);
    let shown = |value| {
        let number = number(metric, line, value, utf8);
        match best {
            _ if !many => number,
            Some(best) if value == best => number + " *",
            _ => number + "  ",
        }
    };
    table.push(&visible(&line.benchmark));
    table.push(&shown(line.base));
    for row in &line.rows {
        match row {
            Some(row) => {
                table.push(&shown(row.new));
                push_judged(table, metric, row, many);
            }
            None => table.push_empty(if many { 4 } else { 6 }),
        }
    }
}

/// Returns the sides' labels; of paths the file names, where they tell the
/// sides apart.
pub(super) fn labels(report: &Report) -> Vec<String> {
    let file = |label: &String| {
        let name = label.rsplit(['/', '\\']).next().unwrap_or(label);
        name.contains('.').then(|| visible(name).into_owned())
    };
    let whole = |label: &String| visible(label).into_owned();
    let labels = report.labels.iter();
    let short: Vec<String> =
        labels.map(|it| file(it).unwrap_or_else(|| whole(it))).collect();
    let distinct: BTreeSet<_> = short.iter().collect();
    if distinct.len() == short.len() {
        return short;
    }
    report.labels.iter().map(whole).collect()
}

/// Returns true for nothing against nothing, which needs no line of its own.
pub(super) fn is_zero(metric: &Metric, line: &Line) -> bool {
    let is_counted = !matches!(metric, Metric::Time | Metric::Throughput);
    let mut rows = line.rows.iter().flatten();
    is_counted && line.base == 0.0 && rows.all(|row| row.new == 0.0)
}

/// Returns the best number of a line; nothing where all are equal, or where
/// nobody knows which way is better.
pub(super) fn best(metric: &Metric, line: &Line) -> Option<f64> {
    let all = || {
        let others = line.rows.iter().flatten().map(|row| row.new);
        std::iter::once(line.base).chain(others)
    };
    let best = match metric.better()? {
        Better::Lower => all().fold(f64::INFINITY, f64::min),
        Better::Higher => all().fold(f64::NEG_INFINITY, f64::max),
    };
    all().any(|value| value != best).then_some(best)
}

/// Says which benchmarks are nothing on all sides.
pub(super) fn zeros(table: &Table) -> Option<String> {
    const MOST: usize = 4;
    let names = table.zeros.get(..MOST).unwrap_or(&table.zeros).join(", ");
    match table.zeros.len() {
        0 => None,
        count if count > MOST => {
            Some(format!("0 on all sides: {names}, ... ({count} benchmarks)"))
        }
        _ => Some(format!("0 on all sides: {names}")),
    }
}

/// A mean of unlike things has no time of its own, only a ratio.
fn push_mean(table: &mut Table, block: &Block, many: bool) {
    table.push("geometric mean");
    table.push_empty(1);
    for row in &block.mean {
        match row {
            Some(row) => {
                table.push_empty(1);
                push_judged(table, &block.metric, row, many);
            }
            None => table.push_empty(if many { 4 } else { 6 }),
        }
    }
}

fn push_judged(table: &mut Table, metric: &Metric, row: &Row, many: bool) {
    table.push(&ratio(row.ratio));
    table.push(&interval(metric, row));
    if !many {
        table.push(&p_value(row.p));
        table.push(&match row.pairs {
            Some(pairs) => format!("{pairs} pairs"),
            None => format!("{}+{}", row.runs[0], row.runs[1]),
        });
    }
    let (text, tone) = verdict(metric, row);
    table.push_tone(&text, tone);
}

pub(super) fn number(
    metric: &Metric,
    line: &Line,
    value: f64,
    utf8: bool,
) -> String {
    match (metric, &line.throughput) {
        (Metric::Time, _) => time_as(value, utf8),
        (Metric::Throughput, Some(kind)) => kind.rate(value),
        (Metric::Custom { .. }, _) => quantity(value),
        _ => count(value),
    }
}

pub(super) fn ratio(ratio: f64) -> String {
    if !ratio.is_finite() {
        "inf".into()
    } else if ratio < 10.0 {
        format!("{ratio:.3}")
    } else {
        three_digits(ratio)
    }
}

/// Times are never exact; counts have one value, and no samples.
pub(super) fn interval(metric: &Metric, row: &Row) -> String {
    let is_count = !matches!(metric, Metric::Time | Metric::Throughput);
    match (row.low, row.high) {
        (Some(low), Some(high)) if is_count && low == high => "exact".into(),
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

pub(super) fn verdict(metric: &Metric, row: &Row) -> (Cow<'static, str>, Tone) {
    let is_custom = matches!(metric, Metric::Custom { .. });
    let (text, tone) = match row.verdict {
        Verdict::Faster if metric.is_count() => ("fewer", Tone::Better),
        Verdict::Slower if metric.is_count() => ("more", Tone::Worse),
        Verdict::Faster if metric.better().is_none() => ("less", Tone::Plain),
        Verdict::Slower if metric.better().is_none() => ("more", Tone::Plain),
        Verdict::Faster if is_custom => ("better", Tone::Better),
        Verdict::Slower if is_custom => ("worse", Tone::Worse),
        Verdict::Faster => ("faster", Tone::Better),
        Verdict::Slower => ("slower", Tone::Worse),
        Verdict::Same => ("same", Tone::Plain),
        Verdict::Unreplicated => {
            let text = match row.apart {
                Some(by) => format!("unreplicated, apart ({})", ratio(by)),
                None => "unreplicated".into(),
            };
            return (text.into(), Tone::Faint);
        }
        Verdict::Inconclusive => return (inconclusive(row), Tone::Faint),
    };
    (text.into(), tone)
}

fn inconclusive(row: &Row) -> Cow<'static, str> {
    match row.runs_needed {
        Some(runs) => format!("inconclusive ({runs} runs?)").into(),
        None => "inconclusive".into(),
    }
}
