//! Finding and reading many small files, each with few system calls.

use std::collections::BTreeSet;
use std::collections::btree_map::Entry;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::folder::{Folder, is_linked_run};
use super::reader::Reader;
use crate::error::Error;
use crate::run::Reading;
use crate::run::Wanted;
use crate::run::{Measurement, Run};

/// What was read, under the index of its baseline; nothing for what nobody
/// wants.
type Found = (usize, Result<Option<(String, Measurement)>, Error>);

/// Reads every benchmark of the baselines, a run each.
///
/// Where several folders carry one id, each of them is named with its
/// folder: which of them would win is chance.
pub(super) fn read_all(
    directory: &Path,
    baselines: &[String],
    reading: Reading,
    wanted: Wanted<'_>,
) -> Result<Vec<Run>, Error> {
    let read = |twice: &_| read(directory, baselines, reading, wanted, twice);
    let mut runs = read(&BTreeSet::new())?;
    let twice: BTreeSet<String> =
        runs.iter_mut().flat_map(|run| run.twice.drain(..)).collect();
    if twice.is_empty() {
        return Ok(runs);
    }
    let mut runs = read(&twice)?;
    for run in &mut runs {
        run.twice = twice.iter().cloned().collect();
    }
    Ok(runs)
}

/// Reads the runs, each core its share of the groups; ids in `twice` get
/// their folder added.
fn read(
    directory: &Path,
    baselines: &[String],
    reading: Reading,
    wanted: Wanted<'_>,
    twice: &BTreeSet<String>,
) -> Result<Vec<Run>, Error> {
    let groups = directories_in(directory)?.unwrap_or_default();
    let next = AtomicUsize::new(0);
    let named = |name: &String| Run::named(name);
    let runs: Vec<_> = baselines.iter().map(named).collect();
    let runs = Mutex::new(runs);
    // Only of several runs a side it matters which were made first, and a
    // page says it.
    let dated = baselines.len() >= 4 || reading.keep_samples;
    let share = || {
        let mut reader = Reader::new(reading, wanted, dated);
        // Each group is taken once; nothing else is passed on by the index.
        while let Some(group) = groups.get(next.fetch_add(1, Ordering::Relaxed))
        {
            let found =
                read_group(group, baselines, &mut reader, &|id, path| {
                    if twice.contains(id) {
                        let folder =
                            path.strip_prefix(directory).unwrap_or(path);
                        id.push_str(&format!(" ({})", folder.display()));
                    }
                });
            add(&mut runs.lock().expect("nobody panics with it"), found);
        }
    };
    let cores = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        let threads: Vec<_> =
            (1..cores.min(groups.len())).map(|_| scope.spawn(share)).collect();
        share();
        for thread in threads {
            thread.join().expect("reading does not panic");
        }
    });
    Ok(runs.into_inner().expect("nobody panics with it"))
}

fn add(runs: &mut [Run], found: Vec<Found>) {
    for (index, read) in found {
        match read {
            Ok(None) => runs[index].passed_over += 1,
            Ok(Some((id, measurement))) => {
                match runs[index].benchmarks.entry(id) {
                    Entry::Vacant(place) => {
                        place.insert(measurement);
                    }
                    Entry::Occupied(place) => {
                        let id = place.key().clone();
                        runs[index].twice.push(id);
                    }
                }
            }
            Err(problem) => runs[index].problems.push(problem),
        }
    }
}

fn read_group(
    group: &Path,
    baselines: &[String],
    reader: &mut Reader<'_>,
    name: &dyn Fn(&mut String, &Path),
) -> Vec<Found> {
    let mut found = Vec::new();
    let mut open = vec![group.to_owned()];
    while let Some(path) = open.pop() {
        // A folder that cannot be read hides its own benchmarks only.
        let listed = Folder::new(path.clone())
            .and_then(|mut folder| Ok((folder.directories()?, folder)));
        let (inner, folder) = match listed {
            Ok(listed) => listed,
            Err(error) => {
                found.push((0, Err(Error::io(&path, error))));
                continue;
            }
        };
        for inner in inner {
            let mut is_run = false;
            for (index, baseline) in baselines.iter().enumerate() {
                if inner == *baseline
                    && let Some(mut read) = reader.read(&folder, baseline)
                {
                    if let Ok(Some((id, _))) = &mut read {
                        name(id, &folder.path);
                    }
                    found.push((index, read));
                    is_run = true;
                }
            }
            if !is_run {
                open.push(path.join(inner));
            }
        }
    }
    found
}

/// Returns the subdirectories of `path`, or none if `path` itself holds the
/// results of a run.
pub(super) fn directories_in(
    path: &Path,
) -> Result<Option<Vec<PathBuf>>, Error> {
    let list = || -> io::Result<Option<Vec<PathBuf>>> {
        let mut inner = Vec::new();
        for entry in fs::read_dir(path)? {
            let entry = entry?;
            let kind = entry.file_type()?;
            if kind.is_dir()
                || kind.is_symlink() && is_linked_run(&entry.path())
            {
                inner.push(entry.path());
            } else if entry.file_name() == "benchmark.json" {
                return Ok(None);
            }
        }
        Ok(Some(inner))
    };
    list().map_err(|error| match error.kind() {
        ErrorKind::NotFound => Error::no_results(path),
        _ => Error::io(path, error),
    })
}
