//! One side of a comparison, as it is written on the command line.

use std::fs;
use std::io::{self, Read};
use std::path::Path;

use globset::Glob;

use crate::error::Error;
use crate::input::{criterion, export, golang};
use crate::natural_order;
use crate::run::Reading;
use crate::run::Run;

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
    Runs(Vec<Run>),
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
    /// # Errors
    ///
    /// As [`Side::load`].
    pub fn load_all(
        directory: &Path,
        texts: &[String],
        reading: Reading,
    ) -> Result<Vec<Self>, Error> {
        let mut sides = Vec::new();
        let mut baselines = Vec::new();
        for text in texts {
            let (label, names) = text.split_once('=').unwrap_or((text, text));
            let sources = sources(directory, names, reading)?;
            for source in &sources {
                if let Source::Baseline(name) = source {
                    baselines.push(name.clone());
                }
            }
            sides.push((label.to_owned(), sources));
        }
        let mut loaded = if baselines.is_empty() {
            Vec::new()
        } else {
            criterion::load(directory, &baselines, reading)?
        }
        .into_iter();
        let mut runs_of = |source| match source {
            Source::Runs(runs) => runs,
            Source::Baseline(_) => loaded.next().into_iter().collect(),
        };
        let mut side = |(label, sources): (String, Vec<Source>)| Self {
            label,
            runs: sources.into_iter().flat_map(&mut runs_of).collect(),
        };
        Ok(sides.into_iter().map(&mut side).collect())
    }
}

fn sources(
    directory: &Path,
    names: &str,
    reading: Reading,
) -> Result<Vec<Source>, Error> {
    let mut sources = Vec::new();
    for name in names.split(',') {
        if name == "-" || Path::new(name).is_file() {
            sources.push(Source::Runs(load_file(name, reading)?));
        } else {
            let found = matching(directory, name)?;
            sources.extend(found.into_iter().map(Source::Baseline));
        }
    }
    Ok(sources)
}

fn load_file(source: &str, reading: Reading) -> Result<Vec<Run>, Error> {
    let path = Path::new(match source {
        "-" => "<stdin>",
        file => file,
    });
    let bytes = match source {
        "-" => read_stdin(),
        _ => fs::read(path),
    };
    let bytes = bytes.map_err(|error| Error::io(path, error))?;
    let text = String::from_utf8_lossy(&bytes);
    if text.trim_start().starts_with('{') {
        export::load(&text, path, reading)
    } else {
        golang::load(&text, path, reading).map(|run| vec![run])
    }
}

fn read_stdin() -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    io::stdin().read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Returns the baselines that `pattern` stands for; a plain name stands for
/// itself.
fn matching(directory: &Path, pattern: &str) -> Result<Vec<String>, Error> {
    if !pattern.contains(['*', '?', '[']) {
        return Ok(vec![pattern.to_owned()]);
    }
    let matcher = Glob::new(pattern)
        .map_err(|error| Error::usage(&error.to_string()))?
        .compile_matcher();
    let mut existing = criterion::baselines(directory)?;
    existing.sort_by(|a, b| natural_order::compare(a, b));
    let is_match = |name: &&String| matcher.is_match(name);
    let found: Vec<_> = existing.iter().filter(is_match).cloned().collect();
    if found.is_empty() {
        return Err(Error::unknown_baseline(directory, pattern, existing));
    }
    Ok(found)
}
