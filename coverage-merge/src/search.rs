//! The search for inputs: what a folder, glob or list holds.

use globset::GlobBuilder;
use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs;
use std::io::ErrorKind;
use std::path::{MAIN_SEPARATOR, Path, PathBuf, is_separator};

use crate::error::Error;
use crate::formats::covdata::Listing;
use crate::formats::detect::{self, Verdict};
use crate::input::{Input, InputKind};
use crate::seen::Seen;
use crate::text::text_of;
use crate::twins::{WHY, twins};

/// Finds inputs, each once, and notes what it passes over.
#[derive(Debug, Default)]
pub struct Search {
    /// What was found, in the order of the arguments.
    pub inputs: Vec<Input>,
    /// What folders and globs hold and is no profile, or was found before;
    /// with the reason.
    pub passed_over: Vec<(PathBuf, &'static str)>,
    seen: Seen,
    /// Files whose run is read in another format.
    twins: HashSet<PathBuf>,
    /// Where results will go: in a folder they are no inputs.
    outputs: Vec<PathBuf>,
}

/// How deep lists may name lists.
const DEEPEST: usize = 8;

const TWICE: &str = "given twice, counted once";

impl Search {
    /// Passes over `output` in folders and globs, because it is the result of
    /// an earlier run.
    pub fn without(mut self, output: &Path) -> Self {
        self.outputs.extend(fs::canonicalize(output));
        self
    }

    /// Adds what one argument of a command means; see
    /// [`inputs`](fn@crate::inputs).
    ///
    /// # Errors
    ///
    /// As [`inputs`](fn@crate::inputs).
    pub fn argument(&mut self, argument: &OsStr) -> Result<(), Error> {
        self.entry(argument, 0)
    }

    /// Returns how many inputs were given more than once.
    pub fn again(&self) -> usize {
        self.passed_over.iter().filter(|it| it.1 == TWICE).count()
    }

    fn entry(&mut self, argument: &OsStr, depth: usize) -> Result<(), Error> {
        let text = argument.to_string_lossy();
        if text == "-" {
            if self.seen.insert_stdin() {
                self.inputs.push(Input(InputKind::Stdin));
            }
            return Ok(());
        }
        let path = Path::new(argument);
        if let Some(list) = text.strip_prefix('@') {
            return self.list(Path::new(list), depth);
        }
        if text.contains(STARS) && !path.exists() {
            return self.glob(&text);
        }
        self.path(path)
    }

    /// Adds the arguments in a file, one a line; a relative one starts at the
    /// list, or, if there is none, at the current folder.
    fn list(&mut self, list: &Path, depth: usize) -> Result<(), Error> {
        let name = list.display().to_string();
        if depth == DEEPEST {
            return Err(Error::malformed(&name, "lists name lists too deep"));
        }
        let text = text_of(list).map_err(|error| Error::io(&name, error))?;
        let lines = text.lines().map(str::trim);
        let is_entry = |line: &&str| !line.is_empty() && !line.starts_with('#');
        for line in lines.filter(is_entry) {
            let (mark, rest) = match line.strip_prefix('@') {
                Some(rest) => ("@", rest),
                None => ("", line),
            };
            let beside = list.with_file_name(rest);
            // Of a glob, the folders before the first star.
            let start = base(&beside.to_string_lossy());
            let here = line != "-" && start.exists();
            let path = if here { beside } else { rest.into() };
            let entry = format!("{mark}{}", path.display());
            self.entry(OsStr::new(&entry), depth + 1)?;
        }
        Ok(())
    }

    fn glob(&mut self, pattern: &str) -> Result<(), Error> {
        let pattern = &pattern.replace(MAIN_SEPARATOR, "/");
        let glob = GlobBuilder::new(pattern).literal_separator(true).build();
        let glob = glob
            .map_err(|error| Error::malformed(pattern, error.to_string()))?
            .compile_matcher();
        let mut paths = Vec::new();
        match walk(&base(pattern), &|path| glob.is_match(path), &mut paths) {
            Err(error) if error.is_missing() => {}
            walked => walked?,
        }
        if paths.is_empty() {
            return Err(Error::malformed(pattern, "no file matches"));
        }
        let before = self.inputs.len() + self.again();
        self.twins = twins(&paths)?;
        for path in &paths {
            if path.is_dir() {
                self.folder(path)?;
            } else {
                self.member(path)?;
            }
        }
        if self.inputs.len() + self.again() == before {
            return Err(
                self.nothing(pattern, "no file that matches is a profile")
            );
        }
        Ok(())
    }

    /// Adds a file, or the profiles of a folder and of those below it.
    ///
    /// # Errors
    ///
    /// When there is none, or a folder cannot be read or holds no profile.
    pub fn path(&mut self, path: &Path) -> Result<(), Error> {
        let name = path.display().to_string();
        let metadata =
            fs::metadata(path).map_err(|error| Error::io(&name, error))?;
        if !metadata.is_dir() {
            if is_unfinished(path) {
                let what = "a temporary file of a run that did not end: \
                            delete it";
                return Err(Error::malformed(&name, what));
            }
            self.add(path, InputKind::File(path.to_owned()));
            return Ok(());
        }
        let before = self.inputs.len();
        let known = self.passed_over.len();
        self.folder(path)?;
        let again = self.passed_over[known..].iter().any(|it| it.1 == TWICE);
        if self.inputs.len() == before && !again {
            return Err(self.nothing(&name, "no profile in this folder"));
        }
        Ok(())
    }

