//! The README's sample of the tour: the recorded runs, as the tour prints
//! them.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use bench_compare::Record;
use bench_compare::file::write;
use book::record_path;

use crate::tour::{Subject, coverage, table};
use crate::workspace::root;

const BEGIN: &str = "<!-- the recorded tour -->\n```text\n";
const END: &str = "\n```\n<!-- end -->";

/// Puts the newest records and the merged coverage into the README.
pub(crate) fn update() -> Result<()> {
    let text = fs::read_to_string(path()).context("cannot read README.md")?;
    Ok(write(&path(), with_sample(&text, &sample()?)?.as_bytes())?)
}

fn path() -> PathBuf {
    root().join("README.md")
}

/// What the tour prints, from the records of benches/records.
fn sample() -> Result<String> {
    let records = root().join("benches/records");
    let mut sample = String::new();
    for subject in Subject::TOUR {
        let record = Record::read(&record_path(&records, &subject.name()))?;
        sample += &table(subject, &record);
        sample += &format!("({}, {})\n\n", record.machine, record.compiler);
    }
    Ok(sample + &coverage::merge()?)
}

/// `text` with `sample` between its two marks.
fn with_sample(text: &str, sample: &str) -> Result<String> {
    let missing = "README.md has no mark for the recorded tour";
    let (before, rest) = text.split_once(BEGIN).context(missing)?;
    let (_, after) = rest.split_once(END).context(missing)?;
    Ok([before, BEGIN, sample, END, after].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_readme_shows_the_newest_records() {
        let text = fs::read_to_string(path()).unwrap();
        let fresh = with_sample(&text, &sample().unwrap()).unwrap();
        assert!(text == fresh, "run cargo xtask record --readme");
    }

    #[test]
    fn only_the_sample_is_replaced() {
        let text = |sample| format!("above{BEGIN}{sample}{END}below");
        assert_eq!(with_sample(&text("old"), "new").unwrap(), text("new"));
        assert!(with_sample("no marks", "new").is_err());
    }
}
