//! Plots as inline SVG, with words for those who do not see them.

use std::time::SystemTime;

use super::markup::{escape, wide};
use crate::compare::block::Metric;
use crate::compare::row::Row;
use crate::render::cells::{interval, ratio};
use crate::units::time_as;

const WIDTH: f64 = 900.0;
/// Where the names end and the plot begins.
const LEFT: f64 = 320.0;
const ROW: f64 = 22.0;
/// Letters of a name that fit before the plot.
const NAME: usize = 44;
/// How near the words below the axis may come to each other.
const APART: f64 = 80.0;

/// A scale from values to the plot's columns.
struct Scale {
    low: f64,
    high: f64,
}

impl Scale {
    fn over(values: impl Iterator<Item = f64>) -> Self {
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for value in values.filter(|value| value.is_finite()) {
            low = low.min(value);
            high = high.max(value);
        }
        let room = ((high - low) * 0.05).max(high.abs() * 1e-6 + 1e-12);
        Self { low: low - room, high: high + room }
    }

    fn x(&self, value: f64) -> f64 {
        let part = (value - self.low) / (self.high - self.low);
        LEFT + part.clamp(0.0, 1.0) * (WIDTH - LEFT - 20.0)
    }
}

fn svg(label: &str, height: f64, content: &str) -> String {
    let label = escape(label);
    let image = format!(
        "<svg viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" \
         aria-label=\"{label}\">\n{content}</svg>\n"
    );
    wide(&label, &image)
}

/// Returns a name's end, which tells it from its neighbours, where it is too
/// long.
fn fitting(name: &str) -> String {
    let length = name.chars().count();
    if length <= NAME {
        return name.to_owned();
    }
    "\u{2026}".chars().chain(name.chars().skip(length - NAME)).collect()
}

/// Draws the line at 1, and what the ends of the scale of logarithms are.
fn axis(scale: &Scale, height: f64, one: &str) -> String {
    let middle = scale.x(0.0);
    let mut plot = line("axis", (middle, 0.0), (middle, height - ROW));
    let below = height - 6.0;
    plot += &text(middle, below, "middle", one);
    for (end, anchor) in [(scale.low, "start"), (scale.high, "end")] {
        if (scale.x(end) - middle).abs() > APART {
            plot += &text(scale.x(end), below, anchor, &ratio(end.exp()));
        }
    }
    plot
}

fn text(x: f64, y: f64, anchor: &str, words: &str) -> String {
    let words = escape(words);
    format!(
        "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{words}</text>\n"
    )
}

fn line(class: &str, from: (f64, f64), to: (f64, f64)) -> String {
    let ((x1, y1), (x2, y2)) = (from, to);
    format!(
        "<line class=\"{class}\" x1=\"{x1:.1}\" y1=\"{y1:.1}\" \
         x2=\"{x2:.1}\" y2=\"{y2:.1}\"/>\n"
    )
}

fn dot(class: &str, x: f64, y: f64) -> String {
    format!("<circle class=\"{class}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4\"/>\n")
}

fn interval_row(row: &Row, scale: &Scale, y: f64) -> String {
    let mut plot = text(LEFT - 10.0, y + 4.0, "end", &fitting(&row.benchmark));
    if let (Some(low), Some(high)) = (row.low, row.high) {
        let ends = (scale.x(low.ln()), scale.x(high.ln()));
        plot += &line("s1", (ends.0, y), (ends.1, y));
    }
    let words =
        format!("{} ({})", ratio(row.ratio), interval(&Metric::Time, row));
    let point = dot("s1", scale.x(row.ratio.ln()), y);
    plot + &format!("<g><title>{}</title>{point}</g>\n", escape(&words))
}

/// A run as it is drawn.
pub(super) struct Drawn {
    /// The number that is compared.
    pub(super) time: f64,
    /// The samples by size, where they were kept.
    pub(super) sorted: Vec<f64>,
    /// When it was written, where that is known.
    pub(super) when: Option<SystemTime>,
    /// Its place among the runs of its side.
    pub(super) round: usize,
}

