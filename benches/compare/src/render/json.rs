//! Rows for programs, under a versioned schema.
//!
//! Version 1: an object with `schema`, `base`, `alpha`, `threshold`, `rows`
//! and `notes`. Each row has `benchmark`, `metric`, `better` (`lower`,
//! `higher`; with `null` nobody knows which, and `slower` says *more*),
//! `threshold`, `side`, `old`, `new` (nanoseconds, or amounts a second, or
//! counts), `ratio`, `low`, `high`,
//! `p`, `p_adjusted`, `verdict` (`faster`, `slower`, `same`, `inconclusive`),
//! `replicated`, `runs`, `runs_needed`, `pairs` (judged by the ranks of
//! pairs), `one_sided` (the interval *same* is judged by) and `apart` (one run
//! a side: the ratio beside what all rows have in common). A value that does not exist, such
//! as the ratio of something to nothing, is `null`. New fields may be added
//! under the same version.

use serde::Serialize;

use crate::compare::block::Metric;
use crate::compare::report::Report;
use crate::compare::row::Row;
use crate::compare::verdict::Verdict;
use crate::meaning::Better;

/// The version of the schema.
pub const SCHEMA: u32 = 1;

#[derive(Serialize)]
struct Document<'a> {
    schema: u32,
    base: Option<&'a String>,
    alpha: f64,
    threshold: f64,
    rows: Vec<Flat<'a>>,
    geometric_mean: Vec<Flat<'a>>,
    notes: &'a [String],
}

#[derive(Serialize)]
struct Flat<'a> {
    benchmark: &'a str,
    metric: &'a str,
    better: Option<Better>,
    threshold: f64,
    side: &'a str,
    old: f64,
    new: f64,
    ratio: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
    p: Option<f64>,
    p_adjusted: Option<f64>,
    verdict: Verdict,
    replicated: bool,
    runs: [usize; 2],
    runs_needed: Option<usize>,
    pairs: Option<usize>,
    one_sided: Option<(f64, f64)>,
    apart: Option<f64>,
}

/// Returns all rows of all blocks.
///
/// # Panics
///
/// Never: strings and numbers are JSON.
pub fn render(report: &Report) -> String {
    let means = report.blocks.iter().flat_map(|block| {
        let labels = report.labels.iter().skip(1);
        labels.zip(&block.mean).filter_map(|(side, row)| {
            Some(flat(report, &block.metric, side, row.as_ref()?))
        })
    });
    let document = Document {
        schema: SCHEMA,
        base: report.labels.first(),
        alpha: report.rules.rule.alpha,
        threshold: report.rules.rule.margin,
        rows: report
            .rows()
            .map(|(metric, side, row)| flat(report, metric, side, row))
            .collect(),
        geometric_mean: means.collect(),
        notes: &report.notes,
    };
    let text = serde_json::to_string_pretty(&document);
    text.expect("strings and numbers are JSON") + "\n"
}

fn flat<'a>(
    report: &Report,
    metric: &'a Metric,
    side: &'a str,
    row: &'a Row,
) -> Flat<'a> {
    let finite = |value: &f64| value.is_finite();
    let replicated = row.verdict != Verdict::Unreplicated;
    Flat {
        benchmark: &row.benchmark,
        metric: metric.name(),
        better: metric.better(),
        threshold: report.rules.of(&row.benchmark).margin,
        side,
        old: row.old,
        new: row.new,
        ratio: Some(row.ratio).filter(finite),
        low: row.low.filter(finite),
        high: row.high.filter(finite),
        p: row.p,
        p_adjusted: row.adjusted,
        verdict: if replicated { row.verdict } else { Verdict::Inconclusive },
        replicated,
        runs: row.runs,
        runs_needed: row.runs_needed,
        pairs: row.pairs,
        one_sided: row.one_sided,
        apart: row.apart,
    }
}
