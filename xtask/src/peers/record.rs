//! What the peers cost, kept: a record for the book, and a text that a README
//! shows.

use std::fs;

use anyhow::{Context, Result};
use bench_compare::{Record, Row};
use book::record_path;
use support::atomic_file;

use crate::machine::{commit, compiler, date, machine};
use crate::readme::with_sample;
use crate::workspace::root;

/// The name of the README's marks around the text.
const PEERS: &str = "the recorded peers";

/// Where the measurement of a subject's peers is kept.
pub(super) struct RecordTarget {
    /// The name of its record and its text in `benches/records`.
    pub(super) subject: &'static str,
    /// What is set against each other: the peer, and ours.
    pub(super) variants: [&'static str; 2],
    /// The README, from the root of the workspace.
    pub(super) readme: &'static str,
    /// What the README shows of the text.
    pub(super) excerpt: fn(&str) -> String,
}

impl RecordTarget {
    /// Keeps the rows as a record, and the table in a text and the README.
    pub(super) fn keep(&self, table: &str, rows: Vec<Row>) -> Result<()> {
        let record = self.record(rows);
        let (machine, compiler) = (&record.machine, &record.compiler);
        let (date, commit) = (&record.date, &record.commit);
        let table = table.trim_end();
        let source =
            format!("{date}, {machine}, {compiler}, commit {commit}\n");
        let text = format!("{table}\n\n{source}");
        let path = record_path(&root().join("benches/records"), self.subject);
        record.write(&path)?;
        atomic_file::write(&path.with_extension("txt"), text.as_bytes())?;
        let readme = self.with_text(&text)?;
        let path = root().join(self.readme);
        Ok(atomic_file::write(&path, readme.as_bytes())?)
    }

    fn record(&self, rows: Vec<Row>) -> Record {
        Record {
            subject: self.subject.to_owned(),
            variants: self.variants.map(str::to_owned),
            machine: machine(),
            commit: commit(),
            compiler: compiler(),
            date: date(),
            rows,
        }
    }

    /// Returns the README with what it shows of `text` between its marks.
    fn with_text(&self, text: &str) -> Result<String> {
        let readme = fs::read_to_string(root().join(self.readme));
        let readme =
            readme.with_context(|| format!("cannot read {}", self.readme))?;
        let excerpt = (self.excerpt)(text.trim_end());
        with_sample(&readme, PEERS, &excerpt)
            .with_context(|| self.readme.to_owned())
    }

    /// Fails unless the README shows the recorded text.
    #[cfg(test)]
    pub(super) fn check(&self) {
        let path = record_path(&root().join("benches/records"), self.subject);
        let text = fs::read_to_string(path.with_extension("txt"))
            .expect("the text is committed");
        let readme = fs::read_to_string(root().join(self.readme)).unwrap();
        let fresh = self.with_text(&text).unwrap();
        assert!(fresh == readme, "{} is not the newest", self.readme);
    }
}
