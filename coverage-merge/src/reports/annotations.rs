//! Annotations, as a step of GitHub's workflows prints them.

use std::fmt::Display;

use support::visible::visible;

use crate::reports::patch::PatchCoverage;
use crate::reports::totals::Report;

impl Report {
    /// Returns a warning for each group of lines that did not run, as a step
    /// of GitHub's workflows prints them to annotate a change.
    pub fn github(&self) -> String {
        let mut text = String::new();
        for row in &self.rows {
            for range in row.missed.split(", ").filter(|it| !it.is_empty()) {
                let (first, last) =
                    range.split_once('-').unwrap_or((range, range));
                text += &warning(&row.name, first, last, MISSED);
            }
        }
        text
    }
}

impl PatchCoverage {
    /// Returns a warning for each group of added lines that did not run, or
    /// ran in part, as a step of GitHub's workflows prints them.
    pub fn github(&self) -> String {
        let mut text = String::new();
        for row in &self.rows {
            let kinds = [(&row.missed, MISSED), (&row.partial, PARTIAL)];
            for (lines, what) in kinds {
                for group in lines.chunk_by(|a, b| a + 1 == *b) {
                    let (first, last) = (group[0], group[group.len() - 1]);
                    text += &warning(&row.path, first, last, what);
                }
            }
        }
        text
    }
}

/// The title, and what is said.
const MISSED: [&str; 2] = ["Not covered", "These lines did not run"];
const PARTIAL: [&str; 2] = ["Covered in part", "A part of it did not run"];

fn warning(
    file: &str,
    first: impl Display,
    last: impl Display,
    [title, what]: [&str; 2],
) -> String {
    let file = escaped(file);
    format!(
        "::warning file={file},line={first},endLine={last},\
         title={title}::{what}\n"
    )
}

/// Returns a property of an annotation with what would end it escaped.
fn escaped(text: &str) -> String {
    let pairs = [
        ("%", "%25"),
        ("\r", "%0D"),
        ("\n", "%0A"),
        (":", "%3A"),
        (",", "%2C"),
    ];
    let replaced = pairs
        .iter()
        .fold(text.to_owned(), |text, (c, as_text)| text.replace(c, as_text));
    visible(&replaced).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reports::patch::PatchRow;

    #[test]
    fn added_lines_that_follow_each_other_are_one_warning() {
        let row = PatchRow {
            path: "a,b.go".into(),
            missed: vec![3, 4, 5, 9],
            partial: vec![7],
            ..PatchRow::default()
        };
        let coverage =
            PatchCoverage { rows: vec![row], ..PatchCoverage::default() };
        let text = coverage.github();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 3, "{text}");
        let start = "::warning file=a%2Cb.go,line=3,endLine=5,title=Not";
        assert!(lines[0].starts_with(start), "{text}");
        assert!(lines[1].contains("line=9,endLine=9"), "{text}");
        assert!(lines[2].contains("line=7,endLine=7,title=Covered in part"));
    }
}
