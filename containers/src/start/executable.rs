//! The program that becomes init: a copy that nobody can change.

use std::fs::File;
use std::io::{Seek, SeekFrom};
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
            File::open(path).map_err(|error| Error::io(STEP, &error).at(path))
        };
        match path {
            _ if !is_sealed => {
                let file = open(path.unwrap_or(OWN.as_ref()))?;
                Ok(Self::Opened(file.into()))
            }
            Some(path) => Ok(Self::Opened(copy(open(path)?)?)),
            None => {
                if let Some(kept) = OWN_COPY.get() {
                    return Ok(Self::Kept(kept));
                }
                let made = copy(open(OWN.as_ref())?)?;
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

fn copy(mut from: File) -> Result<OwnedFd, Error> {
    let fill = |to: &OwnedFd| {
        from.seek(SeekFrom::Start(0))?;
        let mut left = usize::try_from(from.metadata()?.len()).unwrap_or(0);
        while left > 0 {
            match rustix::fs::sendfile(to, &from, None, left)? {
                0 => return Err(std::io::ErrorKind::UnexpectedEof.into()),
                sent => left -= sent.min(left),
            }
        }
        Ok(())
    };
    protocol::sealed("unc-init", fill, true).map_err(|error| {
        Error::io(STEP, &error).because(
            "memory is full, or files in memory cannot be executed here \
             (vm.memfd_noexec)",
        )
    })
}
