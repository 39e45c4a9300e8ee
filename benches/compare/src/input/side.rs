//! One side of a comparison, as it is written on the command line.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use globset::{Glob, GlobMatcher};

use crate::error::Error;
use crate::input::{alike, criterion, divan, encoding, export, golang};
use crate::machine;
use crate::natural_order;
use crate::run::{self, Reading, Run, Wanted};

/// The runs of one side, under one label.
#[derive(Debug)]
pub struct Side {
    /// What the column is called.
    pub label: String,
    /// The process runs: the replicates.
    pub runs: Vec<Run>,
}

/// Where one side's runs come from, in order.
enum Source {
    /// A file and its text.
    File(PathBuf, String),
    Baseline(String),
}

impl Side {
    /// Reads the side that `text` names.
    ///
    /// `text` is the name of a baseline, a pattern of names (`old-*`), a file
    /// (`-` is standard input), or a label with several of these
    /// (`old=r1,r2,r3`). What a file holds is told by its content.
    ///
    /// # Errors
    ///
    /// As [`Run::load`], and when a file cannot be read.
    pub fn load(
        directory: &Path,
        text: &str,
        reading: Reading,
    ) -> Result<Self, Error> {
        let mut sides = Self::load_all(directory, &[text.into()], reading)?;
        Ok(sides.swap_remove(0))
    }

    /// Reads several sides, in one walk through criterion's directory.
    ///
    /// Where one source has no samples, and so not the number that was asked
    /// for, all sides are read once more with the number that it has: a
    /// median is never compared with a minimum.
    ///
    /// # Errors
    ///
    /// As [`Side::load`].
    pub fn load_all(
        directory: &Path,
        texts: &[String],
        reading: Reading,
    ) -> Result<Vec<Self>, Error> {
        Self::load_wanted(directory, texts, reading, &|_| true)
    }

    /// Like [`Side::load_all`], but reads no sample of a benchmark that is
    /// not wanted.
    ///
    /// # Errors
    ///
    /// As [`Side::load`].
    pub fn load_wanted(
        directory: &Path,
        texts: &[String],
        reading: Reading,
        wanted: Wanted<'_>,
    ) -> Result<Vec<Self>, Error> {
        let named = named(directory, texts)?;
        let read = |reading| read(directory, &named, reading, wanted);
        let sides = read(reading)?;
        let all = || sides.iter().flat_map(|side| &side.runs);
        let numbers = || all().flat_map(|run| run.benchmarks.values());
        let Some(other) = numbers().find_map(|it| it.instead) else {
            let fewest = alike::unlike(all());
            if fewest.is_empty() {
                return Ok(sides);
            }
            let with_samples = Reading { keep_samples: true, ..reading };
            let mut sides = read(with_samples)?;
            for run in sides.iter_mut().flat_map(|side| &mut side.runs) {
                alike::thin(run, &fewest, reading);
            }
            return Ok(sides);
        };
        // From samples, where there are any: estimates may be missing.
        let keep_samples = true;
        let mut sides = read(Reading { estimator: other, keep_samples })?;
        let all = sides.iter_mut().flat_map(|side| &mut side.runs);
        for it in all.flat_map(|run| run.benchmarks.values_mut()) {
            it.instead = Some(other);
        }
        Ok(sides)
    }
}

/// Returns each side's label and sources.
fn named(
    directory: &Path,
    texts: &[String],
) -> Result<Vec<(String, Vec<Source>)>, Error> {
    let side = |text: &String| {
        // A file of that whole name wins over what the signs in it mean.
        if Path::new(text).is_file() {
            return Ok((text.clone(), vec![file(text)?]));
        }
        let (label, names) = text.split_once('=').unwrap_or((text, text));
        Ok((label.to_owned(), sources(directory, names)?))
    };
    texts.iter().map(side).collect()
}

