//! One line of a result, and what it measures.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::error::Error;

/// One result line.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Line {
    /// The name as printed, such as `BenchmarkPut-8`.
    pub name: String,
    /// How many iterations were timed.
    pub iterations: f64,
    /// `ns/op`.
    pub nanoseconds: Option<f64>,
    /// `MB/s`, of 1,000,000 bytes.
    pub megabytes_a_second: Option<f64>,
    /// `allocs/op`.
    pub allocations: Option<f64>,
    /// `B/op`.
    pub bytes: Option<f64>,
    /// Metrics of the benchmark's own (`b.ReportMetric`), by unit, such as
    /// `ns/call`.
    pub custom: BTreeMap<String, f64>,
    /// Units of metrics that are below zero or no number, and so have no
    /// ratio.
    pub unusable: BTreeSet<String>,
}

impl Line {
    /// Returns the name without `Benchmark` and without the number of
    /// processors that Go appends: `Put/1k` of `BenchmarkPut/1k-8`.
    ///
    /// ```
    /// use bench_compare::input::golang;
    ///
    /// let text = "BenchmarkPut/1k-8  1000  12.5 ns/op  0.5 ns/call\n";
    /// let line = &golang::lines(text, "go test".as_ref()).unwrap()[0];
    /// assert_eq!(line.benchmark(), "Put/1k");
    /// assert_eq!(line.custom["ns/call"], 0.5);
    /// ```
    pub fn benchmark(&self) -> &str {
        let name = self.name.strip_prefix("Benchmark").unwrap_or(&self.name);
        match name.rsplit_once('-') {
            Some((name, processors)) if is_number(processors) => name,
            _ => name,
        }
    }

    /// Returns the nanoseconds an iteration, where they were more than none.
    pub(super) fn time(&self) -> Option<f64> {
        self.nanoseconds.filter(|it| (it * self.iterations).is_normal())
    }

    /// Returns true if there is anything to compare.
    pub(super) fn says_something(&self) -> bool {
        let others = [self.megabytes_a_second, self.allocations, self.bytes];
        self.time().is_some()
            || others.iter().any(Option::is_some)
            || !self.custom.is_empty()
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns the result lines of a text, in order.
///
/// `path` is only for the messages.
///
/// # Errors
///
/// When a line begins like a result but cannot be one: the run was cut short.
/// [`load`](super::load) leaves such a line out and names it.
///
/// ```
/// use bench_compare::input::golang;
///
/// let text = "goos: linux\n\
///     BenchmarkPut-8  1000  12.5 ns/op  80.00 MB/s  16 B/op  2 allocs/op\n\
///     PASS\n";
/// let lines = golang::lines(text, "old.txt".as_ref()).unwrap();
/// assert_eq!(lines[0].name, "BenchmarkPut-8");
/// assert_eq!(lines[0].nanoseconds, Some(12.5));
/// assert_eq!(lines[0].allocations, Some(2.0));
/// ```
pub fn lines(text: &str, path: &Path) -> Result<Vec<Line>, Error> {
    let mut lines = Vec::new();
    for (index, text) in text.lines().enumerate() {
        let bad = |what| Error::malformed(path, index + 1, 1, what);
        lines.extend(parse(text).map_err(bad)?);
    }
    Ok(lines)
}

pub(super) fn parse(text: &str) -> Result<Option<Line>, &'static str> {
    let mut fields = text.split_whitespace();
    let name = fields.next().unwrap_or_default();
    if !is_name(name) {
        return Ok(None);
    }
    // With `-v` a name stands alone before its result.
    let Some(iterations) = fields.next() else {
        return Ok(None);
    };
    if !is_number(iterations) {
        return Ok(None); // a test printed something of its own
    }
    let iterations: f64 = iterations.parse().unwrap_or(f64::INFINITY);
    let mut line =
        Line { name: name.to_owned(), iterations, ..Line::default() };
    while let Some(value) = fields.next() {
        let unit = fields.next().ok_or("the line is cut short")?;
        let value = value.parse::<f64>().map_err(|_| "a value is no number")?;
        if !value.is_finite() || value < 0.0 {
            if ["ns/op", "MB/s", "allocs/op", "B/op"].contains(&unit) {
                return Err("a value is not a number from 0 up");
            }
            line.unusable.insert(unit.to_owned());
            continue;
        }
        match unit {
            "ns/op" => line.nanoseconds = Some(value),
            "MB/s" => line.megabytes_a_second = Some(value),
            "allocs/op" => line.allocations = Some(value),
            "B/op" => line.bytes = Some(value),
            _ => {
                line.custom.insert(unit.to_owned(), value);
            }
        }
    }
    Ok(Some(line))
}

/// Returns true for `Benchmark` and then anything but a small letter.
pub(super) fn is_name(word: &str) -> bool {
    word.strip_prefix("Benchmark")
        .is_some_and(|rest| !rest.starts_with(char::is_lowercase))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn timed(text: &str) -> Option<(String, f64)> {
        let lines = lines(text, Path::new("x")).unwrap();
        let line = lines.first()?;
        Some((line.benchmark().to_owned(), line.nanoseconds?))
    }

    #[test]
    fn a_line_of_go_test_is_read() {
        let line = "BenchmarkAfter-2 \t 45\t 7203 ns/op";
        assert_eq!(timed(line), Some(("After".to_owned(), 7203.0)));
        let line = "BenchmarkPending/ResetOne/1000-2 \t 45\t 70 ns/op";
        let name = "Pending/ResetOne/1000".to_owned();
        assert_eq!(timed(line), Some((name, 70.0)));
        assert_eq!(timed("ok  \ttimers\t2.1s"), None);
    }

    #[test]
    fn a_metric_of_its_own_is_kept_by_its_unit() {
        let line = "BenchmarkExplicit-2 \t 45\t 7203 ns/op\t 7.203 ns/call";
        let lines = lines(line, Path::new("x")).unwrap();
        assert_eq!(lines[0].benchmark(), "Explicit");
        assert_eq!(lines[0].custom.get("ns/call"), Some(&7.203));
        assert_eq!(timed("ok  \tdefer\t2.1s"), None);
    }

    #[test]
    fn only_the_number_of_processors_is_cut_off_a_name() {
        for (line, name) in [
            ("BenchmarkPut/a-b 1 2 ns/op", "Put/a-b"),
            ("BenchmarkPut/a-b-8 1 2 ns/op", "Put/a-b"),
            ("BenchmarkPut- 1 2 ns/op", "Put-"),
        ] {
            assert_eq!(timed(line), Some((name.to_owned(), 2.0)));
        }
    }

    proptest! {
        #[test]
        fn a_printed_line_reads_back(
            iterations in 1_u32..1_000_000,
            nanoseconds in 0.01..1e9_f64,
            bytes in 0_u32..1_000_000,
        ) {
            let text = format!(
                "BenchmarkPut-8 \t{iterations}\t {nanoseconds} ns/op \t{bytes} B/op\n"
            );
            let lines = lines(&text, Path::new("x")).unwrap();
            let right = Line {
                name: "BenchmarkPut-8".into(),
                iterations: f64::from(iterations),
                nanoseconds: Some(nanoseconds),
                bytes: Some(f64::from(bytes)),
                ..Line::default()
            };
            prop_assert_eq!(lines, [right]);
        }
    }
}
