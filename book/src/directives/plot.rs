//! The ratios of a record as a drawing: one row a benchmark, a mark at the
//! ratio, a line over its interval, and the rule at 1 where nothing changed.

use std::fmt::Write;

use bench_compare::units::three_digits;
use bench_compare::{Record, Row};

use live::markup::escape;

use super::records::without_subject;

/// Width of the drawing; narrow, so that it fits a phone as it is.
const WIDTH: f64 = 360.0;
const MARGIN: f64 = 16.0;
const ROW: f64 = 34.0;

/// Draws our ratios, and the reader's own as hollow marks.
pub(super) fn plot(ours: &Record, yours: Option<&Record>) -> String {
    let scale = Scale::over(ours.rows.iter().chain(rows(yours)));
    let mut svg = String::new();
    let mut y = 0.0;
    for row in &ours.rows {
        let yours = rows(yours).find(|yours| yours.benchmark == row.benchmark);
        y += ROW;
        svg += &label(row, y - 14.0);
        svg += &mark(row, &scale, y, "ours");
        svg += &yours.map_or(String::new(), |yours| {
            mark(yours, &scale, y + 6.0, "yours")
        });
    }
    let [old, new] = &ours.variants;
    let title = format!("Time of {new} by time of {old}, less is faster");
    format!(
        "<figure class=\"ratio-plot\">\n\
         <figcaption>{}</figcaption>\n\
         <svg viewBox=\"0 0 {WIDTH} {}\" role=\"img\" aria-label=\"{}\">\n\
         {}{svg}</svg>\n</figure>\n",
        escape(&title),
        y + 34.0,
        escape(&summary(ours)),
        axis(&scale, y + 12.0),
    )
}

fn rows(record: Option<&Record>) -> impl Iterator<Item = &Row> {
    record.into_iter().flat_map(|record| &record.rows)
}

/// Returns the plot in words, because not everyone sees it.
fn summary(record: &Record) -> String {
    let row = |row: &Row| {
        let ratio = three_digits(row.ratio);
        format!("{}: {ratio}, {}", row.benchmark, row.verdict)
    };
    record.rows.iter().map(row).collect::<Vec<_>>().join("; ")
}

/// Equal ratios are equal distances, to the left and to the right of 1.
struct Scale {
    low: f64,
    high: f64,
}

impl Scale {
    /// Returns the scale over all intervals and 1, with some room on both sides.
    fn over<'a>(rows: impl Iterator<Item = &'a Row>) -> Self {
        let (mut low, mut high) = (0.9_f64, 1.1_f64);
        for row in rows {
            low = low.min(row.low.unwrap_or(row.ratio)).min(row.ratio);
            high = high.max(row.high.unwrap_or(row.ratio)).max(row.ratio);
        }
        Self { low: low.ln() - 0.05, high: high.ln() + 0.05 }
    }

    fn x(&self, ratio: f64) -> f64 {
        let part = (ratio.ln() - self.low) / (self.high - self.low);
        MARGIN + part * (WIDTH - 2.0 * MARGIN)
    }

    /// Returns round ratios with room for their numbers.
    fn ticks(&self) -> Vec<f64> {
        let round = [
            0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 0.8, 0.9, 1.0, 1.1, 1.25, 2.0,
            5.0, 10.0, 20.0, 50.0, 100.0,
        ];
        let within = |ratio: &f64| (self.low..self.high).contains(&ratio.ln());
        let mut ticks: Vec<f64> = vec![1.0];
        for ratio in round.into_iter().filter(within) {
            let apart = |tick: &f64| (self.x(*tick) - self.x(ratio)).abs();
            if ticks.iter().all(|tick| apart(tick) > 36.0) {
                ticks.push(ratio);
            }
        }
        ticks
    }
}

fn label(row: &Row, y: f64) -> String {
    let name = escape(without_subject(&row.benchmark));
    format!("<text x=\"{MARGIN}\" y=\"{y}\">{name}</text>\n")
}

fn mark(row: &Row, scale: &Scale, y: f64, whose: &str) -> String {
    let x = scale.x(row.ratio);
    let mut mark = String::new();
    if let (Some(low), Some(high)) = (row.low, row.high) {
        let (low, high) = (scale.x(low), scale.x(high));
        let _ = writeln!(
            mark,
            "<path class=\"{whose}\" d=\"M{low:.1} {y}H{high:.1}\"/>"
        );
    }
    let _ = writeln!(
        mark,
        "<circle class=\"{whose}\" cx=\"{x:.1}\" cy=\"{y}\" r=\"4\"/>"
    );
    mark
}

fn axis(scale: &Scale, y: f64) -> String {
    let mut axis = String::new();
    for tick in scale.ticks() {
        let x = scale.x(tick);
        let class = if tick == 1.0 { "one" } else { "tick" };
        let _ = writeln!(
            axis,
            "<path class=\"{class}\" d=\"M{x:.1} 0V{y}\"/>\
             <text class=\"number\" x=\"{x:.1}\" y=\"{}\">{tick}</text>",
            y + 14.0
        );
    }
    axis
}
