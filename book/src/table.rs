//! A record as a table in Markdown.

use std::fmt::Write;

use bench_compare::units::{three_digits, time};
use bench_compare::{Record, Row};

/// The table of our record, with the reader's own run beside it.
pub(crate) fn table(ours: &Record, yours: Option<&Record>) -> String {
    let mut text = header(ours, yours.is_some());
    for row in &ours.rows {
        let yours = yours.map(|record| find(record, &row.benchmark));
        text += &line(row, yours);
    }
    text += "\n";
    text += &origin("Recorded", ours);
    if let Some(yours) = yours {
        text += &origin("Yours", yours);
    }
    text
}

fn header(ours: &Record, both: bool) -> String {
    let [old, new] = &ours.variants;
    let mut titles = format!("| benchmark | {old} | {new} | {new} / {old} |");
    let mut rule = String::from("|---|--:|--:|---|");
    if both {
        let _ = write!(titles, " your {old} | your {new} | your ratio |");
        rule += "--:|--:|---|";
    }
    format!("{titles}\n{rule}\n")
}

fn find<'a>(record: &'a Record, benchmark: &str) -> Option<&'a Row> {
    record.rows.iter().find(|row| row.benchmark == benchmark)
}

/// `yours` is `None` without a run of the reader, and `Some(None)` with a run
/// that has no such benchmark.
fn line(ours: &Row, yours: Option<Option<&Row>>) -> String {
    let mut line = format!("| `{}` | {} |", ours.benchmark, cells(ours));
    match yours {
        None => {}
        Some(None) => line += " | | |",
        Some(Some(row)) => {
            let _ = write!(line, " {} |", cells(row));
        }
    }
    line + "\n"
}

fn cells(row: &Row) -> String {
    let interval = match (row.low, row.high) {
        (Some(low), Some(high)) => {
            format!(" ({} to {})", three_digits(low), three_digits(high))
        }
        _ => String::new(),
    };
    format!(
        "{} | {} | {}{interval}, {}",
        time(row.old),
        time(row.new),
        three_digits(row.ratio),
        row.verdict,
    )
}

fn origin(whose: &str, record: &Record) -> String {
    let Record {
        date,
        machine,
        commit,
        compiler,
        rows,
        ..
    } = record;
    let runs = rows.iter().map(|row| row.runs[0]).max().unwrap_or(0);
    format!(
        "{whose}: {date}, {machine}, {compiler}, commit {commit}, \
         {runs} runs of each in turn.\n"
    )
}
