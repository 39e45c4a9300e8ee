//! One thing to read.

use std::fs;
use std::io;
use std::path::PathBuf;

use crate::error::Error;
use crate::formats::covdata::{self, Listing};
use crate::formats::detect;
use crate::profile::Profile;

/// One thing to read.
#[derive(Debug)]
pub struct Input(pub(crate) InputKind);

#[derive(Debug)]
pub(crate) enum InputKind {
    Stdin,
    File(PathBuf),
    /// The binary profiles of one folder.
    Covdata(PathBuf, Listing),
}

impl Input {
    /// Returns what messages call it.
    pub fn name(&self) -> String {
        match &self.0 {
            InputKind::Stdin => "standard input".to_owned(),
            InputKind::File(path) | InputKind::Covdata(path, _) => {
                path.display().to_string()
            }
        }
    }

    /// Returns how many bytes there are to read, as far as is known.
    pub fn size(&self) -> u64 {
        let size = |path: &PathBuf| fs::metadata(path).map_or(0, |m| m.len());
        match &self.0 {
            InputKind::Stdin => 0,
            InputKind::File(path) => size(path),
            InputKind::Covdata(_, listing) => {
                listing.metas.iter().chain(&listing.counters).map(size).sum()
            }
        }
    }

    /// Reads it into `profile`.
    ///
    /// # Errors
    ///
    /// As [`Profile::read`].
    pub fn read(&self, profile: &mut Profile) -> Result<(), Error> {
        match &self.0 {
            InputKind::Stdin => {
                detect::read(profile, io::stdin().lock(), &self.name())
            }
            InputKind::File(path) => {
                let name = self.name();
                let file = fs::File::open(path);
                let file = file.map_err(|error| Error::io(&name, error))?;
                detect::read(profile, file, &name)
            }
            InputKind::Covdata(_, listing) => {
                covdata::read_files(profile, listing)
            }
        }
    }
}
