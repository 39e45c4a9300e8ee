//! The lines of source that a step belongs to.

use std::fs;
use std::path::Path;

/// A stretch of a source file, marked with an anchor.
pub(super) struct Source {
    pub(super) lines: Vec<String>,
}

impl Source {
    /// Returns the function whose first line contains `start`, below the first line
    /// that contains `below`, up to its closing brace.
    ///
    /// # Panics
    ///
    /// When there is none: the recording names code that has changed.
    pub(super) fn function(file: &str, below: &str, start: &str) -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let text = fs::read_to_string(root.join(file));
        let text = text.unwrap_or_else(|error| panic!("{file}: {error}"));
        let mut lines = text
            .lines()
            .skip_while(|line| !line.contains(below))
            .skip_while(|line| !line.contains(start))
            .peekable();
        let first = lines.peek().unwrap_or_else(|| {
            panic!("{file}: no \"{start}\" below \"{below}\"")
        });
        let indent = first.len() - first.trim_start().len();
        let end = format!("{}}}", " ".repeat(indent));
        let mut taken = Vec::new();
        for line in lines.filter(|line| !line.contains("// ANCHOR")) {
            taken.push(line.get(indent..).unwrap_or_default().to_owned());
            if line == end {
                break;
            }
        }
        Self { lines: taken }
    }

    /// Returns this stretch, an empty line, and another one.
    pub(super) fn and(mut self, other: Self) -> Self {
        self.lines.push(String::new());
        self.lines.extend(other.lines);
        self
    }

    /// Returns the number of the first line that contains `part`.
    ///
    /// # Panics
    ///
    /// When there is none: the recording names code that has changed.
    pub(super) fn line(&self, part: &str) -> usize {
        let found = self.lines.iter().position(|line| line.contains(part));
        found.unwrap_or_else(|| panic!("no line with \"{part}\""))
    }
}
