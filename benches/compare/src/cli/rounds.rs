//! `run`: two binaries, alternately.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use bench_compare::Error;
use bench_compare::input::directory;
use bench_compare::interleave::Binary;

use super::args::RunArgs;
use super::measure::Resumable;
use super::output::Outcome;

pub(crate) fn run(args: &RunArgs) -> Outcome {
    let side = |label: &str, path: &Path| {
        let path =
            path.canonicalize().map_err(|error| Error::io(path, error))?;
        let directory = std::env::current_dir().unwrap_or_default();
        Ok((label.to_owned(), vec![Binary { path, directory }]))
    };
    let sides = [side("old", &args.old)?, side("new", &args.new)?];
    let directory = state(&(&args.old, &args.new, &args.bench_args));
    let (arguments, rounds) = (&args.bench_args, args.rounds.clone());
    Resumable::new(directory, sides, arguments, rounds).run(&args.options)
}

/// Returns a folder of its own for each thing that is measured, so that the
/// same command finds what an interrupted one left.
pub(crate) fn state(what: &impl Hash) -> PathBuf {
    let mut hasher = DefaultHasher::new();
    what.hash(&mut hasher);
    root().join(format!("{:016x}", hasher.finish()))
}

/// Returns `bench-compare` in the target directory.
pub(crate) fn root() -> PathBuf {
    directory::find().with_file_name("bench-compare")
}
