//! A measured table, with what it was measured on.

use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};
use support::atomic_file;

use crate::compare::row::Row;
use crate::error::Error;
use crate::json_file;

/// One recorded measurement, stored as JSON under `benches/records/`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// The subject: the first part of the benchmarks' ids.
    pub subject: String,
    /// What was compared, such as `swap` and `hole`.
    pub variants: [String; 2],
    /// Processor, number of cores, operating system.
    pub machine: String,
    /// The commit that was measured.
    pub commit: String,
    /// The compiler, as `rustc --version` names it.
    pub compiler: String,
    /// The day, as `2026-11-22`.
    pub date: String,
    /// The table.
    pub rows: Vec<Row>,
}

impl Record {
    /// Reads a record.
    ///
    /// # Errors
    ///
    /// When the file cannot be read or is no record; the error has the line.
    pub fn read(path: &Path) -> Result<Self, Error> {
        json_file::read(path)
    }

    /// Writes the record, whole or not at all.
    ///
    /// # Errors
    ///
    /// When the file cannot be written; what was there before stays.
    ///
    /// # Panics
    ///
    /// Never: strings and numbers are JSON.
    pub fn write(&self, path: &Path) -> Result<(), Error> {
        let text = serde_json::to_string_pretty(self);
        let text = text.expect("strings and numbers are JSON") + "\n";
        atomic_file::write(path, text.as_bytes())
            .map_err(|error| Error::io(path, error))
    }
}

/// Reads all records of a directory, the oldest first.
///
/// # Errors
///
/// When the directory or one of its `.json` files cannot be read.
pub fn read_all(directory: &Path) -> Result<Vec<Record>, Error> {
    let io = |error| Error::io(directory, error);
    let mut records = Vec::new();
    for entry in fs::read_dir(directory).map_err(io)? {
        let path = entry.map_err(io)?.path();
        if path.extension().is_some_and(|extension| extension == "json") {
            records.push(Record::read(&path)?);
        }
    }
    records.sort_by(|a, b| a.date.cmp(&b.date));
    Ok(records)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::verdict::Rule;

    #[test]
    fn a_record_reads_back() {
        let record = Record {
            subject: "timers".into(),
            variants: ["swap".into(), "hole".into()],
            machine: "2 cores".into(),
            commit: "0123abc".into(),
            compiler: "rustc 1.95.0".into(),
            date: "2026-11-22".into(),
            rows: vec![Row::new("a", &[1.0], &[2.0], Rule::default())],
        };
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("timers.json");
        record.write(&path).unwrap();
        assert_eq!(Record::read(&path).unwrap(), record);
    }
}
