//! The coverage of the lines that a change adds.

use crate::profile::file_lines::FileLines;
use crate::profile::total::Total;

/// The lines that a unified diff adds to one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddedLines {
    /// The path in the new version, without `b/`.
    pub path: String,
    /// The numbers in the new version, ascending.
    pub lines: Vec<u32>,
}

/// Reads a unified diff, as `git diff` writes it.
///
/// ```
/// let diff = "--- a/x.go\n+++ b/x.go\n@@ -1,2 +1,3 @@\n one\n+two\n three\n";
/// let added = coverage_merge::added_lines(diff);
/// assert_eq!(added[0].path, "x.go");
/// assert_eq!(added[0].lines, [2]);
/// ```
pub fn added_lines(diff: &str) -> Vec<AddedLines> {
    let mut files: Vec<AddedLines> = Vec::new();
    // How many lines of the old and the new version a hunk still has.
    let (mut old, mut new, mut number) = (0_u32, 0_u32, 0_u32);
    for line in diff.lines() {
        if (old, new) == (0, 0) {
            if let Some(path) = line.strip_prefix("+++ ") {
                let path = path.split('\t').next().unwrap_or_default();
                let path = path.strip_prefix("b/").unwrap_or(path);
                files.push(AddedLines {
                    path: path.to_owned(),
                    lines: Vec::new(),
                });
            } else if let Some(hunk) = line.strip_prefix("@@ -") {
                (old, new, number) = hunk_header(hunk).unwrap_or_default();
            }
            continue;
        }
        match line.as_bytes().first() {
            Some(b'+') => {
                if let Some(file) = files.last_mut() {
                    file.lines.push(number);
                }
                new = new.saturating_sub(1);
                number = number.saturating_add(1);
            }
            Some(b'-') => old = old.saturating_sub(1),
            Some(b'\\') => {}
            _ => {
                old = old.saturating_sub(1);
                new = new.saturating_sub(1);
                number = number.saturating_add(1);
            }
        }
    }
    files
}

/// Reads `12,3 +14,5 @@ ...`: returns how many old and new lines there are,
/// and the first new one.
fn hunk_header(text: &str) -> Option<(u32, u32, u32)> {
    let (old, rest) = text.split_once(" +")?;
    let (new, _) = rest.split_once(" @@")?;
    let many = |range: &str| match range.split_once(',') {
        Some((_, many)) => many.parse().ok(),
        None => Some(1),
    };
    let first = new.split(',').next()?.parse().ok()?;
    Some((many(old)?, many(new)?, first))
}

/// How much of one file's added lines ran.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatchRow {
    /// The path in the diff.
    pub path: String,
    /// The added lines that can run, and those that did.
    pub total: Total,
    /// The added lines that did not run.
    pub missed: Vec<u32>,
}

/// Returns the coverage of added lines. A file of the diff is the file of the
/// profile with the same path, or, as Go's paths begin with the module's name,
/// the one whose path ends with it.
pub fn patch_coverage(
    files: &[FileLines],
    added: &[AddedLines],
) -> Vec<PatchRow> {
    let mut rows = Vec::new();
    for AddedLines { path, lines } in added {
        let end = format!("/{path}");
        let same = |file: &&FileLines| file.path == *path;
        let found = files
            .iter()
            .find(same)
            .or_else(|| files.iter().find(|file| file.path.ends_with(&end)));
        let Some(file) = found else { continue };
        let mut total = Total::default();
        let mut missed = Vec::new();
        for &line in lines {
            let Some(count) = file.count(line) else {
                continue;
            };
            total.add(1, count);
            if count == 0 {
                missed.push(line);
            }
        }
        rows.push(PatchRow { path: path.clone(), total, missed });
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn added_lines_are_counted_in_the_new_version() {
        let diff = "diff --git a/m.go b/m.go\n--- a/m.go\n+++ b/m.go\n\
                    @@ -1 +1,2 @@ f\n-old\n+++ not a header\n+b\n\
                    @@ -9,2 +10,3 @@\n x\n+c\n y\n\
                    \\ No newline at end of file\n\
                    --- a/gone.go\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n\
                    --- /dev/null\n+++ b/new.go\n@@ -0,0 +1 @@\n+z\n";
        let added = added_lines(diff);
        let lines = |path: &str| {
            let file = added.iter().find(|file| file.path == path);
            file.map(|file| file.lines.clone())
        };
        assert_eq!(lines("m.go"), Some(vec![1, 2, 11]));
        assert_eq!(lines("new.go"), Some(vec![1]));
        assert_eq!(lines("/dev/null"), Some(vec![]));
    }

    #[test]
    fn any_text_is_no_reason_to_panic() {
        let texts =
            ["@@ -a +b @@\n+x\n", "+++ \n@@ -1,9 +4294967295,9 @@\n+\n+\n"];
        texts.iter().for_each(|text| drop(added_lines(text)));
    }

    #[test]
    fn a_path_of_the_diff_is_the_end_of_gos() {
        let files = [FileLines {
            path: "example.com/m/a.go".into(),
            lines: vec![(1, 0), (2, 5)],
        }];
        let added = [AddedLines { path: "a.go".into(), lines: vec![1, 2, 3] }];
        let rows = patch_coverage(&files, &added);
        assert_eq!(rows[0].missed, [1]);
        assert_eq!((rows[0].total.covered, rows[0].total.statements), (1, 2));
    }
}