fn read(
    directory: &Path,
    named: &[(String, Vec<Source>)],
    reading: Reading,
    wanted: Wanted<'_>,
) -> Result<Vec<Side>, Error> {
    let all = named.iter().flat_map(|(_, sources)| sources);
    let baselines: Vec<String> = all
        .filter_map(|source| match source {
            Source::Baseline(name) => Some(name.clone()),
            Source::File(..) => None,
        })
        .collect();
    let mut loaded = if baselines.is_empty() {
        Vec::new()
    } else {
        criterion::load_wanted(directory, &baselines, reading, wanted)?
    }
    .into_iter();
    let mut sides = Vec::new();
    for (label, sources) in named {
        let mut runs = Vec::new();
        for source in sources {
            match source {
                Source::File(path, text) => {
                    runs.extend(parse(text, path, reading)?);
                }
                Source::Baseline(_) => runs.extend(loaded.next()),
            }
        }
        for run in &mut runs {
            let before = run.benchmarks.len();
            run.benchmarks.retain(|id, _| wanted(id));
            run.passed_over += before - run.benchmarks.len();
        }
        sides.push(Side { label: label.clone(), runs });
    }
    name_this_machine(&mut sides);
    Ok(sides)
}

/// Gives criterion's runs the name of this machine, where others have one.
fn name_this_machine(sides: &mut [Side]) {
    let all = || sides.iter().flat_map(|side| &side.runs);
    if all().all(|run| run.machine.is_none()) {
        return;
    }
    let here = machine::describe();
    for run in sides.iter_mut().flat_map(|side| &mut side.runs) {
        if run.source == run::Source::Criterion && run.machine.is_none() {
            run.machine.clone_from(&here);
        }
    }
}

fn sources(directory: &Path, names: &str) -> Result<Vec<Source>, Error> {
    let mut sources = Vec::new();
    for name in names.split(',') {
        let files = files(name)?;
        if name == "-" || Path::new(name).is_file() {
            sources.push(file(name)?);
        } else if !files.is_empty() {
            for name in files {
                sources.push(file(&name)?);
            }
        } else {
            let found = known(directory, name)?;
            sources.extend(found.into_iter().map(Source::Baseline));
        }
    }
    Ok(sources)
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
    if is_file && !found.as_ref().is_ok_and(is_known) {
        let error = io::Error::from(io::ErrorKind::NotFound);
        return Err(Error::io(Path::new(name), error));
    }
    found
}

/// Returns the files that a pattern stands for, in the order of people.
fn files(pattern: &str) -> Result<Vec<String>, Error> {
    if !is_pattern(pattern) {
        return Ok(Vec::new());
    }
    let (folder, pattern) = match pattern.rsplit_once('/') {
        Some((folder, name)) => (format!("{folder}/"), name),
        None => (String::new(), pattern),
    };
    let matcher = matcher(pattern)?;
    let place = if folder.is_empty() { "." } else { &folder };
    let mut found = Vec::new();
    for entry in fs::read_dir(place).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if matcher.is_match(&name) && entry.path().is_file() {
            found.push(format!("{folder}{name}"));
        }
    }
    found.sort_by(|a, b| natural_order::compare(a, b));
    Ok(found)
}

/// Reads the text of a file, or of standard input.
fn file(name: &str) -> Result<Source, Error> {
    let path = Path::new(match name {
        "-" => "<stdin>",
        file => file,
    });
    let bytes = match name {
        "-" => read_stdin(),
        _ => fs::read(path),
    };
    let bytes = bytes.map_err(|error| Error::io(path, error))?;
    Ok(Source::File(path.to_owned(), encoding::text(&bytes)))
}

fn parse(text: &str, path: &Path, reading: Reading) -> Result<Vec<Run>, Error> {
    if let Some(text) = golang::text_of_events(text) {
        return golang::load(&text, path, reading).map(|run| vec![run]);
    }
    if text.trim_start().starts_with('{') {
        return export::load(text, path, reading);
    }
    let run = if divan::is_table(text) {
        divan::load(text, path, reading)?
    } else {
        golang::load(text, path, reading)?
    };
    Ok(vec![run])
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
