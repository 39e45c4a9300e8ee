//! What is wrong with the options, said before anything is measured or read.

use std::fs;
use std::path::Path;

use bench_compare::compare::noise_profile::NoiseProfile;
use bench_compare::{Error, record};

use super::args::Options;

pub(crate) const ONE_SIDE: &str =
    "--group and --variants compare names inside one side; name one";

/// Refuses what would fail once all is measured.
///
/// # Errors
///
/// When options do not fit together, or name what is not there.
pub(crate) fn check(options: &Options) -> Result<(), Error> {
    if options.group.is_some() || !options.variants.is_empty() {
        return Err(Error::usage(ONE_SIDE));
    }
    options.noise.as_deref().map(NoiseProfile::read).transpose()?;
    options.records.as_deref().map(record::read_all).transpose()?;
    let folder = options.io.output.as_deref().and_then(Path::parent);
    match folder {
        Some(folder) if !folder.as_os_str().is_empty() => {
            fs::metadata(folder).map_err(|error| Error::io(folder, error))?;
        }
        _ => {}
    }
    Ok(())
}

/// A gate that has nothing to judge must not be passed: a variable of a
/// script may be empty.
pub(crate) fn demand_two(sides: usize, options: &Options) -> Result<(), Error> {
    if sides < 2 && options.fail_on.is_some() {
        let what = "--fail-on judges one side against another; name both";
        return Err(Error::usage(what));
    }
    Ok(())
}
