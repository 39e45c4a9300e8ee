//! What the words of a command line stand for: files, and baselines of
//! criterion.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use globset::{Glob, GlobMatcher};

use crate::error::Error;
use crate::input::{criterion, encoding};
use crate::natural_order;

/// What standard input is called.
const STDIN: &str = "<stdin>";

/// Where one run, or several in a file, come from.
pub(super) enum Source {
    /// A file and its text.
    File(PathBuf, String),
    Baseline(String),
}

impl Source {
    fn name(&self) -> String {
        match self {
            Self::File(path, _) => path.display().to_string(),
            Self::Baseline(name) => name.clone(),
        }
    }

    /// Returns what is the same for the same source, however it was named.
    fn place(&self) -> (bool, PathBuf) {
        match self {
            Self::File(path, _) => {
                (true, fs::canonicalize(path).unwrap_or(path.clone()))
            }
            Self::Baseline(name) => (false, name.into()),
        }
    }
}

/// One side, as it was asked for.
pub(super) struct Named {
    pub(super) label: String,
    /// In order, each of them once.
    pub(super) sources: Vec<Source>,
    /// What was named more than once: it is one run all the same.
    pub(super) repeated: Vec<String>,
}

/// Returns each side's label and sources.
pub(super) fn named(
    directory: &Path,
    texts: &[String],
) -> Result<Vec<Named>, Error> {
    let side = |text: &String| {
        // A file of that whole name wins over what the signs in it mean.
        if Path::new(text).is_file() {
            let (label, sources) = (text.clone(), vec![file(text)?]);
            return Ok(Named { label, sources, repeated: Vec::new() });
        }
        let (label, names) = text.split_once('=').unwrap_or((text, text));
        sources(directory, label, names)
    };
    let named: Vec<Named> = texts.iter().map(side).collect::<Result<_, _>>()?;
    let sources = named.iter().flat_map(|side| &side.sources);
    let is_stdin = |it: &&Source| it.name() == STDIN;
    if sources.filter(is_stdin).count() > 1 {
        let what = "standard input (`-`) can be one side only: it is read once";
        return Err(Error::usage(what));
    }
    Ok(named)
}

fn sources(directory: &Path, label: &str, names: &str) -> Result<Named, Error> {
    let (mut sources, mut repeated) = (Vec::new(), Vec::new());
    let mut seen = BTreeSet::new();
    for name in names.split(',') {
        if name.is_empty() {
            return Err(Error::usage(
                "a side lacks a name: it is NAME, or LABEL=NAME,NAME",
            ));
        }
        for source in meant(directory, name)? {
            if seen.insert(source.place()) {
                sources.push(source);
            } else {
                repeated.push(source.name());
            }
        }
    }
    Ok(Named { label: label.to_owned(), sources, repeated })
}

/// Returns what one name or pattern stands for: files, or else baselines.
fn meant(directory: &Path, name: &str) -> Result<Vec<Source>, Error> {
    if name == "-" || Path::new(name).is_file() {
        return Ok(vec![file(name)?]);
    }
    let files = files(name)?;
    if files.is_empty() {
        let found = known(directory, name)?;
        return Ok(found.into_iter().map(Source::Baseline).collect());
    }
    files.iter().map(|name| file(name)).collect()
}

/// Returns the baselines that a name stands for; one that looks like a file's
/// is no word about baselines when there is neither.
fn known(directory: &Path, name: &str) -> Result<Vec<String>, Error> {
    let endings = ["txt", "json", "out", "log"];
    let ending = Path::new(name).extension().and_then(|it| it.to_str());
    let is_file =
        name.contains('/') || ending.is_some_and(|it| endings.contains(&it));
    let found = matching(directory, name);
    let all = || criterion::baselines(directory).unwrap_or_default();
    let is_known =
        |found: &Vec<String>| found.iter().all(|it| all().contains(it));
    let is_folder = Path::new(name).is_dir();
    if is_folder && !found.as_ref().is_ok_and(is_known) {
        let what = format!(
            "{name}: a folder, and no baseline of that name; for the files \
             in it `{name}/*`, for results of criterion in it \
             `--criterion-dir {name}`"
        );
        return Err(Error::usage(&what));
    }
    if is_file && !found.as_ref().is_ok_and(is_known) {
        let error = io::Error::from(io::ErrorKind::NotFound);
        return Err(Error::io(Path::new(name), error));
    }
    found
}

/// Returns the files that a pattern stands for, in the order of people; signs
/// may stand in each part of the path.
fn files(pattern: &str) -> Result<Vec<String>, Error> {
    if !is_pattern(pattern) {
        return Ok(Vec::new());
    }
    let mut found = vec![String::new()];
    for part in pattern.split_inclusive('/') {
        if is_pattern(part) {
            let end = if part.ends_with('/') { "/" } else { "" };
            let matcher = matcher(part.trim_end_matches('/'))?;
            let all = found.iter().flat_map(|place| inside(place, &matcher));
            found = all.map(|place| place + end).collect();
        } else {
            found.iter_mut().for_each(|place| *place += part);
        }
    }
    found.retain(|place| Path::new(place).is_file());
    found.sort_by(|a, b| natural_order::compare(a, b));
    Ok(found)
}

/// Returns what lies in a folder under a name that matches.
fn inside(folder: &str, matcher: &GlobMatcher) -> Vec<String> {
    let place = if folder.is_empty() { "." } else { folder };
    let entries = fs::read_dir(place).into_iter().flatten().flatten();
    let names = entries.map(|it| it.file_name().to_string_lossy().into_owned());
    let matching = names.filter(|name| matcher.is_match(name));
    matching.map(|name| format!("{folder}{name}")).collect()
}

/// Reads the text of a file, or of standard input.
fn file(name: &str) -> Result<Source, Error> {
    let path = Path::new(match name {
        "-" => STDIN,
        file => file,
    });
    let bytes = match name {
        "-" => read_stdin(),
        _ => fs::read(path),
    };
    let bytes = bytes.map_err(|error| Error::io(path, error))?;
    Ok(Source::File(path.to_owned(), encoding::text(&bytes)))
}

fn read_stdin() -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    io::stdin().read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Returns the baselines that `pattern` stands for; a plain name stands for
/// itself.
fn matching(directory: &Path, pattern: &str) -> Result<Vec<String>, Error> {
    if !is_pattern(pattern) {
        return Ok(vec![pattern.to_owned()]);
    }
    let matcher = matcher(pattern)?;
    let mut existing = criterion::baselines(directory)?;
    if existing.iter().any(|name| name == pattern) {
        return Ok(vec![pattern.to_owned()]);
    }
    existing.sort_by(|a, b| natural_order::compare(a, b));
    let is_match = |name: &&String| matcher.is_match(name);
    let found: Vec<_> = existing.iter().filter(is_match).cloned().collect();
    if found.is_empty() {
        return Err(Error::unknown_baseline(directory, pattern, existing));
    }
    Ok(found)
}

fn is_pattern(text: &str) -> bool {
    text.contains(['*', '?', '['])
}

fn matcher(pattern: &str) -> Result<GlobMatcher, Error> {
    let glob = Glob::new(pattern);
    let glob = glob.map_err(|error| Error::usage(&error.to_string()))?;
    Ok(glob.compile_matcher())
}
