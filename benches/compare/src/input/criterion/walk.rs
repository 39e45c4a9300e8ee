//! Finding and reading many small files, each with few system calls.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::folder::Folder;
use super::reader::Reader;
use crate::run::Reading;
use crate::{Error, Run};

/// Reads every benchmark of the baselines, a run each; each core takes its
/// share of the groups.
pub(super) fn read_all(
    directory: &Path,
    baselines: &[String],
    reading: Reading,
) -> Result<Vec<Run>, Error> {
    let groups = directories_in(directory)?.unwrap_or_default();
    let next = AtomicUsize::new(0);
    let share = || -> Result<Vec<Run>, Error> {
        let named = |name: &String| Run::named(name);
        let mut runs: Vec<_> = baselines.iter().map(named).collect();
        let mut reader = Reader::new(reading);
        // Each group is taken once; nothing else is passed on by the index.
        while let Some(group) = groups.get(next.fetch_add(1, Ordering::Relaxed))
        {
            read_group(group, &mut reader, &mut runs)?;
        }
        Ok(runs)
    };
    let cores = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        let threads: Vec<_> = (1..cores.min(groups.len()))
            .map(|_| scope.spawn(share))
            .collect();
        let mut runs = share()?;
        for thread in threads {
            let more = thread.join().expect("reading does not panic")?;
            for (run, mut more) in runs.iter_mut().zip(more) {
                run.benchmarks.append(&mut more.benchmarks);
                run.problems.append(&mut more.problems);
            }
        }
        Ok(runs)
    })
}

fn read_group(
    group: &Path,
    reader: &mut Reader,
    runs: &mut [Run],
) -> Result<(), Error> {
    let mut open = vec![group.to_owned()];
    while let Some(path) = open.pop() {
        let mut folder = Folder::new(path.clone())
            .map_err(|error| Error::io(&path, error))?;
        let inner = folder
            .directories()
            .map_err(|error| Error::io(&path, error))?;
        for name in inner {
            let mut is_run = false;
            for run in runs.iter_mut().filter(|run| run.name == name) {
                is_run |= reader.read(&folder, run);
            }
            if !is_run {
                open.push(path.join(name));
            }
        }
    }
    Ok(())
}

/// The directories in `path`, or none where the results of a run stand.
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
