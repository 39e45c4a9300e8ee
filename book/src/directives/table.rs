//! A record as a plot and a table.

use bench_compare::units::{three_digits, time};
use bench_compare::{Record, Row};

use live::markup::unbroken;

use super::plot::plot;
use super::records::without_subject;

/// Returns the plot and the table of our record, with the reader's own beside it.
pub(super) fn table(ours: &Record, yours: Option<&Record>) -> String {
    let mut text = plot(ours, yours) + "\n";
    text += &header(ours);
    for row in &ours.rows {
        let name = without_subject(&row.benchmark);
        // A bar in a name would end the cell.
        let name = name.replace('|', "\\|");
        text += &format!("| `{name}` | {} |\n", cells(row));
        if let Some(yours) = yours.and_then(|all| find(all, &row.benchmark)) {
            text += &format!("| *yours* | {} |\n", cells(yours));
        }
    }
    text += "\n";
    text += &origin("Recorded", ours);
    if let Some(yours) = yours {
        text += &origin("Yours", yours);
    }
    text
}

fn header(ours: &Record) -> String {
    let [old, new] = &ours.variants;
    format!(
        "| benchmark | {old} | {new} | {new} / {old} |\n\
         |---|--:|--:|---|\n"
    )
}

fn find<'a>(record: &'a Record, benchmark: &str) -> Option<&'a Row> {
    record.rows.iter().find(|row| row.benchmark == benchmark)
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
        unbroken(&time(row.old)),
        unbroken(&time(row.new)),
        three_digits(row.ratio),
        row.verdict,
    )
}

fn origin(whose: &str, record: &Record) -> String {
    let Record { date, machine, commit, compiler, rows, .. } = record;
    let runs = rows.iter().map(|row| row.runs[0]).max().unwrap_or(0);
    format!(
        "{whose}: {date}, {machine}, {compiler}, commit {commit}, \
         {runs} runs of each in turn.\n"
    )
}
