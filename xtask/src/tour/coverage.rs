//! Real Go profiles, merged and summed up.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use coverage_merge::Profile;

use crate::workspace::{relative, root};

/// Merges the profiles that a real Go toolchain made of the standard
/// library's packages; the total, in a sentence.
pub(crate) fn merge() -> Result<String> {
    let files = profiles()?;
    let mut merged = Profile::new();
    for file in &files {
        merged.read_file(file)?;
    }
    let total = merged.total();
    Ok(format!(
        "{} Go profiles merged: {} blocks, {} of {} statements ran ({:.1} %).",
        files.len(),
        merged.blocks().count(),
        total.covered,
        total.statements,
        total.percentage(),
    ))
}

/// Returns the committed profiles in mode `set`; a merge has one mode.
fn profiles() -> Result<Vec<PathBuf>> {
    let folder = root().join("coverage-merge/tests/data");
    let entries = fs::read_dir(&folder)
        .with_context(|| format!("no profiles in {}", relative(&folder)))?;
    let mut files = Vec::new();
    for entry in entries {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with("set-") && name.ends_with(".out") {
            files.push(path);
        }
    }
    ensure!(!files.is_empty(), "no profiles in {}", relative(&folder));
    files.sort();
    Ok(files)
}
