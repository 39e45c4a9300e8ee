//! The README's samples: the recorded runs, as the tour prints them, and what
//! two other commands have printed.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use bench_compare::Record;
use bench_compare::render::terminal::Terminal;
use book::record_path;
use support::atomic_file;

use crate::tour::{coverage, of_tour, shown};
use crate::workspace::root;

const TOUR: &str = "the recorded tour";
const WATCH: &str = "the recorded watch";
const COMMITS: &str = "the recorded comparison of two commits";
const END: &str = "\n```\n<!-- end -->";

/// Puts the newest records and the merged coverage into the README.
pub(crate) fn update() -> Result<()> {
    let text = fs::read_to_string(path()).context("cannot read README.md")?;
    Ok(atomic_file::write(&path(), with_samples(&text)?.as_bytes())?)
}

fn with_samples(text: &str) -> Result<String> {
    let text = with_sample(text, WATCH, printed("watch.txt")?.trim_end())?;
    let commits = printed("two-commits.txt")?;
    let text = with_sample(&text, COMMITS, commits.trim_end())?;
    with_sample(&text, TOUR, &tour()?)
}

/// Returns what a command has printed, with its name above it.
fn printed(record: &str) -> Result<String> {
    let record = root().join("benches/records").join(record);
    fs::read_to_string(&record)
        .with_context(|| format!("cannot read {}", record.display()))
}

fn path() -> PathBuf {
    root().join("README.md")
}

/// Returns what the tour prints, from the records of benches/records.
fn tour() -> Result<String> {
    let records = root().join("benches/records");
    let mut sample = String::new();
    for pair in of_tour() {
        let record = Record::read(&record_path(&records, pair.name))?;
        sample += &shown(pair, &record, Terminal::default());
        sample += &format!("({}, {})\n\n", record.machine, record.compiler);
    }
    Ok(sample + &coverage::merge()?)
}

/// Returns `text` with `sample` between the marks called `name`.
pub(crate) fn with_sample(
    text: &str,
    name: &str,
    sample: &str,
) -> Result<String> {
    let missing = || format!("the README has no mark for {name}");
    let begin = format!("<!-- {name} -->\n```text\n");
    let (before, rest) = text.split_once(&begin).with_context(missing)?;
    let (_, after) = rest.split_once(END).with_context(missing)?;
    Ok([before, &begin, sample, END, after].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_readme_shows_the_newest_records() {
        let text = fs::read_to_string(path()).unwrap();
        let fresh = with_samples(&text).unwrap();
        assert!(text == fresh, "run cargo xtask record --readme");
    }

    #[test]
    fn only_the_sample_is_replaced() {
        let part = |name: &str, sample: &str| {
            format!("above<!-- {name} -->\n```text\n{sample}{END}below")
        };
        let text = |sample| part("one", "1") + &part("two", sample);
        let fresh = with_sample(&text("old"), "two", "new").unwrap();
        assert_eq!(fresh, text("new"));
        assert!(with_sample("no marks", "two", "new").is_err());
    }
}
