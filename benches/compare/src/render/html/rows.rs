//! The rows of a block: the first of them as a table, all of them as data.

use serde::Serialize;

use super::markup::{ROWS_AT_ONCE, escape, wide};
use super::scale::{Scale, WIDTH};
use crate::compare::block::{Block, Line};
use crate::compare::report::Report;
use crate::compare::row::Row;
use crate::compare::verdict::Verdict;
use crate::render::cells::{self, Table, Tone};

/// One row: its words, how they look, by what it is sorted, and its plots.
#[derive(Serialize)]
struct Shown {
    /// The words.
    c: Vec<String>,
    /// A letter for each word: plain, better, worse or faint.
    t: String,
    /// What columns are sorted by that are no words.
    s: Vec<Option<f64>>,
    /// The plots, one for each side but the base.
    p: Vec<Option<Plot>>,
    /// The verdicts, to be chosen by.
    v: String,
}

/// A ratio as it is drawn, in the units of the picture.
#[derive(Serialize)]
struct Plot {
    class: &'static str,
    band: [u8; 2],
    interval: Option<[u8; 2]>,
    /// Where the ratio is; nothing, if that is beyond the picture.
    at: Option<u8>,
    /// It is beyond the right end, not the left one.
    right: bool,
}

/// Returns a block's table, its plots beside its rows.
pub(super) fn section(report: &Report, block: &Block, index: usize) -> String {
    let name = block.metric.name();
    let rule = report.rules.rule;
    let all = || block.lines.iter().flat_map(|line| line.rows.iter().flatten());
    let scale = Scale::over(all(), rule.margin);
    let table = cells::table(report, block, true);
    let rows = shown(report, block, &table, &scale);
    let sides = report.labels.len().saturating_sub(1);
    let mut head: String = table.head.iter().map(|name| column(name)).collect();
    head += &axis(&scale).repeat(sides);
    let first: String = rows.iter().take(ROWS_AT_ONCE).map(row).collect();
    let markup = format!(
        "<table id=\"block-{index}\">\n<thead><tr>{head}</tr></thead>\n\
         <tbody>\n{first}</tbody></table>"
    );
    let title = escape(name);
    let mut html = format!("<h2>{title}</h2>\n");
    if rows.len() > ROWS_AT_ONCE {
        html += &format!(
            "<p class=\"part\" data-of=\"block-{index}\">rows 1 to \
             {ROWS_AT_ONCE} of {}</p>\n",
            rows.len()
        );
    }
    if !rows.is_empty() {
        html += &wide(&format!("table: {title}"), &markup);
    }
    if let Some(zeros) = cells::zeros(&table) {
        html += &format!("<p>{}</p>\n", escape(&zeros));
    }
    let data = serde_json::to_string(&rows);
    let data = data.expect("words and numbers are JSON");
    // Nothing in it may end the element.
    let data = data.replace('<', "\\u003c");
    html + &format!(
        "<script type=\"application/json\" data-of=\"block-{index}\" \
         data-most=\"{ROWS_AT_ONCE}\" data-count=\"{}\">{data}</script>\n",
        rows.len()
    )
}

fn column(name: &str) -> String {
    format!("<th scope=\"col\">{}</th>", escape(name))
}

/// Returns the head of a column of plots: what their places mean.
fn axis(scale: &Scale) -> String {
    let [less, more] = scale.named();
    let word = |ratio: f64| {
        let x = scale.x(ratio).0;
        let words = cells::ratio(ratio);
        let words = words.trim_end_matches('0').trim_end_matches('.');
        format!("<text x=\"{x:.0}\" y=\"14\">{words}</text>")
    };
    let words: String = [less, 1.0, more].map(word).concat();
    format!(
        "<th class=\"plot\"><span class=\"hidden\">plot of the ratio</span>\
         <svg viewBox=\"0 0 {WIDTH} 18\" aria-hidden=\"true\">{words}</svg>\
         </th>"
    )
}

