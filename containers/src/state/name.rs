//! Names: which are good, who has one, and what a killed command has left.

use std::fs;
use std::io::{self, ErrorKind};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
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
            Err(error) if error.kind() == ErrorKind::AlreadyExists => continue,
            made => made.map_err(fail)?,
        }
        // Until it is locked, somebody may take it for a leftover.
        let is_gone = |error: &io::Error| error.kind() == ErrorKind::NotFound;
        // Whatever the umask says.
        match fs::set_permissions(&part, fs::Permissions::from_mode(0o700)) {
            Err(error) if is_gone(&error) => continue,
            done => done.map_err(fail)?,
        }
        let Some(lock) = lock(&part) else { continue };
        let renamed = rustix::fs::renameat_with(
            CWD,
            &part,
            CWD,
            &folder,
            RenameFlags::NOREPLACE,
        );
        let _ = fs::remove_dir(&part);
        match renamed {
            Ok(()) => return Ok(Taken { folder, stays: false, lock }),
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
    lock: fs::File,
}

impl Taken {
    pub(super) fn leave(mut self) {
        self.stays = true;
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        if !self.stays {
            let _ = remove(&self.lock, &self.folder);
        }
    }
}

/// Returns the directory, locked, unless somebody has locked it.
fn lock(folder: &Path) -> Option<fs::File> {
    let file = fs::File::open(folder).ok()?;
    let exclusive = FlockOperation::NonBlockingLockExclusive;
    rustix::fs::flock(&file, exclusive).ok()?;
    // Whoever had locked it may have removed it, and another is there.
    is_at(&file, folder).ok()?.then_some(file)
}

/// Returns whether an open directory is the one that a path leads to.
fn is_at(open: &fs::File, folder: &Path) -> io::Result<bool> {
    let (ours, there) = (open.metadata()?, fs::metadata(folder)?);
    Ok((ours.dev(), ours.ino()) == (there.dev(), there.ino()))
}

/// Removes an open directory. It is no error if somebody else has, and
/// whatever has got its name since stays.
fn remove(open: &fs::File, folder: &Path) -> io::Result<()> {
    let removed = is_at(open, folder)
        .and_then(|is| if is { fs::remove_dir_all(folder) } else { Ok(()) });
    match removed {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        done => done,
    }
}

/// The directory of a container that is to be removed.
pub(super) struct Doomed {
    folder: PathBuf,
    open: fs::File,
}

impl Doomed {
    /// Opens it, before anything of it is read: what is read is no older.
    pub(super) fn open(folder: &Path) -> io::Result<Self> {
        let open = fs::File::open(folder)?;
        Ok(Self { folder: folder.to_owned(), open })
    }

    /// Removes it. Whoever makes it is waited for, but not the command that
    /// runs a container which passes: that has locked it to its end, which may
    /// be far if somebody has stopped it.
    pub(super) fn remove(&self, passing: bool) -> io::Result<()> {
        let wait = FlockOperation::LockExclusive;
        if !passing {
            rustix::io::retry_on_intr(|| rustix::fs::flock(&self.open, wait))?;
        }
        remove(&self.open, &self.folder)
    }
}

/// Removes what a command that was killed has left, and says whether it did.
pub(super) fn sweep(folder: &Path) -> bool {
    // Read under the lock: before, it may be half written.
    let Some(lock) = lock(folder) else { return false };
    let may_stay = Facts::read(folder).is_some_and(|facts| !facts.passing);
    !may_stay && remove(&lock, folder).is_ok()
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
    use std::sync::atomic::AtomicBool;

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

    fn scratch() -> (tempfile::TempDir, PathBuf) {
        let user = tempfile::tempdir().expect("a directory");
        let folder = user.path().join("a");
        (user, folder)
    }

    /// `unc rm` of a container whose `unc run` is stopped, and goes on when
    /// another has the name.
    #[test]
    fn a_command_that_ends_late_removes_its_own_directory_only() {
        let (user, folder) = scratch();
        let late = take(user.path(), "a").expect("it is free");
        let doomed = Doomed::open(&folder).expect("it is there");
        doomed.remove(true).expect("it is ours");
        let next = take(user.path(), "a").expect("it is free again");
        drop(late);
        assert!(folder.exists(), "that of the next one is gone");
        drop(next);
        assert!(!folder.exists());
    }

    #[test]
    fn two_that_remove_one_container_spare_the_next_of_its_name() {
        let (user, folder) = scratch();
        take(user.path(), "a").expect("it is free").leave();
        let [one, other] = [(); 2].map(|()| Doomed::open(&folder));
        one.and_then(|it| it.remove(false)).expect("it is ours");
        let next = take(user.path(), "a").expect("it is free again");
        other.and_then(|it| it.remove(false)).expect("somebody else has");
        assert!(folder.exists(), "that of the next one is gone");
        drop(next);
    }

    #[test]
    fn a_name_is_taken_beside_those_who_sweep() {
        let (user, folder) = scratch();
        let is_over = AtomicBool::new(false);
        let sweep_all = || {
            while !is_over.load(Ordering::Relaxed) {
                for entry in fs::read_dir(user.path()).expect("it is there") {
                    let _ = sweep(&entry.expect("an entry").path());
                }
            }
        };
        std::thread::scope(|scope| {
            scope.spawn(sweep_all);
            scope.spawn(sweep_all);
            let turns = (0..1_000).map(|_| {
                let taken = take(user.path(), "a").map_err(|it| it.to_string());
                let is_there = folder.exists();
                taken.map(|_| is_there)
            });
            let wrong = turns.into_iter().find(|it| *it != Ok(true));
            is_over.store(true, Ordering::Relaxed);
            assert_eq!(wrong, None);
        });
    }
}
