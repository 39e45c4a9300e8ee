//! What to read: files, folders, globs, lists and standard input.

use std::ffi::OsStr;
use std::path::Path;

use crate::error::Error;
use crate::input::Input;
use crate::profile::Profile;
use crate::search::Search;

/// Returns what the arguments of a command mean: `-` is standard input, `@FILE`
/// a file with one argument a line, `*`, `?`, `[..]` and `**` match paths; a
/// folder stands for all profiles in it and below. [`Search`] also says what
/// was passed over.
///
/// # Errors
///
/// When a file, folder or list is missing or cannot be read, or nothing
/// matches a glob.
///
/// ```
/// let missing = coverage_merge::inputs(["no/such/*.out"]);
/// assert!(missing.expect_err("no match").to_string().contains("no/such"));
/// ```
pub fn inputs<S: AsRef<OsStr>>(
    arguments: impl IntoIterator<Item = S>,
) -> Result<Vec<Input>, Error> {
    let mut search = Search::default();
    arguments.into_iter().try_for_each(|it| search.argument(it.as_ref()))?;
    Ok(search.inputs)
}

impl Profile {
    /// Reads another profile into this one, from a file, or all that are in
    /// a folder and below it; a folder with Go's binary profiles
    /// (`GOCOVERDIR`) needs no Go.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    pub fn read_file(&mut self, path: &Path) -> Result<(), Error> {
        let mut search = Search::default();
        search.path(path)?;
        search.inputs.iter().try_for_each(|input| input.read(self))
    }

    /// Reads and merges the profiles in these files and folders.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read), for the first file that fails.
    pub fn merge_files<P: AsRef<Path>>(
        paths: impl IntoIterator<Item = P>,
    ) -> Result<Self, Error> {
        let mut profile = Self::new();
        for path in paths {
            profile.read_file(path.as_ref())?;
        }
        Ok(profile)
    }
}