fn shown(
    report: &Report,
    block: &Block,
    table: &Table,
    scale: &Scale,
) -> Vec<Shown> {
    let is_zero = |line: &&Line| cells::is_zero(&block.metric, line);
    let lines = block.lines.iter().filter(|line| !is_zero(line)).map(Some);
    // The last line may be that of the means.
    let of_row = table.rows().zip(lines.chain([None]));
    of_row
        .map(|(cells, line)| {
            let cells: Vec<_> = cells.collect();
            let rows = line.map_or(&block.mean, |line| &line.rows);
            let letter = |tone: Tone| match tone {
                Tone::Plain => '.',
                Tone::Better => 'b',
                Tone::Worse => 'w',
                Tone::Faint => 'f',
            };
            let many = rows.len() > 1;
            let verdicts = rows.iter().flatten().map(|row| word(row.verdict));
            Shown {
                t: cells.iter().map(|cell| letter(cell.tone)).collect(),
                c: cells.iter().map(|cell| cell.text.to_owned()).collect(),
                s: sorted_by(line, rows, many),
                p: rows
                    .iter()
                    .map(|it| Some(plot(report, it.as_ref()?, scale)))
                    .collect(),
                v: verdicts.collect::<Vec<_>>().join(" "),
            }
        })
        .collect()
}

/// Returns a number for each column that has one.
fn sorted_by(
    line: Option<&Line>,
    rows: &[Option<Row>],
    many: bool,
) -> Vec<Option<f64>> {
    let finite = |value: f64| value.is_finite().then_some(value);
    let mut numbers = vec![None, line.and_then(|line| finite(line.base))];
    for row in rows {
        let of =
            |number: fn(&Row) -> Option<f64>| row.as_ref().and_then(number);
        let new = of(|row| Some(row.new)).filter(|_| line.is_some());
        numbers.push(new.and_then(finite));
        numbers.push(of(|row| Some(row.ratio)).and_then(finite));
        numbers.push(of(|row| row.low));
        if !many {
            numbers.push(of(|row| row.p));
            numbers.push(of(|row| Some(row.runs.iter().sum::<usize>() as f64)));
        }
        numbers.push(None);
    }
    numbers
}

fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Faster => "faster",
        Verdict::Slower => "slower",
        Verdict::Same => "same",
        Verdict::Inconclusive | Verdict::Unreplicated => "undecided",
    }
}

/// Returns where the parts of a plot stand.
fn plot(report: &Report, row: &Row, scale: &Scale) -> Plot {
    let margin = 1.0 + report.rules.of(&row.benchmark).margin;
    let at = |ratio| scale.x(ratio).0.round() as u8;
    let (x, is_there) = scale.x(row.ratio);
    Plot {
        class: match row.verdict {
            Verdict::Faster => "better",
            Verdict::Slower => "worse",
            Verdict::Same => "same",
            _ => "open",
        },
        band: [at(1.0 / margin), at(margin)],
        interval: row.low.zip(row.high).map(|(a, b)| [at(a), at(b)]),
        at: is_there.then_some(x.round() as u8),
        right: row.ratio > 1.0,
    }
}

/// Draws a ratio with its interval; the band is the threshold, the colour the
/// verdict.
fn drawn(plot: &Plot) -> String {
    let Plot { class, band: [from, to], interval, at, right } = plot;
    let mut svg = format!(
        "<svg viewBox=\"0 0 {WIDTH} 18\" class=\"{class}\" \
         aria-hidden=\"true\"><rect class=\"band\" x=\"{from}\" y=\"0\" \
         width=\"{}\" height=\"18\"/>",
        to - from
    );
    if let Some([low, high]) = interval {
        svg += &format!("<path d=\"M{low} 9H{high}\"/>");
    }
    svg += &match at {
        Some(x) => format!("<circle cx=\"{x}\" cy=\"9\" r=\"4\"/>"),
        // An arrow, out of the picture.
        None if *right => "<path d=\"M191 4L198 9L191 14Z\"/>".to_owned(),
        None => "<path d=\"M9 4L2 9L9 14Z\"/>".to_owned(),
    };
    svg + "</svg>"
}

fn row(row: &Shown) -> String {
    let mut html = String::from("<tr>");
    for (index, (text, tone)) in row.c.iter().zip(row.t.chars()).enumerate() {
        let text = escape(text);
        let class = match tone {
            'b' => " class=\"better\"",
            'w' => " class=\"worse\"",
            'f' => " class=\"faint\"",
            _ => "",
        };
        html += &match index {
            0 => format!("<th scope=\"row\">{text}</th>"),
            _ => format!("<td{class}>{text}</td>"),
        };
    }
    for plot in &row.p {
        let plot = plot.as_ref().map(drawn).unwrap_or_default();
        html += &format!("<td class=\"plot\">{plot}</td>");
    }
    html + "</tr>\n"
}
