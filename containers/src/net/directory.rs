//! Where the socket and the lock are, checked.

use std::path::PathBuf;

/// Returns the directory of this user.
pub fn of_user() -> PathBuf {
    let user = rustix::process::geteuid().as_raw();
    PathBuf::from(format!("/tmp/unc-{user}"))
}

/// A directory that nobody else can enter.
#[derive(Debug)]
pub(crate) struct Directory;

impl Directory {
    /// Opens the directory, and makes it if it is not there.
    pub(crate) fn open(
        path: &std::path::Path,
    ) -> Result<Self, crate::error::Error> {
        use std::os::unix::fs::DirBuilderExt;
        let made = std::fs::DirBuilder::new().mode(0o700).create(path);
        match made {
            Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
                Err(crate::error::Error::io("make the directory", &error))
            }
            _ => Ok(Self),
        }
    }
}
