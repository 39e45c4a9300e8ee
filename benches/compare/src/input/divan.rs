//! The tables that divan prints (0.1.21), which has no file of its own.
//!
//! A head names the bench target and the columns; lines below it are a tree
//! of names, whose leaves have times. Lines without a name belong to the leaf
//! above: rates, and counts of allocations under a title of their own.

use std::collections::BTreeSet;
use std::path::Path;

use crate::error::Error;
use crate::estimator::Estimator;
use crate::run::{Measurement, Reading, Run, Source};
use crate::throughput::Throughput;

/// Width of one step of the tree, in letters.
const STEP: usize = 3;
const BAR: char = '\u{2502}';

/// Returns true for the head of a table.
fn is_head(line: &str) -> bool {
    let mut cells = line.split(BAR).map(str::trim);
    let first = cells.next().is_some_and(|it| it.ends_with("fastest"));
    first && cells.eq(["slowest", "median", "mean", "samples", "iters"])
}

/// Returns true if there is a table in the text.
pub(super) fn is_table(text: &str) -> bool {
    text.lines().any(is_head)
}

/// What a leaf has said so far.
struct Leaf {
    id: String,
    it: Measurement,
    /// Nanoseconds of the first column, which the rates are of.
    fastest: f64,
    /// The title of the counts that follow, such as `alloc:`.
    title: String,
}

struct Table<'a> {
    target: &'a str,
    /// Where the names end and the first column begins, in letters.
    left: usize,
    path: Vec<String>,
}

/// Reads the tables as one process run.
///
/// # Errors
///
/// When no benchmark has a time.
pub(super) fn load(
    text: &str,
    path: &Path,
    reading: Reading,
) -> Result<Run, Error> {
    let mut run = Run::named(&path.display().to_string());
    run.source = Source::Other;
    let targets = text.lines().filter(|line| is_head(line));
    let several = targets.collect::<BTreeSet<_>>().len() > 1;
    let mut table: Option<Table<'_>> = None;
    let mut leaf: Option<Leaf> = None;
    for (index, line) in text.lines().enumerate() {
        if is_head(line) {
            keep(&mut run, leaf.take());
            table = Some(head(line));
            continue;
        }
        let Some(table) = &mut table else { continue };
        let [name, cells] = cut(line, table.left);
        // Else a number was cut in two.
        let stands_apart = name.ends_with(' ');
        let cells: Vec<_> = cells.split(BAR).map(str::trim).collect();
        let Some((depth, name)) = branch(&name) else {
            if let Some(leaf) = &mut leaf {
                more(leaf, &cells);
            }
            continue;
        };
        keep(&mut run, leaf.take());
        table.path.truncate(depth);
        table.path.push(name.to_owned());
        let mut id = table.path.join("/");
        if several {
            id = format!("{}/{id}", table.target);
        }
        leaf = begin(&mut run, id, &cells, reading);
        if leaf.is_some() && !stands_apart {
            let what = "the columns do not stand below those of the head";
            run.problems.push(Error::malformed(path, index + 1, 1, what));
            leaf = None;
        }
    }
    keep(&mut run, leaf);
    none_is_zero(&mut run);
    if run.benchmarks.is_empty() {
        let what = "a table of divan without a time";
        let none = || Error::malformed(path, 1, 1, what);
        return Err(run.problems.pop().unwrap_or_else(none));
    }
    Ok(run)
}

fn head(line: &str) -> Table<'_> {
    let (target, _) = line.split_once("fastest").unwrap_or((line, ""));
    let left = target.chars().count();
    Table { target: target.trim(), left, path: Vec::new() }
}

fn cut(line: &str, left: usize) -> [String; 2] {
    let letters = || line.chars();
    [letters().take(left).collect(), letters().skip(left).collect()]
}

/// Returns how deep in the tree a line stands, and its name; nothing for a
/// line that goes on with the leaf above.
fn branch(text: &str) -> Option<(usize, &str)> {
    let mut rest = text;
    for depth in 0.. {
        for sign in ["\u{251c}\u{2500} ", "\u{2570}\u{2500} "] {
            if let Some(name) = rest.strip_prefix(sign) {
                return Some((depth, name.trim_end()));
            }
        }
        let step: String = rest.chars().take(STEP).collect();
        if step.trim_matches([BAR, ' ']).is_empty() && !step.is_empty() {
            rest = &rest[step.len()..];
        } else {
            return None;
        }
    }
    None
}

