//! One side of a comparison, as it is written on the command line.

use std::collections::BTreeSet;
use std::path::Path;

use crate::error::Error;
use crate::input::sources::{Named, Source, named};
use crate::input::{alike, criterion, divan, export, golang, libtest};
use crate::machine;
use crate::run::{Reading, Run, Wanted};

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
        settled(reading, |reading| read(directory, &named, reading, wanted))
    }
}

/// Returns sides whose numbers are of one kind, read once more where they were
/// not.
///
/// # Errors
///
/// When `read` returns one.
pub fn settled(
    reading: Reading,
    read: impl Fn(Reading) -> Result<Vec<Side>, Error>,
) -> Result<Vec<Side>, Error> {
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

fn read(
    directory: &Path,
    named: &[Named],
    reading: Reading,
    wanted: Wanted<'_>,
) -> Result<Vec<Side>, Error> {
    let all = named.iter().flat_map(|side| &side.sources);
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
    // Which runs are of criterion's directory here.
    let mut local = Vec::new();
    for Named { label, sources, repeated } in named {
        let mut runs = Vec::new();
        for source in sources {
            match source {
                Source::File(path, text) => {
                    runs.extend(parse(text, path, reading)?);
                }
                Source::Baseline(_) => {
                    local.push((sides.len(), runs.len()));
                    runs.extend(loaded.next());
                }
            }
        }
        if let Some(run) = runs.first_mut() {
            run.remarks.extend(repeated.iter().map(|name| {
                format!("{label} names `{name}` twice; a run counts once")
            }));
        }
        sides.push(Side { label: label.clone(), runs });
    }
    name_this_machine(&mut sides, &local);
    sides.iter_mut().for_each(drop_copies);
    golang::shorten(sides.iter_mut().flat_map(|side| &mut side.runs));
    for run in sides.iter_mut().flat_map(|side| &mut side.runs) {
        let before = run.benchmarks.len();
        run.benchmarks.retain(|id, _| wanted(id));
        run.passed_over += before - run.benchmarks.len();
    }
    Ok(sides)
}

/// Drops runs that are there twice, as where a file was copied: a copy is no
/// replicate.
fn drop_copies(side: &mut Side) {
    let before = side.runs.len();
    let mut seen = BTreeSet::new();
    side.runs.retain(|run| match (&run.session, run.round) {
        (Some(session), Some(round)) => {
            seen.insert((session.clone(), round, run.name.clone()))
        }
        _ => true,
    });
    let copies = before - side.runs.len();
    if let Some(run) = side.runs.first_mut().filter(|_| copies > 0) {
        run.remarks.insert(format!(
            "{copies} runs of {} are copies of others, which count once",
            side.label
        ));
    }
}

/// Gives the runs of this machine its name, where others have one.
fn name_this_machine(sides: &mut [Side], local: &[(usize, usize)]) {
    let mut all = sides.iter().flat_map(|side| &side.runs);
    if all.all(|run| run.machine.is_none()) {
        return;
    }
    let here = machine::describe();
    for &(side, run) in local {
        let machine = &mut sides[side].runs[run].machine;
        if machine.is_none() {
            machine.clone_from(&here);
        }
    }
}

fn parse(text: &str, path: &Path, reading: Reading) -> Result<Vec<Run>, Error> {
    if let Some(text) = golang::text_of_events(text) {
        return golang::load_qualified(&text, path, reading)
            .map(|run| vec![run]);
    }
    if text.trim_start().starts_with('{') {
        return export::load(text, path, reading);
    }
    let run = if divan::is_table(text) {
        divan::load(text, path, reading)?
    } else if let Some(run) = libtest::load(text, path, reading) {
        run
    } else {
        golang::load_qualified(text, path, reading)?
    };
    Ok(vec![run])
}
