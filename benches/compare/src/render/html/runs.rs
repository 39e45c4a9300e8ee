//! The runs of each benchmark: their samples, and their numbers in the order
//! in which they were made.

use super::markup::{ROWS_AT_ONCE, escape};
use super::plots::{self, Drawn};
use crate::compare::block::Metric;
use crate::compare::report::Report;
use crate::compare::{Measured, by_benchmark};
use crate::input::side::Side;

/// Returns a folded part for each of the first benchmarks.
pub(super) fn section(report: &Report, sides: &[Side]) -> String {
    let time = report.blocks.iter().find(|b| b.metric == Metric::Time);
    let Some(block) = time else {
        return String::new();
    };
    let measured: Vec<_> =
        sides.iter().map(|side| by_benchmark(&side.runs)).collect();
    let mut html = String::new();
    for line in block.lines.iter().take(ROWS_AT_ONCE) {
        let name = line.benchmark.as_str();
        let runs: Vec<Vec<Drawn>> =
            measured.iter().map(|side| drawn(side, name)).collect();
        let mut plot = String::new();
        if runs.iter().flatten().any(|run| !run.sorted.is_empty()) {
            plot += &plots::distribution(name, &report.labels, &runs);
        }
        if runs.iter().any(|side| side.len() > 1) {
            plot += &plots::over_time(name, &report.labels, &runs);
        }
        if !plot.is_empty() {
            let name = escape(name);
            html += &format!(
                "<details><summary>{name}</summary>\n{plot}</details>\n"
            );
        }
    }
    if html.is_empty() {
        return html;
    }
    let mut title = "<h2>Samples of each run</h2>\n".to_owned();
    if block.lines.len() > ROWS_AT_ONCE {
        title += &format!(
            "<p>Of the first {ROWS_AT_ONCE} benchmarks; choose others with \
             <code>--filter</code> or <code>--sort change</code>.</p>\n"
        );
    }
    title + &html
}

fn drawn(side: &Measured<'_>, name: &str) -> Vec<Drawn> {
    let all = side.get(name).into_iter().flatten();
    let of = |(index, taken): (usize, &crate::compare::design::Taken<'_>)| {
        let samples = taken.samples.as_ref();
        let mut sorted =
            samples.map(|it| it.per_iteration()).unwrap_or_default();
        sorted.sort_by(f64::total_cmp);
        let round = taken.run.round.map_or(index, |round| round as usize);
        Some(Drawn { time: taken.time?, sorted, when: taken.when, round })
    };
    all.enumerate().filter_map(of).collect()
}
