//! `run`: two binaries, alternately.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use bench_compare::Error;
use bench_compare::input::directory;
use bench_compare::interleave::Binary;

use super::args::RunArgs;
use super::early;
use super::filter::Filter;
use super::measure::Resumable;
use super::output::Outcome;

pub(crate) fn run(args: &RunArgs) -> Outcome {
    early::check(&args.options)?;
    let side = |label: &str, path: &Path| {
        // Without the `\\?\` of Windows, which few programs take for theirs.
        let path = dunce::canonicalize(path)
            .map_err(|error| Error::io(path, error))?;
        let directory = std::env::current_dir().unwrap_or_default();
        Ok((label.to_owned(), vec![Binary { path, directory }]))
    };
    let sides = [side("old", &args.old)?, side("new", &args.new)?];
    let (arguments, options) = (&args.bench_args, &args.options);
    let rounds = args.rounds.clone();
    let directory =
        state(&sides, arguments, &options.filter, rounds.processes)?;
    Resumable::new(directory, sides, arguments, rounds, options)?.run(options)
}

/// A label, and what runs under it.
pub(crate) type Programs = (String, Vec<Binary>);

/// Returns a folder of its own for each thing that is measured, so that the
/// same command finds what an interrupted one left.
///
/// The programs count by their content: rounds of what was built anew are
/// rounds of another program.
pub(crate) fn state(
    sides: &[Programs; 2],
    arguments: &[String],
    filters: &[Filter],
    processes: Option<u32>,
) -> Result<PathBuf, Error> {
    let mut hasher = DefaultHasher::new();
    for binary in sides.iter().flat_map(|side| &side.1) {
        let path = &binary.path;
        let bytes = fs::read(path).map_err(|error| Error::io(path, error))?;
        (path, bytes).hash(&mut hasher);
    }
    arguments.hash(&mut hasher);
    processes.hash(&mut hasher);
    // What is filtered out is not measured.
    for Filter { pattern, negated } in filters {
        (pattern.as_str(), negated).hash(&mut hasher);
    }
    Ok(root().join(format!("{:016x}", hasher.finish())))
}

/// Returns `bench-compare` in the target directory.
pub(crate) fn root() -> PathBuf {
    let target = directory::find();
    // Programs run elsewhere, so a relative path would mean another place.
    let target = std::path::absolute(&target).unwrap_or(target);
    target.with_file_name("bench-compare")
}