/// Returns a leaf with its time; nothing for a branch of the tree.
fn begin(
    run: &mut Run,
    id: String,
    cells: &[&str],
    reading: Reading,
) -> Option<Leaf> {
    // In the order of the columns: fastest, slowest, median, mean.
    let (column, instead) = match reading.estimator {
        Estimator::Minimum => (0, None),
        Estimator::Median => (2, None),
        Estimator::Mean => (3, None),
        Estimator::FifthPercentile => (2, Some(Estimator::Median)),
    };
    let time = nanoseconds(cells.get(column)?)?;
    if time <= 0.0 {
        run.remarks.insert(format!("{id} took no time that divan could show"));
        return None;
    }
    let it = Measurement { instead, means: true, ..Measurement::of_time(time) };
    let fastest = nanoseconds(cells.first()?)?;
    Some(Leaf { id, it, fastest, title: String::new() })
}

fn more(leaf: &mut Leaf, cells: &[&str]) {
    let first = cells.first().copied().unwrap_or_default();
    if first.ends_with(':') {
        first.clone_into(&mut leaf.title);
    } else if leaf.title.is_empty() {
        rate(leaf, first);
    } else if leaf.title == "alloc:" {
        // The median: of a mean it has the fewest digits cut off.
        let median = cells.get(2).copied().unwrap_or_default();
        match (median.parse(), bytes(median)) {
            (Ok(count), _) => leaf.it.allocations = Some(count),
            (_, Some(bytes)) => leaf.it.bytes = Some(bytes),
            _ => {}
        }
    }
}

/// Takes a rate, which stands for the time of the first column.
fn rate(leaf: &mut Leaf, text: &str) {
    let Some((number, unit)) = number(text.trim_end_matches("/s")) else {
        return;
    };
    if leaf.it.throughput.is_some() || !text.ends_with("/s") {
        return;
    }
    let amount = |size: f64| (number * size * leaf.fastest / 1e9).round();
    let kind: fn(u64) -> Throughput = match unit {
        _ if size_of_bytes(unit).is_none() => Throughput::Elements,
        _ if unit.contains('i') => Throughput::Bytes,
        _ => Throughput::BytesDecimal,
    };
    let size = size_of_bytes(unit).unwrap_or_else(|| prefix(unit, 1e3));
    let amount = amount(size) as u64;
    leaf.it.throughput = (amount > 0).then(|| kind(amount));
}

fn keep(run: &mut Run, leaf: Option<Leaf>) {
    if let Some(Leaf { id, it, .. }) = leaf {
        run.benchmarks.insert(id, it);
    }
}

/// Where allocations are counted, divan prints none where there was none.
fn none_is_zero(run: &mut Run) {
    let counted = |it: &Measurement| it.allocations.is_some();
    if run.benchmarks.values().any(counted) {
        for it in run.benchmarks.values_mut() {
            it.allocations.get_or_insert(0.0);
            it.bytes.get_or_insert(0.0);
        }
    }
}

fn number(text: &str) -> Option<(f64, &str)> {
    let (number, unit) = text.split_once(' ')?;
    Some((number.parse().ok()?, unit.trim()))
}

fn nanoseconds(text: &str) -> Option<f64> {
    let (number, unit) = number(text)?;
    let size = match unit {
        "ps" => 1e-3,
        "ns" => 1.0,
        "\u{b5}s" | "us" => 1e3,
        "ms" => 1e6,
        "s" => 1e9,
        "m" => 60e9,
        "h" => 3600e9,
        _ => return None,
    };
    Some(number * size)
}

fn bytes(text: &str) -> Option<f64> {
    let (number, unit) = number(text)?;
    Some(number * size_of_bytes(unit)?)
}

fn size_of_bytes(unit: &str) -> Option<f64> {
    let letters = unit.strip_suffix('B')?;
    let step = if letters.ends_with('i') { 1024.0 } else { 1e3 };
    Some(prefix(unit, step))
}

fn prefix(unit: &str, step: f64) -> f64 {
    let power = match unit.chars().next() {
        Some('K') => 1,
        Some('M') => 2,
        Some('G') => 3,
        Some('T') => 4,
        _ => 0,
    };
    step.powi(power)
}
