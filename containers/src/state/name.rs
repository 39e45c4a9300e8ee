//! Names: which are good, who has one, and what a killed command has left.

use std::fs;
use std::io;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use rustix::fs::{CWD, FlockOperation, RenameFlags};
use rustix::io::Errno;

use super::entry::Facts;
use crate::error::Error;

/// Takes a name in the directory of all.
///
/// The directory is locked before it gets its name: one with a name that
/// nobody has locked is a leftover.
pub(super) fn take(all: &Path, name: &str) -> Result<Taken, Error> {
    /// Tells the threads of one process apart.
    static COUNT: AtomicU32 = AtomicU32::new(0);
    check(name)?;
    let folder = all.join(name);
    let fail = |error: io::Error| Error::io("create", &error).at(&folder);
    loop {
        sweep(&folder);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let part = all.join(format!(".{}-{number}-{name}", std::process::id()));
        match fs::DirBuilder::new().mode(0o700).create(&part) {
            // A process that had our number was killed here.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                continue;
            }
            made => made.map_err(fail)?,
        }
        // Whatever the umask says.
        fs::set_permissions(&part, fs::Permissions::from_mode(0o700))
            .map_err(fail)?;
        let Some(lock) = lock(&part) else {
            // Somebody takes it for a leftover, and removes it.
            continue;
        };
        let renamed = rustix::fs::renameat_with(
            CWD,
            &part,
            CWD,
            &folder,
            RenameFlags::NOREPLACE,
        );
        let _ = fs::remove_dir(&part);
        match renamed {
            Ok(()) => return Ok(Taken { folder, stays: false, _lock: lock }),
            Err(Errno::NOENT) => {}
            Err(errno @ Errno::EXIST) => {
                return Err(Error::of("create", errno)
                    .at(name)
                    .because("a container of that name already exists"));
            }
            Err(errno) => return Err(Error::of("create", errno).at(folder)),
        }
    }
}

/// The directory of a container that is being made: removed if that fails.
#[derive(Debug)]
pub(super) struct Taken {
    pub(super) folder: PathBuf,
    stays: bool,
    /// Held while this value lives: whoever finds it free finds a leftover.
    _lock: fs::File,
}

impl Taken {
    pub(super) fn leave(mut self) {
        self.stays = true;
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        if !self.stays {
            let _ = fs::remove_dir_all(&self.folder);
        }
    }
}

/// Returns the directory, locked, unless somebody has locked it.
fn lock(folder: &Path) -> Option<fs::File> {
    let file = fs::File::open(folder).ok()?;
    let exclusive = FlockOperation::NonBlockingLockExclusive;
    rustix::fs::flock(&file, exclusive).ok().map(|()| file)
}

/// Removes what a command that was killed has left, and says whether it did.
pub(super) fn sweep(folder: &Path) -> bool {
    // Read under the lock: before, it may be half written.
    let Some(_lock) = lock(folder) else { return false };
    let may_stay = Facts::read(folder).is_some_and(|facts| !facts.passing);
    !may_stay && fs::remove_dir_all(folder).is_ok()
}

pub(super) fn check(name: &str) -> Result<(), Error> {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let is_good = name.len() <= 64
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.chars().all(is_allowed);
    if is_good {
        return Ok(());
    }
    Err(Error::refused("name a container").at(name).because(
        "a name has 1 to 64 letters, digits, and - _ . after the first",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_no_path() {
        for name in ["", ".", "..", "a/b", "-a", "ä", "a b", &"a".repeat(65)] {
            assert!(check(name).is_err(), "{name}");
        }
        for name in ["a", "web-1", "0.x_y"] {
            check(name).expect("a good name");
        }
    }

    #[test]
    fn a_leftover_without_an_owner_is_swept() {
        let user = tempfile::tempdir().expect("a directory");
        let mut taken = take(user.path(), "a").expect("it is free");
        let error = take(user.path(), "a").expect_err("it is taken");
        assert!(error.to_string().contains("already exists"), "{error}");
        // Its owner is killed: the kernel unlocks, and nobody removes.
        taken.stays = true;
        drop(taken);
        drop(take(user.path(), "a").expect("the leftover is swept"));
        let left = fs::read_dir(user.path()).expect("it is there").count();
        assert_eq!(left, 0);
    }
}
