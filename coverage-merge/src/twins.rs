//! Files in which one run was written more than once.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::formats::detect::{self, Verdict};

/// The names that the reporters of Istanbul give their files: jest alone writes
/// three of them. The first that is there counts.
const NAMES: [&str; 4] = [
    "lcov.info",
    "coverage-final.json",
    "clover.xml",
    "cobertura-coverage.xml",
];

/// Why such a file is passed over.
pub(crate) const WHY: &str = "another format of a run that is read beside it";

/// Returns those of `paths` that have in another format what a file beside them
/// has.
///
/// # Errors
///
/// When one cannot be read.
pub(crate) fn twins(paths: &[PathBuf]) -> Result<HashSet<PathBuf>, Error> {
    let known: HashSet<&Path> =
        paths.iter().filter(|it| rank(it).is_some()).map(|it| &**it).collect();
    let mut twins = HashSet::new();
    for path in &known {
        let before = &NAMES[..rank(path).unwrap_or(0)];
        for name in before {
            let beside = path.with_file_name(name);
            if known.contains(&*beside)
                && beside.is_file()
                && detect::verdict(&beside)? == Verdict::Profile
            {
                twins.insert(path.to_path_buf());
            }
        }
    }
    Ok(twins)
}

/// Returns the place of a file's name in [`NAMES`].
fn rank(path: &Path) -> Option<usize> {
    let name = path.file_name()?;
    NAMES.iter().position(|it| name == *it)
}