/// Draws the samples of each run of each side: the middle half, the middle,
/// and as a dot the number that is compared. What is much slower runs out of
/// the picture, because the numbers compared must be told apart.
pub(super) fn distribution(
    name: &str,
    labels: &[String],
    sides: &[Vec<Drawn>],
) -> String {
    let all = || sides.iter().flatten().filter(|run| !run.sorted.is_empty());
    let middle = |run: &Drawn| run.sorted[(run.sorted.len() - 1) / 2];
    let scale = Scale::over(all().flat_map(|it| [it.time, middle(it)]));
    let height = ROW * (all().count() as f64 + 1.5);
    let mut plot = String::new();
    let mut y = ROW * 0.7;
    for (side, runs) in sides.iter().enumerate() {
        let label = labels.get(side).map_or("", String::as_str);
        for (index, run) in runs.iter().enumerate() {
            if run.sorted.is_empty() {
                continue;
            }
            let words = fitting(&format!("{label} {}", index + 1));
            plot += &text(LEFT - 10.0, y + 4.0, "end", &words);
            plot += &samples(&run.sorted, &scale, y, side);
            plot += &dot(class(side), scale.x(run.time), y);
            y += ROW;
        }
    }
    plot += &ends(&scale, height);
    svg(&format!("Samples of {name}"), height, &plot)
}

/// Draws the numbers of the runs from top to bottom in the order in which
/// they were made: what drifts is a slope.
pub(super) fn over_time(
    name: &str,
    labels: &[String],
    sides: &[Vec<Drawn>],
) -> String {
    let mut all: Vec<(usize, &Drawn)> = Vec::new();
    for (side, runs) in sides.iter().enumerate() {
        all.extend(runs.iter().map(|run| (side, run)));
    }
    // Where times are missing, the first of each side are made together.
    let dated = all.iter().all(|(_, run)| run.when.is_some());
    all.sort_by_key(|(_, run)| (run.when.filter(|_| dated), run.round));
    let scale = Scale::over(all.iter().map(|(_, run)| run.time));
    let height = ROW * (all.len() as f64 + 1.5);
    let mut plot = String::new();
    for (index, (side, run)) in all.iter().enumerate() {
        let y = ROW * (index as f64 + 0.7);
        let label = labels.get(*side).map_or("", String::as_str);
        let words = fitting(&format!("{label}, {}", time_as(run.time, true)));
        plot += &text(LEFT - 10.0, y + 4.0, "end", &words);
        plot += &dot(class(*side), scale.x(run.time), y);
    }
    plot += &ends(&scale, height);
    let order = if dated { "in the order of time" } else { "in order" };
    svg(&format!("Runs of {name}, {order}"), height, &plot)
}

fn class(side: usize) -> &'static str {
    if side == 0 { "s0" } else { "s1" }
}

fn ends(scale: &Scale, height: f64) -> String {
    let word = |(value, anchor)| {
        let words = time_as(value, true);
        text(scale.x(value), height - 6.0, anchor, &words)
    };
    [(scale.low, "start"), (scale.high, "end")].map(word).concat()
}

fn samples(run: &[f64], scale: &Scale, y: f64, side: usize) -> String {
    let at = |part: f64| scale.x(run[((run.len() - 1) as f64 * part) as usize]);
    let class = class(side);
    let (left, right) = (at(0.25), at(0.75));
    let mut plot = line(class, (at(0.0), y), (at(0.9), y));
    plot += &format!(
        "<rect class=\"{class} box\" x=\"{left:.1}\" y=\"{:.1}\" \
         width=\"{:.1}\" height=\"12\"/>\n",
        y - 6.0,
        right - left
    );
    plot + &line(class, (at(0.5), y - 6.0), (at(0.5), y + 6.0))
}

/// Draws the ratio of one benchmark in each record, the oldest on top.
pub(super) fn history(name: &str, points: &[(&str, &Row)]) -> String {
    let ends = |(_, row): &(&str, &Row)| [Some(row.ratio), row.low, row.high];
    let values = points.iter().flat_map(ends).flatten().map(f64::ln);
    let scale = Scale::over(values.chain([0.0]));
    let height = ROW * (points.len() as f64 + 1.5);
    let mut plot = axis(&scale, height, "1 (no change)");
    for (index, (date, row)) in points.iter().enumerate() {
        let y = ROW * (index as f64 + 0.7);
        let dated = Row { benchmark: (*date).to_owned(), ..(*row).clone() };
        plot += &interval_row(&dated, &scale, y);
    }
    let title = escape(name);
    let label = format!("Ratio of {name} in each record");
    format!("<h3>{title}</h3>\n{}", svg(&label, height, &plot))
}
