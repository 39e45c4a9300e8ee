//! `run`: two binaries, alternately.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use bench_compare::Error;
use bench_compare::input::directory;

use super::args::RunArgs;
use super::output::Outcome;
use super::session::{Binary, Session, Variant};

pub(crate) fn run(args: &RunArgs) -> Outcome {
    let variant = |label: &str, path: &Path| -> Result<Variant, Error> {
        let path =
            path.canonicalize().map_err(|error| Error::io(path, error))?;
        Ok(Variant {
            label: label.to_owned(),
            binaries: vec![Binary {
                directory: std::env::current_dir().unwrap_or_default(),
                path,
            }],
        })
    };
    let variants = [variant("old", &args.old)?, variant("new", &args.new)?];
    let session = Session {
        directory: state(&(&args.old, &args.new, &args.bench_args)),
        variants,
        arguments: args.bench_args.clone(),
        rounds: args.rounds.clone(),
    };
    session.run(&args.options)
}

/// A place of its own for each thing that is measured, so that the same
/// command finds what an interrupted one left.
pub(crate) fn state(what: &impl Hash) -> PathBuf {
    let mut hasher = DefaultHasher::new();
    what.hash(&mut hasher);
    root().join(format!("{:016x}", hasher.finish()))
}

/// `bench-compare` in the target directory.
pub(crate) fn root() -> PathBuf {
    directory::find().with_file_name("bench-compare")
}
