//! The coverage of the lines that a change adds.

use hashbrown::HashMap;

use crate::error::Error;
use crate::profile::file_lines::FileLines;
use crate::profile::total::Total;
use crate::reports::diff_text::AddedLines;
use crate::reports::source_tree::SourceTree;
use crate::reports::which_file::PathIndex;

/// How much of one file's added lines ran.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PatchRow {
    /// The path in the diff.
    pub path: String,
    /// The added lines that can run, and those that did.
    pub total: Total,
    /// The added lines that did not run.
    pub missed: Vec<u32>,
    /// The added lines of which a part did not run.
    pub partial: Vec<u32>,
}

/// The coverage of all lines that a change adds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PatchCoverage {
    /// The files that the profile knows.
    pub rows: Vec<PatchRow>,
    /// The files with added lines that it does not know.
    pub unknown: Vec<AddedLines>,
}

impl PatchCoverage {
    /// Returns the sum of all rows.
    pub fn total(&self) -> Total {
        let mut total = Total::default();
        for row in &self.rows {
            total.covered += row.total.covered;
            total.statements += row.total.statements;
        }
        total
    }

    /// Takes the lines of unknown files for missed, but for blank ones and
    /// those of files that are no code: no file of `files` has their ending.
    pub fn miss_unknown(&mut self, files: &[FileLines]) {
        let ending = |path: &str| {
            let name = path.rsplit('/').next().unwrap_or_default();
            name.rsplit_once('.').map(|(_, ending)| ending.to_owned())
        };
        let known: Vec<Option<String>> = {
            let mut all: Vec<_> =
                files.iter().map(|file| ending(&file.path)).collect();
            all.sort_unstable();
            all.dedup();
            all
        };
        let is_code = |file: &AddedLines| known.contains(&ending(&file.path));
        for file in self.unknown.iter().filter(|file| is_code(file)) {
            let blank = |line: &&u32| file.blank.contains(line);
            let lines = file.lines.iter().filter(|line| !blank(line));
            let missed: Vec<u32> = lines.copied().collect();
            let statements = missed.len() as u64;
            self.rows.push(PatchRow {
                path: file.path.clone(),
                total: Total { covered: 0, statements },
                missed,
                partial: Vec::new(),
            });
        }
    }
}

/// Returns the coverage of added lines. A file of the diff is the file of the
/// profile with the same path; or the one that it is by `tree`; or, as Go's
/// paths begin with the module's name, the shortest that ends with it.
///
/// # Errors
///
/// When several files are equally short.
pub fn patch_coverage(
    files: &[FileLines],
    added: &[AddedLines],
    tree: Option<&SourceTree>,
) -> Result<PatchCoverage, Error> {
    let index = PathIndex::new(files.iter().map(|file| &*file.path));
    let by_path: HashMap<&str, &FileLines> =
        files.iter().map(|file| (&*file.path, file)).collect();
    let mut coverage = PatchCoverage::default();
    for file in added.iter().filter(|file| !file.lines.is_empty()) {
        match index.find(&file.path, tree)? {
            None => coverage.unknown.push(file.clone()),
            Some(path) => coverage.rows.push(row(file, by_path[path])),
        }
    }
    Ok(coverage)
}

fn row(added: &AddedLines, file: &FileLines) -> PatchRow {
    let (mut missed, mut partial) = (Vec::new(), Vec::new());
    let mut total = Total::default();
    for &line in &added.lines {
        let Some(count) = file.count(line) else { continue };
        total.add(1, count);
        if count == 0 {
            missed.push(line);
        } else if file.partial.binary_search(&line).is_ok() {
            partial.push(line);
        }
    }
    PatchRow { path: added.path.clone(), total, missed, partial }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files() -> [FileLines; 1] {
        [FileLines {
            path: "example.com/m/a.go".into(),
            lines: vec![(1, 0), (2, 5)],
            ..FileLines::default()
        }]
    }

    #[test]
    fn a_path_of_the_diff_is_the_end_of_gos() {
        let added = [AddedLines {
            path: "a.go".into(),
            lines: vec![1, 2, 3],
            ..AddedLines::default()
        }];
        let coverage = patch_coverage(&files(), &added, None).expect("one");
        let row = &coverage.rows[0];
        assert_eq!(row.missed, [1]);
        assert_eq!((row.total.covered, row.total.statements), (1, 2));
    }

    #[test]
    fn what_no_profile_knows_is_named_and_may_count() {
        let added = ["new/b.go", "README.md"].map(|path| AddedLines {
            path: path.into(),
            lines: vec![1, 2, 3],
            blank: vec![2],
        });
        let files = files();
        let mut coverage =
            patch_coverage(&files, &added, None).expect("no two fit");
        assert_eq!(coverage.unknown.len(), 2);
        assert_eq!(coverage.total().statements, 0);
        coverage.miss_unknown(&files);
        assert_eq!(coverage.rows.len(), 1);
        assert_eq!(coverage.rows[0].missed, [1, 3]);
    }
}
