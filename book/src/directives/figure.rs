//! One recorded number in the middle of a sentence.

use std::path::Path;

use anyhow::{Context, Result, bail};
use bench_compare::units::{three_digits, time};
use bench_compare::{Record, Row};

use live::markup::unbroken;

use super::records::record_path;

/// Returns the number that `{{#figure RECORD/BENCHMARK/FIELD}}` names, with its unit.
///
/// RECORD is a file of `folder`, BENCHMARK one of its rows as the table shows
/// it, FIELD one of `old`, `new`, `ratio`, `low`, `high` and `speedup`.
///
/// # Errors
///
/// When there is no such record, row or field.
pub(super) fn figure(folder: &Path, name: &str) -> Result<String> {
    let parts = name.split_once('/').and_then(|(record, rest)| {
        let (benchmark, field) = rest.rsplit_once('/')?;
        Some((record, benchmark, field))
    });
    let (record, benchmark, field) = parts
        .with_context(|| format!("\"{name}\" is not RECORD/BENCHMARK/FIELD"))?;
    let record = Record::read(&record_path(folder, record))
        .with_context(|| format!("no record for \"{name}\""))?;
    let row = find(&record, benchmark)?;
    Ok(unbroken(&written(row, field)?))
}

/// Returns the row whose name is `benchmark`, or ends so after the subject.
fn find<'a>(record: &'a Record, benchmark: &str) -> Result<&'a Row> {
    let is = |row: &&Row| {
        let rest = row.benchmark.strip_suffix(benchmark);
        rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
    };
    record.rows.iter().find(is).with_context(|| {
        let known = record.rows.iter().map(|row| row.benchmark.as_str());
        let known = known.collect::<Vec<_>>().join(", ");
        format!("no benchmark \"{benchmark}\" among {known}")
    })
}

fn written(row: &Row, field: &str) -> Result<String> {
    let times = |ratio: f64| format!("{}x", three_digits(ratio));
    let end = |end: Option<f64>| {
        let end = end.with_context(|| {
            format!("{} has one run a side and no interval", row.benchmark)
        });
        end.map(times)
    };
    match field {
        "old" => Ok(time(row.old)),
        "new" => Ok(time(row.new)),
        "ratio" => Ok(times(row.ratio)),
        "low" => end(row.low),
        "high" => end(row.high),
        "speedup" => Ok(times(1.0 / row.ratio)),
        _ => bail!(
            "no field \"{field}\" among old, new, ratio, low, high, speedup"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records() -> std::path::PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../benches/records")
    }

    #[test]
    fn a_figure_is_the_number_of_the_record() {
        let path = record_path(&records(), "panics");
        let record = Record::read(&path).expect("it is recorded");
        let row = &record.rows[0];
        let name = |field: &str| format!("panics/panic/10/{field}");
        let shown = |field| figure(&records(), &name(field)).expect("one");
        assert_eq!(shown("old"), unbroken(&time(row.old)));
        assert_eq!(shown("ratio"), three_digits(row.ratio) + "x");
        assert_eq!(shown("speedup"), three_digits(1.0 / row.ratio) + "x");
    }

    #[test]
    fn what_is_in_no_record_is_refused() {
        for (name, said) in [
            ("panics", "RECORD/BENCHMARK/FIELD"),
            ("nothing/panic/10/old", "no record"),
            ("panics/nothing/old", "among queues/panic/10"),
            ("panics/anic/10/old", "no benchmark"),
            ("panics/panic/10/nothing", "no field"),
        ] {
            let error = figure(&records(), name).expect_err(name);
            assert!(format!("{error:#}").contains(said), "{error:#}");
        }
    }
}
