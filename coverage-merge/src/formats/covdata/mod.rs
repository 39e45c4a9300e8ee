//! Go's binary profiles: what an instrumented program leaves in
//! `GOCOVERDIR`.
//!
//! A program writes its blocks once (`covmeta.HASH`) and its counters after
//! each run (`covcounters.HASH.PROCESS.TIME`). A counter's place says which
//! block it belongs to, so adding a run needs neither texts nor a lookup.

mod bytes;
pub(crate) mod counters;
pub(crate) mod meta;
mod program;

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::profile::Profile;
use program::Program;

/// Reads one program's metadata and any number of its counter files.
pub(crate) fn read_bytes<'a>(
    profile: &mut Profile,
    meta: (&str, &[u8]),
    counters: impl IntoIterator<Item = (&'a str, &'a [u8])>,
) -> Result<(), Error> {
    let (name, data) = meta;
    let mut program = Program::new(meta::read(data, name)?);
    for (name, data) in counters {
        check_hash(&program, counters::hash(data, name)?, name)?;
        counters::add(&mut program, data, name)?;
    }
    program.add_to(profile, name)
}

fn check_hash(
    program: &Program,
    hash: [u8; 16],
    name: &str,
) -> Result<(), Error> {
    if program.meta.hash == hash {
        return Ok(());
    }
    let what = "the counters are of another program than the metadata";
    Err(Error::malformed(name, what))
}

/// The names of a `GOCOVERDIR`'s files.
#[derive(Debug, Default)]
pub(crate) struct Listing {
    pub(crate) metas: Vec<PathBuf>,
    pub(crate) counters: Vec<PathBuf>,
}

impl Listing {
    /// Takes `path` if its name is that of a binary profile.
    pub(crate) fn take(&mut self, path: &Path) -> bool {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let list = if name.starts_with("covmeta.") {
            &mut self.metas
        } else if name.starts_with("covcounters.") {
            &mut self.counters
        } else {
            return false;
        };
        list.push(path.to_owned());
        true
    }
}

/// Reads the binary profiles that `listing` names, of any number of
/// programs.
pub(crate) fn read_files(
    profile: &mut Profile,
    listing: &Listing,
) -> Result<(), Error> {
    let mut programs: Vec<(String, Program)> = Vec::new();
    for path in &listing.metas {
        let name = path.display().to_string();
        let meta = meta::read(&read_file(path, &name)?, &name)?;
        let known = |(_, have): &(String, Program)| have.meta.hash == meta.hash;
        if !programs.iter().any(known) {
            programs.push((name, Program::new(meta)));
        }
    }
    for path in &listing.counters {
        let name = path.display().to_string();
        let data = read_file(path, &name)?;
        let hash = counters::hash(&data, &name)?;
        let program =
            programs.iter_mut().find(|(_, program)| program.meta.hash == hash);
        let Some((_, program)) = program else {
            let what = "counters without metadata: keep the covmeta file \
                        that the same program wrote beside this one";
            return Err(Error::malformed(&name, what));
        };
        counters::add(program, &data, &name)?;
    }
    for (name, program) in &programs {
        program.add_to(profile, name)?;
    }
    Ok(())
}

fn read_file(path: &Path, name: &str) -> Result<Vec<u8>, Error> {
    fs::read(path).map_err(|error| Error::io(name, error))
}

impl Profile {
    /// Reads one program's binary profile: its metadata and any number of
    /// counter files, each with the name that errors call it.
    ///
    /// # Errors
    ///
    /// When a file is cut off or damaged, is of another program, or has a
    /// mode that cannot be merged.
    pub fn read_covdata<'a>(
        &mut self,
        meta: (&str, &[u8]),
        counters: impl IntoIterator<Item = (&'a str, &'a [u8])>,
    ) -> Result<(), Error> {
        read_bytes(self, meta, counters)
    }
}
