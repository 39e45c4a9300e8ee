//! One page with plots that needs nothing else.
//!
//! No font, image or other file is loaded: the page works from `file://`,
//! follows the reader's light or dark setting, is walked through with the
//! keyboard alone, and prints. A script in the page sorts and filters; without
//! it the first rows stand there as they were asked for. However many rows
//! there are, only so many are in the page's tree at once; the others are
//! data.

mod markup;
mod plots;
mod rows;
mod runs;
mod scale;

use markup::escape;

use crate::compare::block::Metric;
use crate::compare::report::Report;
use crate::compare::row::Row;
use crate::compare::verdict::Verdict;
use crate::input::side::Side;
use crate::record::Record;
use crate::render::cells;
use crate::units::percent;

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

/// What the page shows.
#[derive(Clone, Copy, Debug)]
pub struct Page<'a> {
    /// The comparison.
    pub report: &'a Report,
    /// The sides, read with their samples if these are to be drawn.
    pub sides: &'a [Side],
    /// Earlier measurements, whose history is drawn.
    pub records: &'a [Record],
    /// What else a reader should know, such as the machine: name and text.
    pub about: &'a [(&'a str, String)],
}

/// Returns the page.
pub fn render(page: &Page<'_>) -> String {
    let Page { report, sides, records, about } = page;
    let title = escape(&report.labels.join(" against "));
    let mut body = format!("<h1>{title}</h1>\n{}", summary(report));
    body += &described(about);
    for (index, block) in report.blocks.iter().enumerate() {
        body += &rows::section(report, block, index);
    }
    body += &runs::section(report, sides);
    body += &history(records);
    body += &notes(report);
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n\
         <title>{title}</title>\n<style>\n{STYLE}</style>\n\
         <main>\n{body}</main>\n<script>\n{SCRIPT}</script>\n</html>\n"
    )
}

/// Returns the first line, which says it all.
fn summary(report: &Report) -> String {
    // The times, where there are any.
    let Some(block) = report.blocks.first() else { return String::new() };
    let rows =
        || block.lines.iter().flat_map(|line| line.rows.iter().flatten());
    let count = |wanted: &[Verdict]| {
        rows().filter(|row| wanted.contains(&row.verdict)).count()
    };
    let [lower, higher] = match (&block.metric, block.metric.better()) {
        (Metric::Time, _) => ["faster", "slower"],
        (_, Some(_)) => ["better", "worse"],
        (_, None) => ["less", "more"],
    };
    let [faster, slower, same] = [
        (Verdict::Faster, lower, "better"),
        (Verdict::Slower, higher, "worse"),
        (Verdict::Same, "same", ""),
    ]
    .map(|(verdict, word, class)| {
        format!("<span class=\"{class}\">{} {word}</span>", count(&[verdict]))
    });
    let open = count(&[Verdict::Inconclusive, Verdict::Unreplicated]);
    let decided = [Verdict::Faster, Verdict::Slower];
    let size = |row: &&Row| row.ratio.ln().abs();
    let largest = rows()
        .filter(|row| decided.contains(&row.verdict))
        .max_by(|a, b| size(a).total_cmp(&size(b)));
    let largest = largest.map(|row| {
        let name = escape(&row.benchmark);
        format!(" The largest: {name}, {}.", cells::ratio(row.ratio))
    });
    format!(
        "<p class=\"summary\">{faster}, {slower}, {same}, {open} \
         undecided.{}</p>\n",
        largest.unwrap_or_default()
    )
}

fn described(about: &[(&str, String)]) -> String {
    if about.is_empty() {
        return String::new();
    }
    let line = |(name, text): &(&str, String)| {
        format!("<dt>{}</dt><dd>{}</dd>\n", escape(name), escape(text))
    };
    let lines: String = about.iter().map(line).collect();
    format!("<dl class=\"about\">\n{lines}</dl>\n")
}

/// Returns one plot a benchmark that the records know.
fn history(records: &[Record]) -> String {
    let mut known = std::collections::BTreeMap::<&str, Vec<_>>::new();
    for record in records {
        for row in &record.rows {
            let points = known.entry(row.benchmark.as_str()).or_default();
            points.push((record.date.as_str(), row));
        }
    }
    let plots = known.iter().map(|(name, points)| plots::history(name, points));
    let html: String = plots.collect();
    if html.is_empty() {
        return html;
    }
    format!("<h2>History of the records</h2>\n{html}")
}

fn notes(report: &Report) -> String {
    let rule = report.rules.rule;
    let [level, margin] = [1.0 - rule.alpha, rule.margin].map(percent);
    let mut html = format!(
        "<h2>Notes</h2>\n<ul>\n<li>Intervals of {level} %; changes below \
         {margin} % do not count.</li>\n"
    );
    for note in &report.notes {
        html += &format!("<li>{}</li>\n", escape(note));
    }
    html + "</ul>\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::verdict::Rule;
    use crate::run::Run;

    fn page(benchmarks: usize, runs: usize) -> String {
        let side = |label: &str, factor: f64| {
            let time = |run: usize, index: usize| {
                let noise = 1.0 + 0.001 * (run * index % 7) as f64;
                (format!("group/{index}"), 100.0 * factor * noise)
            };
            let run = |run| {
                let times = (0..benchmarks).map(|index| time(run, index));
                Run::from_times(label, times)
            };
            Side { label: label.to_owned(), runs: (0..runs).map(run).collect() }
        };
        let sides = [side("old", 1.0), side("new</script>", 1.5)];
        let report = Report::new(&sides, Rule::default(), None);
        let about = [("command", "a & b".to_owned())];
        render(&Page {
            report: &report,
            sides: &sides,
            records: &[],
            about: &about,
        })
    }

    /// The tree of a page is what costs time when it opens.
    #[test]
    fn ten_thousand_rows_are_few_nodes_and_a_small_page() {
        let html = page(10_000, 1);
        let (tree, _) = html.split_once("<script").unwrap();
        assert!(tree.matches('<').count() < 4_000);
        assert!(html.len() < 3_000_000, "{}", html.len());
        assert!(html.contains("rows 1 to 100 of 10001"), "and the mean");
        assert!(html.contains("\"group/9999\""), "all are there as data");
    }

    #[test]
    fn the_first_line_counts_the_verdicts() {
        let html = page(3, 5);
        assert!(html.contains(">3 slower</span>"), "{html}");
        assert!(html.contains("0 undecided. The largest: group/"), "{html}");
        assert!(html.contains("<dd>a &amp; b</dd>"), "{html}");
    }

    #[test]
    fn a_name_cannot_end_the_script() {
        assert_eq!(page(1, 5).matches("</script>").count(), 2);
    }
}
