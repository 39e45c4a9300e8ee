//! What to read: files, folders, globs, lists and standard input.

use globset::GlobBuilder;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::formats::covdata::{self, Listing};
use crate::formats::detect;
use crate::profile::Profile;

/// One thing to read.
#[derive(Debug)]
pub struct Input(InputKind);

#[derive(Debug)]
enum InputKind {
    Stdin,
    File(PathBuf),
    /// The binary profiles of one folder.
    Covdata(PathBuf, Listing),
}

impl Input {
    /// Returns what messages call it.
    pub fn name(&self) -> String {
        match &self.0 {
            InputKind::Stdin => "standard input".to_owned(),
            InputKind::File(path) | InputKind::Covdata(path, _) => {
                path.display().to_string()
            }
        }
    }

    /// Returns how many bytes there are to read, as far as is known.
    pub fn size(&self) -> u64 {
        let size = |path: &PathBuf| fs::metadata(path).map_or(0, |m| m.len());
        match &self.0 {
            InputKind::Stdin => 0,
            InputKind::File(path) => size(path),
            InputKind::Covdata(_, listing) => {
                listing.metas.iter().chain(&listing.counters).map(size).sum()
            }
        }
    }

    /// Reads it into `profile`.
    ///
    /// # Errors
    ///
    /// As [`Profile::read`].
    pub fn read(&self, profile: &mut Profile) -> Result<(), Error> {
        match &self.0 {
            InputKind::Stdin => {
                detect::read(profile, io::stdin().lock(), &self.name())
            }
            InputKind::File(path) => {
                let name = self.name();
                let file = fs::File::open(path);
                let file = file.map_err(|error| Error::io(&name, error))?;
                detect::read(profile, file, &name)
            }
            InputKind::Covdata(_, listing) => {
                covdata::read_files(profile, listing)
            }
        }
    }
}

/// Returns what the arguments of a command mean: `-` is standard input, `@FILE`
/// a file with one argument a line, `*`, `?`, `[..]` and `**` match paths; a
/// folder stands for all profiles in it and below.
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
pub fn inputs<S: AsRef<str>>(
    arguments: impl IntoIterator<Item = S>,
) -> Result<Vec<Input>, Error> {
    let mut inputs = Vec::new();
    for argument in arguments {
        argument_to(&mut inputs, argument.as_ref(), 0)?;
    }
    Ok(inputs)
}

/// How deep lists may name lists.
const DEEPEST: usize = 8;

fn argument_to(
    inputs: &mut Vec<Input>,
    argument: &str,
    depth: usize,
) -> Result<(), Error> {
    if argument == "-" {
        inputs.push(Input(InputKind::Stdin));
        return Ok(());
    }
    if let Some(list) = argument.strip_prefix('@') {
        if depth == DEEPEST {
            return Err(Error::malformed(list, "lists name lists too deep"));
        }
        let text =
            fs::read_to_string(list).map_err(|error| Error::io(list, error))?;
        let lines = text.lines().map(str::trim);
        for line in lines.filter(|line| !line.is_empty()) {
            argument_to(inputs, line, depth + 1)?;
        }
        return Ok(());
    }
    let is_glob = argument.contains(['*', '?', '[']);
    if is_glob && !Path::new(argument).exists() {
        return glob_to(inputs, argument);
    }
    path_to(inputs, Path::new(argument))
}

fn glob_to(inputs: &mut Vec<Input>, pattern: &str) -> Result<(), Error> {
    let glob = GlobBuilder::new(pattern).literal_separator(true).build();
    let glob = glob
        .map_err(|error| Error::malformed(pattern, error.to_string()))?
        .compile_matcher();
    // The folders before the first part that matches more than one.
    let literal = |part: &&str| !part.contains(['*', '?', '[', '{']);
    let parts: Vec<&str> = pattern.split('/').take_while(literal).collect();
    let base = match parts.join("/") {
        base if base.is_empty() && pattern.starts_with('/') => "/".into(),
        base => base,
    };
    let before = inputs.len();
    walk(Path::new(&base), &mut |path| {
        if glob.is_match(path) { path_to(inputs, path) } else { Ok(()) }
    })?;
    if inputs.len() == before {
        return Err(Error::malformed(pattern, "no file matches"));
    }
    Ok(())
}

/// Visits all files below a folder, in the order of their names.
fn walk(
    folder: &Path,
    visit: &mut dyn FnMut(&Path) -> Result<(), Error>,
) -> Result<(), Error> {
    let Ok(paths) = list(folder) else {
        return Ok(());
    };
    for path in paths {
        if path.is_dir() && !path.is_symlink() {
            walk(&path, visit)?;
        } else {
            visit(&path)?;
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
    let read = fs::read_dir(if here { Path::new(".") } else { folder });
    let mut paths = Vec::new();
    for entry in read.map_err(io)? {
        paths.push(folder.join(entry.map_err(io)?.file_name()));
    }
    paths.sort();
    Ok(paths)
}

fn path_to(inputs: &mut Vec<Input>, path: &Path) -> Result<(), Error> {
    let name = path.display().to_string();
    let metadata =
        fs::metadata(path).map_err(|error| Error::io(&name, error))?;
    if !metadata.is_dir() {
        inputs.push(Input(InputKind::File(path.to_owned())));
        return Ok(());
    }
    let before = inputs.len();
    folder_to(inputs, path)?;
    if inputs.len() == before {
        return Err(Error::malformed(&name, "no profile in this folder"));
    }
    Ok(())
}

/// Adds the profiles of a folder and of those below it. Files that are no
/// profiles are passed over.
fn folder_to(inputs: &mut Vec<Input>, folder: &Path) -> Result<(), Error> {
    let mut listing = Listing::default();
    for path in list(folder)? {
        if path.is_dir() {
            if !path.is_symlink() {
                folder_to(inputs, &path)?;
            }
        } else if !listing.take(&path) && detect::is_profile(&path)? {
            inputs.push(Input(InputKind::File(path)));
        }
    }
    if !listing.metas.is_empty() || !listing.counters.is_empty() {
        inputs.push(Input(InputKind::Covdata(folder.to_owned(), listing)));
    }
    Ok(())
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
        let mut inputs = Vec::new();
        path_to(&mut inputs, path)?;
        inputs.iter().try_for_each(|input| input.read(self))
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
