//! Finding and reading many small files, each with few system calls.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::run::Reading;
use crate::{Error, Measurement};

/// What was read, under the index of its baseline.
type Found = (usize, Result<(String, Measurement), Error>);

/// Longer than most of criterion's files, so that one call reads a file.
const LIKELY: usize = 8 * 1024;

/// Reads every benchmark of the baselines; each core takes its share of the
/// groups.
pub(super) fn read_all(
    directory: &Path,
    baselines: &[String],
    reading: Reading,
) -> Result<Vec<Found>, Error> {
    let groups = directories_in(directory)?.unwrap_or_default();
    let next = AtomicUsize::new(0);
    let share = || -> Result<Vec<Found>, Error> {
        let mut found = Vec::new();
        // Each group is taken once; nothing else is passed on by the index.
        while let Some(group) = groups.get(next.fetch_add(1, Ordering::Relaxed))
        {
            read_group(group, baselines, reading, &mut found)?;
        }
        Ok(found)
    };
    let cores = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        let threads: Vec<_> = (0..cores.min(groups.len()))
            .map(|_| scope.spawn(share))
            .collect();
        let mut found = Vec::new();
        for thread in threads {
            found.extend(thread.join().expect("reading does not panic")?);
        }
        Ok(found)
    })
}

fn read_group(
    group: &Path,
    baselines: &[String],
    reading: Reading,
    found: &mut Vec<Found>,
) -> Result<(), Error> {
    let mut open = vec![group.to_owned()];
    while let Some(path) = open.pop() {
        for inner in directories_in(&path)?.unwrap_or_default() {
            let mut is_run = false;
            for (index, baseline) in baselines.iter().enumerate() {
                if inner.ends_with(baseline)
                    && let Some(read) = super::read(&inner, baseline, reading)
                {
                    found.push((index, read));
                    is_run = true;
                }
            }
            if !is_run {
                open.push(inner);
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

pub(super) fn read_if_there(path: &Path) -> Result<Option<Vec<u8>>, Error> {
    match read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::io(path, error)),
    }
}

/// Like `fs::read`, without asking for the length first.
pub(super) fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    let mut bytes = vec![0; LIKELY];
    let mut length = 0;
    loop {
        let count = file.read(&mut bytes[length..])?;
        length += count;
        // A regular file gives less than asked for only at its end.
        if count == 0 || length < bytes.len() {
            bytes.truncate(length);
            return Ok(bytes);
        }
        bytes.resize(2 * length, 0);
    }
}
