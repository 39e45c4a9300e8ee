//! Where records are kept, and what their rows are called on a page.

use std::path::{Path, PathBuf};

use anyhow::Result;
use bench_compare::Record;

/// Returns where in `folder` the record of `subject` stands.
pub fn record_path(folder: &Path, subject: &str) -> PathBuf {
    folder.join(format!("{subject}.json"))
}

/// Returns the record of `subject` in `folder`, if one was made.
///
/// # Errors
///
/// When the file is there and is no record.
pub(super) fn find(folder: &Path, subject: &str) -> Result<Option<Record>> {
    let path = record_path(folder, subject);
    let record = path.exists().then(|| Record::read(&path));
    Ok(record.transpose()?)
}

/// Returns what is said when no record was made, with the remedy.
pub(super) fn missing(folder: &Path, subject: &str) -> String {
    format!(
        "no run of \"{subject}\" is recorded, there is no {}: \
         run cargo xtask record {subject}",
        record_path(folder, subject).display()
    )
}

/// Returns the benchmark's name without its subject, which its own chapter
/// need not repeat.
pub(super) fn without_subject(benchmark: &str) -> &str {
    let parts = benchmark.split_once('/');
    parts.map_or(benchmark, |(_, rest)| rest)
}
