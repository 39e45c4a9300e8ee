//! The executions that failed, kept so that each can be run alone.
//!
//! Loom writes the decisions of an execution into a file before it runs it,
//! if it is told to do so at that execution; another run begins with them.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::workspace::target;

/// An execution that failed.
pub(crate) struct Kept {
    pub(crate) file: PathBuf,
    pub(crate) execution: usize,
    pub(crate) body: usize,
}

/// Returns a file for loom to write into, which is not there.
pub(crate) fn fresh(key: &str) -> Result<PathBuf> {
    let folder = target("loom").join("exploring");
    fs::create_dir_all(&folder)?;
    let file = folder.join(format!("{key}.json"));
    for body in 1..=BODIES {
        let file = of_body(&file, body);
        if file.exists() {
            fs::remove_file(&file)?;
        }
    }
    Ok(file)
}

/// More bodies no test runs, one after the other.
const BODIES: usize = 9;

/// Returns the file of one body of a test; see `support::model`.
fn of_body(file: &Path, body: usize) -> PathBuf {
    if body < 2 {
        return file.to_owned();
    }
    file.with_extension(format!("{body}.json"))
}

/// Keeps what loom has written of the execution that failed, in the place of
/// what was kept under that key before.
pub(crate) fn keep(
    key: &str,
    written: &Path,
    execution: usize,
    body: usize,
) -> Result<()> {
    if let Some(old) = find(key)? {
        fs::remove_file(old.file)?;
    }
    let folder = folder();
    fs::create_dir_all(&folder)?;
    let file = folder.join(format!("{key}@{execution}@{body}.json"));
    let written = of_body(written, body);
    fs::rename(&written, &file)
        .with_context(|| format!("loom has not written {}", written.display()))
}

/// Returns what is kept under a key.
pub(crate) fn find(key: &str) -> Result<Option<Kept>> {
    let Ok(entries) = fs::read_dir(folder()) else { return Ok(None) };
    for entry in entries {
        let file = entry?.path();
        let name = file.file_stem().unwrap_or_default().to_string_lossy();
        let mut parts = name.rsplitn(3, '@');
        let mut number = || parts.next().and_then(|it| it.parse().ok());
        let (Some(body), Some(execution)) = (number(), number()) else {
            continue;
        };
        if parts.next() == Some(key) {
            return Ok(Some(Kept { file: file.clone(), execution, body }));
        }
    }
    Ok(None)
}

/// Returns a copy of what is kept, for loom to begin with: it writes into the
/// file.
pub(crate) fn copy(key: &str, kept: &Kept) -> Result<PathBuf> {
    let file = fresh(key)?;
    // In place: it is for the next run alone.
    fs::copy(&kept.file, of_body(&file, kept.body))?;
    Ok(file)
}

fn folder() -> PathBuf {
    target("loom").join("failing")
}

/// Returns how many decisions stand in a file that loom has written.
pub(crate) fn branches(file: &Path) -> Option<usize> {
    let written: Value = serde_json::from_slice(&fs::read(file).ok()?).ok()?;
    Some(written["branches"]["entries"].as_array()?.len())
}
