//! Sides in, a table out.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use bench_compare::compare::grouping;
use bench_compare::compare::noise_profile::NoiseProfile;
use bench_compare::compare::report::Report;
use bench_compare::input::side::Side;
use bench_compare::input::{encoding, golang};
use bench_compare::record::{self, Record};
use bench_compare::render::terminal::Terminal;
use bench_compare::render::{
    benchcmp, csv, explain, html, json, list, markdown, text,
};
use bench_compare::run::Reading;
use bench_compare::{Error, Row, Rule, Verdict};

use super::about;
use super::args::Options;
use super::choices::{Colour, Format, Order, Style};
use super::early::{ONE_SIDE, demand_two};
use super::filter::Filter;
use super::gate::Gate;
use super::output::{self, Outcome, TROUBLE, emit, say};
use super::threshold;

/// Returns what is to be read for what is asked for.
pub(crate) fn reading(options: &Options) -> Reading {
    Reading {
        estimator: options.estimator.into(),
        keep_samples: options.explain.is_some()
            || options.format == Format::Html,
    }
}

/// Compares the sides and writes what was asked for.
pub(crate) fn show(sides: Vec<Side>, options: &Options) -> Outcome {
    let runs = sides.iter().flat_map(|side| &side.runs);
    let status = output::report_problems(runs);
    let mut sides = regroup(sides, options)?;
    demand_two(sides.len(), options)?;
    keep(&mut sides, options)?;
    let rules = threshold::rules(&options.threshold, options.alpha)?;
    if let Some(benchmark) = &options.explain {
        let rule = rules.of(benchmark);
        let text = explained(benchmark, &sides, rule, options)?;
        return emit(&text, &options.io, status);
    }
    let noise = options.noise.as_deref().map(NoiseProfile::read).transpose()?;
    let mut report = Report::new(&sides, rules, noise.as_ref());
    let apart = only_here(&sides);
    if options.format != Format::Html {
        sides.clear(); // thousands of benchmarks need not be held twice
    }
    // What is not shown is judged all the same.
    let judged = options.fail_on.map(|fail_on| {
        Gate { fail_on, judged: &options.judge }.status(&report)
    });
    let compared = report.rows().count();
    select(&mut report, options);
    report.sort(options.sort.into());
    if report.blocks.is_empty() && !options.significant {
        let what = nothing_left(options);
        return Err(Error::usage(&format!("{what}: {apart}")));
    }
    let mut text = render(&report, &sides, options)?;
    if options.significant && options.format == Format::Text {
        let shown = report.rows().count();
        text =
            format!("{shown} of {compared} rows are faster or slower\n{text}");
    }
    let status = match status {
        TROUBLE => TROUBLE,
        _ => judged.unwrap_or(status),
    };
    emit(&text, &options.io, status)
}

/// Names a benchmark of each side, for where no two have one in common.
fn only_here(sides: &[Side]) -> String {
    let first = |side: &Side| {
        let mut all = side.runs.iter().flat_map(|run| run.benchmarks.keys());
        match all.next() {
            Some(name) => format!("{} has `{name}`", side.label),
            None => format!("{} has none", side.label),
        }
    };
    sides.iter().map(first).collect::<Vec<_>>().join(", ")
}

fn nothing_left(options: &Options) -> &'static str {
    match options.filter[..] {
        [_, ..] => "no benchmark that is on both sides matches the filter",
        [] => "no benchmark is on both sides",
    }
}

/// Makes sides of the names, where that is asked for.
fn regroup(sides: Vec<Side>, options: &Options) -> Result<Vec<Side>, Error> {
    if options.group.is_none() && options.variants.is_empty() {
        return Ok(sides);
    }
    let Ok([side]) = <[Side; 1]>::try_from(sides) else {
        return Err(Error::usage(ONE_SIDE));
    };
    let split = match &options.group {
        Some(pattern) => grouping::by_pattern(side, pattern),
        None => grouping::by_variants(side, &options.variants),
    };
    match split.len() {
        0 | 1 => Err(Error::usage(
            "the names do not split into two sides; check the option",
        )),
        _ => Ok(split),
    }
}

/// Reads the sides; of what is filtered out, as little as can be.
pub(crate) fn load(
    directory: &Path,
    sides: &[String],
    options: &Options,
) -> Result<Vec<Side>, Error> {
    let regrouped = options.group.is_some() || !options.variants.is_empty();
    let wanted = |id: &str| regrouped || is_wanted(id, &options.filter);
    Side::load_wanted(directory, sides, reading(options), &wanted)
}

