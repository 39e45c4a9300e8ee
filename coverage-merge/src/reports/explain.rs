//! Which inputs reach a line.

use crate::error::Error;
use crate::profile::Profile;
use crate::reports::source_tree::SourceTree;
use crate::reports::which_file::PathIndex;

/// How often one input reaches a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reached {
    /// The input.
    pub input: String,
    /// How often it reaches the line.
    pub count: u64,
}

/// Returns the inputs that know a line, with their counts. `file` is a path, or
/// the end of one, as [`patch_coverage`](crate::patch_coverage) takes it.
///
/// # Errors
///
/// When several files could be meant.
///
/// ```
/// use coverage_merge::{Profile, explain};
/// let text = "mode: set\nm/a.go:1.1,2.2 1 1\n";
/// let unit = Profile::parse(text.as_bytes(), "unit")?;
/// let reached = explain(&[("unit".to_owned(), unit)], "a.go", 1, None)?;
/// assert_eq!(reached[0].count, 1);
/// # Ok::<(), coverage_merge::Error>(())
/// ```
pub fn explain(
    inputs: &[(String, Profile)],
    file: &str,
    line: u32,
    tree: Option<&SourceTree>,
) -> Result<Vec<Reached>, Error> {
    // All inputs together say which file is meant.
    let all: Vec<_> = inputs.iter().map(|(_, input)| input.lines()).collect();
    let mut paths: Vec<&str> =
        all.iter().flatten().map(|file| &*file.path).collect();
    paths.sort_unstable();
    paths.dedup();
    let Some(path) = PathIndex::new(paths).find(file, tree)? else {
        return Ok(Vec::new());
    };
    let known = inputs.iter().zip(&all).filter_map(|((input, _), files)| {
        let file = files.iter().find(|file| file.path == path)?;
        let (input, count) = (input.clone(), file.count(line)?);
        Some(Reached { input, count })
    });
    Ok(known.collect())
}
