//! What happened in the executions that passed before a planted bug showed.
//!
//! The book lets the reader choose which thread goes on, and then shows a run
//! in which loom chose so too. A bug whose runs are kept for that has a file
//! in the folder `tests/loom/passed` of its package; for all others loom is
//! not asked.

use std::fmt::Debug;
use std::path::{Path, PathBuf};
use std::{fs, io};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::atomic_file;

/// Returns the file of a bug, which need not be there.
pub fn file(package: impl AsRef<Path>, bug: &str) -> PathBuf {
    let folder = package.as_ref().join("tests/loom/passed");
    folder.join(format!("{bug}.json"))
}

/// Reads the runs that a file keeps, in the order in which loom tried them; a
/// step is a `Step` of `schedules`.
///
/// # Errors
///
/// When the file cannot be read, or holds no runs; the error names it.
pub fn read<S: DeserializeOwned>(file: &Path) -> io::Result<Vec<Vec<S>>> {
    let named = |error: io::Error| {
        io::Error::new(error.kind(), format!("{}: {error}", file.display()))
    };
    let text = fs::read_to_string(file).map_err(named)?;
    serde_json::from_str(&text).map_err(|error| named(error.into()))
}

/// Demands that the file, if there is one, keeps what passed today.
pub(crate) fn check<S>(file: &Path, found: &[Vec<S>])
where
    S: Debug + DeserializeOwned + PartialEq + Serialize,
{
    if !file.exists() {
        return;
    }
    if std::env::var_os("RECORD_LANES").is_some() {
        atomic_file::write(file, text(found).as_bytes())
            .expect("the folder is writable");
    }
    let recorded: Vec<Vec<S>> =
        read(file).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(
        recorded,
        found,
        "{} is stale: run with RECORD_LANES=1",
        file.display()
    );
}

/// Returns the runs as JSON, one a line.
fn text<S: Serialize>(runs: &[Vec<S>]) -> String {
    let line = |run| serde_json::to_string(run).expect("plain data");
    let lines: Vec<String> = runs.iter().map(line).collect();
    format!("[\n{}\n]\n", lines.join(",\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg_attr(miri, ignore = "reads the disk")]
    fn runs_are_kept_one_a_line_and_read_back() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("runs.json");
        let runs = [vec![1, 2], vec![]];
        check(&file, &runs);
        assert!(!file.exists(), "the book lets no reader choose here");
        fs::write(&file, text(&runs)).expect("it is writable");
        assert_eq!(text(&runs), "[\n[1,2],\n[]\n]\n");
        assert_eq!(read::<i32>(&file).expect("it was written"), runs);
        check(&file, &runs);
    }

    #[test]
    #[cfg_attr(miri, ignore = "reads the disk")]
    #[should_panic(expected = "is stale: run with RECORD_LANES=1")]
    fn a_run_that_is_not_kept_is_noticed() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("runs.json");
        fs::write(&file, "[]").expect("it is writable");
        check(&file, &[vec![1]]);
    }

    #[test]
    #[cfg_attr(miri, ignore = "reads the disk")]
    fn an_error_names_the_file() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = file(folder.path(), "no_bug");
        let error = read::<i32>(&file).expect_err("there is none").to_string();
        assert!(error.contains("no_bug.json"), "{error}");
    }
}
