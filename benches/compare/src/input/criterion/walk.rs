//! Finding and reading many small files, each with few system calls.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::folder::Folder;
use super::reader::Reader;
use crate::error::Error;
use crate::run::Reading;
use crate::run::{Measurement, Run};

/// What was read, under the index of its baseline.
type Found = (usize, Result<(String, Measurement), Error>);

/// Reads every benchmark of the baselines, a run each; each core takes its
/// share of the groups.
pub(super) fn read_all(
    directory: &Path,
    baselines: &[String],
    reading: Reading,
) -> Result<Vec<Run>, Error> {
    let groups = directories_in(directory)?.unwrap_or_default();
    let next = AtomicUsize::new(0);
    let named = |name: &String| Run::named(name);
    let runs: Vec<_> = baselines.iter().map(named).collect();
    let runs = Mutex::new(runs);
    let share = || -> Result<(), Error> {
        let mut reader = Reader::new(reading);
        // Each group is taken once; nothing else is passed on by the index.
        while let Some(group) = groups.get(next.fetch_add(1, Ordering::Relaxed))
        {
            let found = read_group(group, baselines, &mut reader)?;
            add(&mut runs.lock().expect("nobody panics with it"), found);
        }
        Ok(())
    };
    let cores = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        let threads: Vec<_> =
            (1..cores.min(groups.len())).map(|_| scope.spawn(share)).collect();
        share()?;
        let mut all = threads.into_iter().map(|thread| thread.join());
        all.try_for_each(|read| read.expect("reading does not panic"))
    })?;
    Ok(runs.into_inner().expect("nobody panics with it"))
}

fn add(runs: &mut [Run], found: Vec<Found>) {
    for (index, read) in found {
        match read {
            Ok((id, measurement)) => {
                runs[index].benchmarks.insert(id, measurement);
            }
            Err(problem) => runs[index].problems.push(problem),
        }
    }
}

fn read_group(
    group: &Path,
    baselines: &[String],
    reader: &mut Reader,
) -> Result<Vec<Found>, Error> {
    let mut found = Vec::new();
    let mut open = vec![group.to_owned()];
    while let Some(path) = open.pop() {
        let mut folder = Folder::new(path.clone())
            .map_err(|error| Error::io(&path, error))?;
        let inner =
            folder.directories().map_err(|error| Error::io(&path, error))?;
        for name in inner {
            let mut is_run = false;
            for (index, baseline) in baselines.iter().enumerate() {
                if name == *baseline
                    && let Some(read) = reader.read(&folder, baseline)
                {
                    found.push((index, read));
                    is_run = true;
                }
            }
            if !is_run {
                open.push(path.join(name));
            }
        }
    }
    Ok(found)
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
            if entry.file_type()?.is_dir() {
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