    /// Returns the error that nothing was found, with what was there instead.
    fn nothing(&self, name: &str, what: &str) -> Error {
        let mut what = what.to_owned();
        if let Some((path, why)) = self.passed_over.last() {
            what += &format!("; {}: {why}", path.display());
        }
        Error::malformed(name, what)
    }

    fn add(&mut self, path: &Path, kind: InputKind) {
        if self.seen.insert(path) {
            self.inputs.push(Input(kind));
        } else {
            self.passed_over.push((path.to_owned(), TWICE));
        }
    }

    /// Adds the profiles of a folder and of those below it. Files that are no
    /// profiles are passed over.
    fn folder(&mut self, folder: &Path) -> Result<(), Error> {
        let mut listing = Listing::default();
        let paths = list(folder)?;
        self.twins.extend(twins(&paths)?);
        for path in paths {
            if path.is_dir() {
                if path.is_symlink() {
                    self.passed_over.push((path, "a link to a folder"));
                } else {
                    self.folder(&path)?;
                }
            } else if !listing.take(&path) {
                self.member(&path)?;
            }
        }
        if !listing.metas.is_empty() || !listing.counters.is_empty() {
            let kind = InputKind::Covdata(folder.to_owned(), listing);
            self.add(&folder.join("."), kind);
        }
        Ok(())
    }

    /// Adds a file that a folder or glob holds, if it is a profile.
    fn member(&mut self, path: &Path) -> Result<(), Error> {
        if self.twins.contains(path) {
            self.passed_over.push((path.to_owned(), WHY));
            return Ok(());
        }
        if let Some(why) = self.no_input(path) {
            self.passed_over.push((path.to_owned(), why));
            return Ok(());
        }
        match detect::verdict(path)? {
            Verdict::Profile => {
                self.add(path, InputKind::File(path.to_owned()));
            }
            Verdict::Other(why) => {
                self.passed_over.push((path.to_owned(), why))
            }
        }
        Ok(())
    }

    /// Returns why a file is not even looked at.
    fn no_input(&self, path: &Path) -> Option<&'static str> {
        if !fs::metadata(path).is_ok_and(|it| it.is_file()) {
            return Some("no regular file, or a link to nothing");
        }
        if is_unfinished(path) {
            return Some("a temporary file of a run that did not end");
        }
        let real = fs::canonicalize(path);
        real.is_ok_and(|real| self.outputs.contains(&real))
            .then_some("the output of this run")
    }
}

/// Returns whether a file has the name of one that was never finished: those
/// of this program, now and formerly.
fn is_unfinished(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let random = |rest: &str| {
        rest.len() == 6 && rest.bytes().all(|b| b.is_ascii_alphanumeric())
    };
    name.starts_with(support::atomic_file::UNFINISHED)
        || name.strip_prefix(".tmp").is_some_and(random)
}

const STARS: [char; 4] = ['*', '?', '[', '{'];

/// Returns the folders of a pattern before the first part that matches more
/// than one path, with the last separator: `C:` alone is no root.
fn base(pattern: &str) -> PathBuf {
    let Some(star) = pattern.find(STARS) else { return pattern.into() };
    let end = pattern[..star].rfind(is_separator).map_or(0, |at| at + 1);
    pattern[..end].into()
}

/// Finds what matches below a folder, in the order of the names. A folder that
/// matches stands for all in it.
fn walk(
    folder: &Path,
    matches: &dyn Fn(&Path) -> bool,
    found: &mut Vec<PathBuf>,
) -> Result<(), Error> {
    for path in list(folder)? {
        if matches(&path) {
            found.push(path);
        } else if path.is_dir() && !path.is_symlink() {
            walk(&path, matches, found)?;
        }
    }
    Ok(())
}

/// Returns the paths in a folder, by name; the current folder is the empty
/// path.
fn list(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let here = folder.as_os_str().is_empty();
    let name = folder.display().to_string();
    let io = |error| Error::io(&name, error);
    let read = match fs::read_dir(if here { Path::new(".") } else { folder }) {
        // The literal part of a pattern may be a file.
        Err(error) if error.kind() == ErrorKind::NotADirectory => {
            return Ok(Vec::new());
        }
        read => read.map_err(io)?,
    };
    let mut paths = Vec::new();
    for entry in read {
        paths.push(folder.join(entry.map_err(io)?.file_name()));
    }
    paths.sort();
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_starts_at_the_last_folder_before_a_star() {
        for (pattern, folder) in [
            ("*.out", ""),
            ("a/b*/c.out", "a/"),
            ("/*.out", "/"),
            ("C:/*.out", "C:/"),
            ("a/b.out", "a/b.out"),
        ] {
            assert_eq!(base(pattern), Path::new(folder), "{pattern}");
        }
    }
}
