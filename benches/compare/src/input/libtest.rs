//! The lines that benchmarks of libtest print, and criterion with
//! `--output-format bencher`.
//!
//! `test NAME ... bench:  1,234.56 ns/iter (+/- 7.89) = 80 MB/s` (Rust 1.95,
//! `library/test/src/bench.rs`); the number is the median of the samples.

use std::collections::BTreeMap;
use std::path::Path;

use crate::estimator::Estimator;
use crate::run::{Measurement, Reading, Run, Source};
use crate::stats::median;
use crate::throughput::Throughput;

/// What one line says.
struct Line<'a> {
    name: &'a str,
    /// Nanoseconds an iteration.
    time: f64,
    /// Megabytes a second.
    rate: Option<f64>,
}

/// Reads the lines as one process run; nothing, if there is none.
pub(super) fn load(text: &str, path: &Path, reading: Reading) -> Option<Run> {
    let mut repeated = BTreeMap::<&str, Vec<Line<'_>>>::new();
    for line in text.lines().filter_map(parse) {
        repeated.entry(line.name).or_default().push(line);
    }
    if repeated.is_empty() {
        return None;
    }
    let mut run = Run::named(&path.display().to_string());
    run.source = Source::Other;
    let is_median = reading.estimator == Estimator::Median;
    for (name, lines) in repeated {
        let times: Vec<f64> = lines.iter().map(|line| line.time).collect();
        let time = median(&times);
        if time <= 0.0 {
            run.remarks.insert(format!("{name} took no time that was shown"));
            continue;
        }
        if lines.len() > 1 {
            run.remarks.insert(format!(
                "{name} is there {} times in {}: the median of these stands",
                lines.len(),
                run.name
            ));
        }
        // 1 MB/s is 1,000,000 bytes in 1,000,000,000 ns.
        let bytes = |rate: f64| (rate * lines[0].time / 1000.0).round() as u64;
        let it = Measurement {
            time: Some(time),
            instead: (!is_median).then_some(Estimator::Median),
            throughput: lines[0].rate.map(bytes).map(Throughput::BytesDecimal),
            ..Measurement::default()
        };
        run.benchmarks.insert(name.to_owned(), it);
    }
    Some(run)
}

fn parse(line: &str) -> Option<Line<'_>> {
    let (name, result) =
        line.trim_start().strip_prefix("test ")?.split_once(" ... bench:")?;
    let (time, rest) = result.split_once("ns/iter")?;
    let rate = rest
        .split_once('=')
        .and_then(|(_, rate)| number(rate.trim().strip_suffix("MB/s")?));
    Some(Line { name: name.trim_end(), time: number(time)?, rate })
}

/// Reads a number with commas between the thousands.
fn number(text: &str) -> Option<f64> {
    let number: f64 = text.trim().replace(',', "").parse().ok()?;
    (number.is_finite() && number >= 0.0).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_old_and_new_are_read() {
        let text = "running 3 tests\n\
            test a::put   ... bench:       1,234 ns/iter (+/- 56) = 80 MB/s\n\
            test get(10)  ... bench:   1,022.75 ns/iter (+/- 1.25)\n\
            test empty    ... bench:       0 ns/iter (+/- 0)\n\
            test other    ... ok\n";
        let run = load(text, Path::new("x"), Reading::default()).unwrap();
        let names: Vec<_> = run.benchmarks.keys().collect();
        assert_eq!(names, ["a::put", "get(10)"]);
        let put = &run.benchmarks["a::put"];
        assert_eq!(
            (put.time, put.instead),
            (Some(1234.0), Some(Estimator::Median))
        );
        assert_eq!(put.throughput, Some(Throughput::BytesDecimal(99)));
        assert_eq!(run.benchmarks["get(10)"].time, Some(1022.75));
        assert!(run.remarks.contains("empty took no time that was shown"));
        let nothing = load("test a ... ok", Path::new("x"), Reading::default());
        assert!(nothing.is_none());
    }
}
