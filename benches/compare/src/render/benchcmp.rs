//! The tables of Go's `benchcmp`, byte for byte.
//!
//! (`golang.org/x/tools/cmd/benchcmp`, `benchcmp.go` and `compare.go`: up to
//! four blocks, each only where it has a row; five spaces between columns.)

use std::collections::BTreeMap;

use support::visible::visible;

use crate::compare::block::{Block, Metric};
use crate::compare::report::Report;
use crate::input::golang::Line;

/// The columns of one block: title words and how a value is printed.
struct Column {
    unit: &'static str,
    change: &'static str,
    value: fn(&Line) -> Option<f64>,
    show: fn(f64) -> String,
}

const COLUMNS: [Column; 4] = [
    Column {
        unit: "ns/op",
        change: "delta",
        value: |line| line.nanoseconds,
        show: nanoseconds,
    },
    Column {
        unit: "MB/s",
        change: "speedup",
        value: |line| line.megabytes_a_second,
        show: |value| format!("{value:.2}"),
    },
    Column {
        unit: "allocs",
        change: "delta",
        value: |line| line.allocations,
        show: |value| format!("{value:.0}"),
    },
    Column {
        unit: "bytes",
        change: "delta",
        value: |line| line.bytes,
        show: |value| format!("{value:.0}"),
    },
];

/// Joins two texts of Go by name and repetition, in the order of the first.
///
/// A name that is not repeated equally often on both sides is left out; the
/// second list has a warning for each of these.
pub fn of_go(old: &[Line], new: &[Line]) -> (String, Vec<String>) {
    let (before, after) = (by_name(old), by_name(new));
    let mut pairs = Vec::new();
    let mut left_out = Vec::new();
    let mut seen = BTreeMap::<&str, usize>::new();
    for line in old {
        let name = line.name.as_str();
        let olds = before[name].len();
        let news = after.get(name).map_or(&[][..], Vec::as_slice);
        let nth = seen.entry(name).or_default();
        if olds == news.len() {
            pairs.push((line.clone(), news[*nth].clone()));
        } else if *nth == 0 {
            left_out.push(format!(
                "ignoring {}: before has {olds} instances, after has {}",
                visible(name),
                news.len()
            ));
        }
        *nth += 1;
    }
    (blocks(&pairs), left_out)
}

fn by_name(lines: &[Line]) -> BTreeMap<&str, Vec<&Line>> {
    let mut named = BTreeMap::<_, Vec<_>>::new();
    for line in lines {
        named.entry(line.name.as_str()).or_default().push(line);
    }
    named
}

/// Returns the same blocks for a report of two sides, one line a benchmark.
pub fn of_report(report: &Report) -> String {
    let mut pairs = Vec::<(Line, Line)>::new();
    for block in &report.blocks {
        for line in &block.lines {
            let Some(row) = line.rows.first().and_then(Option::as_ref) else {
                continue;
            };
            let known = |pair: &(Line, Line)| pair.0.name == line.benchmark;
            let index = pairs.iter().position(known).unwrap_or(pairs.len());
            if index == pairs.len() {
                let name = line.benchmark.clone();
                let named = Line { name, ..Line::default() };
                pairs.push((named.clone(), named));
            }
            let bytes = line.throughput.as_ref().map(|kind| {
                kind.bytes().map(|bytes| bytes / kind.amount() / 1e6)
            });
            set(&mut pairs[index].0, block, row.old, bytes.flatten());
            set(&mut pairs[index].1, block, row.new, bytes.flatten());
        }
    }
    blocks(&pairs)
}

fn set(line: &mut Line, block: &Block, value: f64, megabytes: Option<f64>) {
    match block.metric {
        Metric::Time => line.nanoseconds = Some(value),
        Metric::Throughput => {
            line.megabytes_a_second = megabytes.map(|by| value * by);
        }
        Metric::Instructions => {}
        Metric::Allocations => line.allocations = Some(value),
        Metric::Bytes => line.bytes = Some(value),
        // benchcmp knows these four only.
        Metric::Custom { .. } => {}
    }
}

fn blocks(pairs: &[(Line, Line)]) -> String {
    let mut text = String::new();
    for column in &COLUMNS {
        let Column { unit, change, .. } = column;
        let mut rows: Vec<[String; 4]> = vec![[
            "benchmark".into(),
            format!("old {unit}"),
            format!("new {unit}"),
            (*change).into(),
        ]];
        rows.extend(pairs.iter().filter_map(|pair| row(column, pair)));
        if rows.len() > 1 {
            // Also where no times come before it.
            text += if *unit == "ns/op" { "" } else { "\n" };
            text += &align(&rows);
        }
    }
    text
}

fn row(column: &Column, (old, new): &(Line, Line)) -> Option<[String; 4]> {
    let before = (column.value)(old)?;
    let after = (column.value)(new)?;
    let ratio = match (before, after) {
        (0.0, 0.0) => 1.0,
        (0.0, _) => f64::INFINITY,
        _ => after / before,
    };
    let change = match column.change {
        "speedup" if ratio.is_infinite() => "+Infx".into(),
        "speedup" => format!("{ratio:.2}x"),
        _ if ratio.is_infinite() => "+Inf%".into(),
        _ => format!("{:+.2}%", 100.0 * ratio - 100.0),
    };
    let name = visible(&old.name).into_owned();
    let show = column.show;
    Some([name, show(before), show(after), change])
}

fn nanoseconds(value: f64) -> String {
    match value {
        _ if value < 10.0 => format!("{value:.2}"),
        _ if value < 100.0 => format!("{value:.1}"),
        _ => format!("{value:.0}"),
    }
}

fn align(rows: &[[String; 4]]) -> String {
    let width = |column: usize| {
        rows.iter().map(|row| row[column].chars().count()).max()
    };
    let widths: Vec<_> = (0..3).map(|c| width(c).unwrap_or(0) + 5).collect();
    let mut text = String::new();
    for row in rows {
        for (cell, width) in row.iter().zip(&widths) {
            text += &format!("{cell:<width$}");
        }
        text += &row[3];
        text.push('\n');
    }
    text
}
