//! One line a row, for a spreadsheet (RFC 4180).

use support::visible::visible;

use crate::compare::report::Report;

const HEAD: &str = "metric,side,benchmark,old,new,ratio,low,high,p,\
                    p_adjusted,verdict,runs_old,runs_new,runs_needed,\
                    pairs,one_sided_low,one_sided_high\n";

/// How a formula begins; the last four are the wide forms of the first.
const FORMULA: [char; 10] = [
    '=', '+', '-', '@', '\t', '\r', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}',
    '\u{ff20}',
];

/// Returns all rows of all blocks. Times are nanoseconds, rates are per
/// second.
pub fn render(report: &Report) -> String {
    let mut text = HEAD.to_owned();
    for (metric, side, row) in report.rows() {
        let fields = [
            quote(metric.name()),
            quote(side),
            quote(&row.benchmark),
            number(row.old),
            number(row.new),
            number(row.ratio),
            optional(row.low.map(number)),
            optional(row.high.map(number)),
            optional(row.p.map(number)),
            optional(row.adjusted.map(number)),
            row.verdict.to_string(),
            row.runs[0].to_string(),
            row.runs[1].to_string(),
            optional(row.runs_needed),
            optional(row.pairs),
            optional(row.one_sided.map(|ends| number(ends.0))),
            optional(row.one_sided.map(|ends| number(ends.1))),
        ];
        text += &fields.join(",");
        text.push('\n');
    }
    text
}

/// Writes a number in full, with its power of ten where the zeros alone would
/// fill a cell.
fn number(value: f64) -> String {
    if value != 0.0 && !(1e-15..1e15).contains(&value.abs()) {
        format!("{value:e}")
    } else {
        value.to_string()
    }
}

fn optional(value: Option<impl ToString>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

/// Quotes a name where it needs that; what a spreadsheet would take for a
/// formula gets an apostrophe in front (CWE-1236).
fn quote(text: &str) -> String {
    let formula = text.starts_with(FORMULA);
    let text = format!("{}{}", if formula { "'" } else { "" }, visible(text));
    if !text.contains([',', '"', '\n', '\r']) {
        return text;
    }
    format!("\"{}\"", text.replace('"', "\"\""))
}
