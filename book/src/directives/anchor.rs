//! Stretches of source that a chapter names by file and anchor.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};

/// Returns the lines of `FILE:ANCHOR` without marks, and without the
/// indentation that all of them share.
///
/// # Errors
///
/// When there is no such file or no such anchor in it.
pub(super) fn anchored(root: &Path, name: &str) -> Result<String> {
    let (file, anchor) = name.split_once(':').with_context(|| {
        format!("\"{name}\": write the file and the anchor, FILE:ANCHOR")
    })?;
    let text = fs::read_to_string(root.join(file))
        .with_context(|| format!("cannot read {file}"))?;
    let lines = lines(&text, anchor);
    ensure!(!lines.is_empty(), "{file}: no lines at ANCHOR: {anchor}");
    Ok(flush_left(&lines))
}

fn lines<'a>(text: &'a str, anchor: &str) -> Vec<&'a str> {
    let start = format!("ANCHOR: {anchor}");
    let end = format!("ANCHOR_END: {anchor}");
    text.lines()
        .skip_while(|line| !line.trim_end().ends_with(&start))
        .skip(1)
        .take_while(|line| !line.trim_end().ends_with(&end))
        .filter(|line| !line.contains("// ANCHOR"))
        .collect()
}

fn flush_left(lines: &[&str]) -> String {
    let indent = |line: &&str| line.len() - line.trim_start().len();
    let written = lines.iter().filter(|line| !line.trim().is_empty());
    let shared = written.map(indent).min().unwrap_or(0);
    let flush = |line: &&str| format!("{}\n", line.get(shared..).unwrap_or(""));
    lines.iter().map(flush).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_stand_flush_left_without_marks() {
        let text = "a\n  // ANCHOR: x\n  b\n  // ANCHOR: y\n\n    c\n  \
                    // ANCHOR_END: x\n  d\n";
        assert_eq!(flush_left(&lines(text, "x")), "b\n\n  c\n");
        assert!(lines(text, "z").is_empty());
    }
}
