//! One side of a comparison, as it is written on the command line.

use std::path::Path;

use globset::Glob;

use crate::input::criterion;
use crate::{Error, Estimator, Run};

/// The runs of one side, under one label.
#[derive(Debug)]
pub struct Side {
    /// What the column is called.
    pub label: String,
    /// The process runs: the replicates.
    pub runs: Vec<Run>,
}

impl Side {
    /// Reads the side that `text` names.
    ///
    /// `text` is the name of a baseline, a pattern of names (`old-*`), or a
    /// label with several of either (`old=r1,r2,r3`).
    ///
    /// # Errors
    ///
    /// As [`Run::load`].
    pub fn load(
        directory: &Path,
        text: &str,
        estimator: Estimator,
    ) -> Result<Self, Error> {
        let (label, names) = text.split_once('=').unwrap_or((text, text));
        let mut runs = Vec::new();
        for name in names.split(',') {
            for baseline in matching(directory, name)? {
                runs.push(criterion::load(directory, &baseline, estimator)?);
            }
        }
        Ok(Self {
            label: label.to_owned(),
            runs,
        })
    }
}

/// The baselines that `pattern` stands for; a plain name stands for itself.
fn matching(directory: &Path, pattern: &str) -> Result<Vec<String>, Error> {
    if !pattern.contains(['*', '?', '[']) {
        return Ok(vec![pattern.to_owned()]);
    }
    let existing = criterion::baselines(directory)?;
    let matches = |name: &String| match Glob::new(pattern) {
        Ok(glob) => glob.compile_matcher().is_match(name),
        Err(_) => false,
    };
    let found: Vec<_> =
        existing.iter().filter(|&n| matches(n)).cloned().collect();
    match found.is_empty() {
        true => Err(Error::unknown_baseline(directory, pattern, existing)),
        false => Ok(found),
    }
}