/// Leaves out what was not asked for, before anything is computed of it.
fn keep(sides: &mut [Side], options: &Options) -> Result<(), Error> {
    let mut left = options.filter.is_empty();
    for run in sides.iter_mut().flat_map(|side| &mut side.runs) {
        run.benchmarks.retain(|name, _| is_wanted(name, &options.filter));
        left |= !run.benchmarks.is_empty();
    }
    if left { Ok(()) } else { Err(Error::usage(nothing_left(options))) }
}

/// Returns true if the name matches one of the filters, where there are any,
/// and none of those with `!`.
pub(crate) fn is_wanted(name: &str, filters: &[Filter]) -> bool {
    let mut wanted = filters.iter().filter(|filter| !filter.negated);
    let chosen = filters.iter().all(|filter| filter.negated)
        || wanted.any(|filter| filter.pattern.is_match(name));
    let refused =
        |filter: &Filter| filter.negated && filter.pattern.is_match(name);
    chosen && !filters.iter().any(refused)
}

fn select(report: &mut Report, options: &Options) {
    if options.significant {
        let matters = |row: &Row| {
            matches!(row.verdict, Verdict::Faster | Verdict::Slower)
        };
        report.retain(|line| line.rows.iter().flatten().any(matters));
    }
}

fn explained(
    benchmark: &str,
    sides: &[Side],
    rule: Rule,
    options: &Options,
) -> Result<String, Error> {
    let [old, new] = sides else {
        return Err(Error::usage("--explain needs two sides"));
    };
    let estimator = options.estimator.into();
    explain::explain(benchmark, [old, new], rule, estimator).ok_or_else(|| {
        Error::usage(&format!(
            "no benchmark `{benchmark}` that has a time on both sides"
        ))
    })
}

fn render(
    report: &Report,
    sides: &[Side],
    options: &Options,
) -> Result<String, Error> {
    Ok(match options.format {
        Format::Text if options.style == Style::Benchcmp => {
            benchcmp::of_report(report)
        }
        Format::Text if options.list => list::render(report, terminal(options)),
        Format::Text => text::render(report, terminal(options)),
        Format::Markdown => markdown::render(report),
        Format::Csv => csv::render(report),
        Format::Json => json::render(report),
        Format::Html => html::render(&html::Page {
            report,
            sides,
            records: &records(options, report)?,
            about: &about::lines(sides),
        }),
    })
}

/// Returns the records' rows of benchmarks that are compared.
fn records(options: &Options, report: &Report) -> Result<Vec<Record>, Error> {
    let Some(directory) = &options.records else { return Ok(Vec::new()) };
    let compared: BTreeSet<&str> =
        report.rows().map(|(.., row)| row.benchmark.as_str()).collect();
    let mut records = record::read_all(directory)?;
    for record in &mut records {
        record.rows.retain(|row| compared.contains(row.benchmark.as_str()));
    }
    Ok(records)
}

fn terminal(options: &Options) -> Terminal {
    let mut terminal = Terminal::of_stdout();
    if options.io.output.is_some() {
        terminal.width = None;
        terminal.colour = false;
    }
    match options.color {
        Colour::Always => terminal.colour = true,
        Colour::Never => terminal.colour = false,
        Colour::Auto => {}
    }
    terminal
}

/// Returns the values as they were printed, for two files of Go in benchcmp's
/// style.
pub(crate) fn go_texts(
    sides: &[String],
    options: &Options,
) -> Result<Option<String>, Error> {
    let [old, new] = sides else { return Ok(None) };
    let is_file = |side: &String| Path::new(side).is_file();
    let asked = options.style == Style::Benchcmp
        && options.format == Format::Text
        && is_file(old)
        && is_file(new);
    if !asked || is_judged(options) {
        return Ok(None);
    }
    let mut lines = Vec::new();
    for side in [old, new] {
        let path = Path::new(side);
        let bytes = fs::read(path).map_err(|error| Error::io(path, error))?;
        let text = encoding::text(&bytes);
        if text.trim_start().starts_with('{') {
            return Ok(None);
        }
        let mut all = golang::lines(&text, path)?;
        all.retain(|line| is_wanted(&line.name, &options.filter));
        lines.push(all);
    }
    let (text, left_out) = benchcmp::of_go(&lines[0], &lines[1]);
    for warning in left_out {
        say(format_args!("{warning}"));
    }
    if text.is_empty() {
        return Err(Error::usage(nothing_left(options)));
    }
    Ok(Some(text))
}

/// Returns true if more is asked for than the values as they were printed.
fn is_judged(options: &Options) -> bool {
    options.fail_on.is_some()
        || options.significant
        || options.explain.is_some()
        || options.group.is_some()
        || !options.variants.is_empty()
        || options.sort != Order::Name
}
