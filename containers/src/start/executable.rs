//! The program that becomes init: a file that nobody inside can change.
//!
//! A program inside has the caller's users, and root of the host is never
//! among them. So a file of root's to which nobody else can write, as of an
//! installed program, is as safe as a copy, and needs none; any other is
//! copied.

use std::fs::File;
use std::io::{ErrorKind, Seek, SeekFrom};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;
use std::sync::OnceLock;

use crate::error::Error;
use crate::protocol;

const STEP: &str = "seal the init program";
const OWN: &str = "/proc/self/exe";

/// An open program.
#[derive(Debug)]
pub(super) enum Executable {
    /// Kept for the next start.
    Kept(&'static OwnedFd),
    /// For this start.
    Opened(OwnedFd),
}

impl Executable {
    /// Returns the program `path`, or the one that is running; as a sealed
    /// copy, or as it is.
    pub(super) fn of(
        path: Option<&Path>,
        is_sealed: bool,
    ) -> Result<Self, Error> {
        /// The copy of the running program, which stays as it is.
        static OWN_COPY: OnceLock<OwnedFd> = OnceLock::new();
        let open = |path: &Path| {
            File::open(path).map_err(|error| {
                let named = Error::io(STEP, &error).at(path);
                match error.kind() {
                    ErrorKind::NotFound if path == Path::new(OWN) => {
                        named.because("/proc is not mounted here")
                    }
                    _ => named,
                }
            })
        };
        match path {
            _ if !is_sealed => {
                let file = open(path.unwrap_or(OWN.as_ref()))?;
                Ok(Self::Opened(file.into()))
            }
            Some(path) => Ok(Self::Opened(unchangeable(open(path)?)?)),
            None => {
                if let Some(kept) = OWN_COPY.get() {
                    return Ok(Self::Kept(kept));
                }
                let made = unchangeable(open(OWN.as_ref())?)?;
                Ok(Self::Kept(OWN_COPY.get_or_init(|| made)))
            }
        }
    }
}

impl AsFd for Executable {
    fn as_fd(&self) -> BorrowedFd<'_> {
        match self {
            Self::Kept(file) => file.as_fd(),
            Self::Opened(file) => file.as_fd(),
        }
    }
}

/// Returns the file if only root can write to it, and else a copy.
fn unchangeable(file: File) -> Result<OwnedFd, Error> {
    let found =
        rustix::fs::fstat(&file).map_err(|errno| Error::of(STEP, errno))?;
    // The owner may make it writable at any time, and may be a user inside.
    let is_of_root = found.st_uid == 0;
    let mode = rustix::fs::Mode::from_raw_mode(found.st_mode);
    let by_others =
        mode.intersects(rustix::fs::Mode::WGRP | rustix::fs::Mode::WOTH);
    // Lists of access (ACL) show in the bits of the group.
    let is_root = rustix::process::geteuid().is_root();
    if !is_of_root || by_others || is_root {
        return copy(file);
    }
    Ok(file.into())
}

fn copy(mut from: File) -> Result<OwnedFd, Error> {
    let fill = |to: &OwnedFd| {
        from.seek(SeekFrom::Start(0))?;
        let mut left = usize::try_from(from.metadata()?.len()).unwrap_or(0);
        while left > 0 {
            match rustix::fs::sendfile(to, &from, None, left)? {
                0 => return Err(ErrorKind::UnexpectedEof.into()),
                sent => left -= sent.min(left),
            }
        }
        Ok(())
    };
    protocol::sealed("unc-init", fill, true).map_err(|error| {
        Error::io(STEP, &error).because(protocol::why_not_sealed(&error))
    })
}
