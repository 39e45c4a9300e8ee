//! One line a row, for a spreadsheet (RFC 4180).

use crate::compare::report::Report;

const HEAD: &str = "metric,side,benchmark,old,new,ratio,low,high,p,\
                    p_adjusted,verdict,runs_old,runs_new,runs_needed\n";

/// Returns all rows of all blocks. Times are nanoseconds, rates are per
/// second.
pub fn render(report: &Report) -> String {
    let mut text = HEAD.to_owned();
    for (metric, side, row) in report.rows() {
        let fields = [
            metric.name().to_owned(),
            quote(side),
            quote(&row.benchmark),
            row.old.to_string(),
            row.new.to_string(),
            row.ratio.to_string(),
            optional(row.low),
            optional(row.high),
            optional(row.p),
            optional(row.adjusted),
            row.verdict.to_string(),
            row.runs[0].to_string(),
            row.runs[1].to_string(),
            optional(row.runs_needed),
        ];
        text += &fields.join(",");
        text.push('\n');
    }
    text
}

fn optional(value: Option<impl ToString>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

fn quote(text: &str) -> String {
    if !text.contains([',', '"', '\n', '\r']) {
        return text.to_owned();
    }
    format!("\"{}\"", text.replace('"', "\"\""))
}
