//! A measured table, with what it was measured on.

use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::{Error, Row};

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
        let bytes = fs::read(path).map_err(|error| Error::io(path, error))?;
        serde_json::from_slice(&bytes)
            .map_err(|error| Error::json(path, &error))
    }

    /// Writes the record, whole or not at all.
    ///
    /// # Errors
    ///
    /// When the file cannot be written; what was there before stays.
    pub fn write(&self, path: &Path) -> Result<(), Error> {
        let directory = path.parent().unwrap_or(Path::new("."));
        let io = |error| Error::io(path, error);
        let file = tempfile::NamedTempFile::new_in(directory).map_err(io)?;
        serde_json::to_writer_pretty(&file, self)
            .map_err(|error| Error::json(path, &error))?;
        file.persist(path).map_err(|error| io(error.error))?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Rule;

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
