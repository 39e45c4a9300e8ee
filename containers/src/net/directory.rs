//! Where the socket and the lock are, checked.

use std::env;
use std::fs;
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use rustix::fs::{
    AtFlags, CWD, FileType, FlockOperation, Mode, OFlags, chmodat, fchmod,
    flock, fstat, mkdirat, openat, statat, unlinkat,
};
use rustix::io::{Errno, retry_on_intr};
use rustix::process::geteuid;

use crate::error::Error;

/// The socket's name in the directory.
const SOCKET: &str = "holder.socket";
/// The lock's name in the directory.
const LOCK: &str = "holder.lock";

/// Returns the directory of this user: `unc` in `$XDG_RUNTIME_DIR` if that is
/// a directory of this user, and else `/tmp/unc-UID`.
pub fn of_user() -> PathBuf {
    let user = geteuid().as_raw();
    let is_ours = |path: &PathBuf| {
        let found = fs::metadata(path);
        found.is_ok_and(|it| it.is_dir() && it.uid() == user)
    };
    env::var_os("XDG_RUNTIME_DIR")
        .map(PathBuf::from)
        .filter(|path| path.is_absolute() && is_ours(path))
        .map_or_else(
            || PathBuf::from(format!("/tmp/unc-{user}")),
            |path| path.join("unc"),
        )
}

/// Returns a path of a file in an open directory that is short, however deep
/// the directory lies: the address of a socket has room for 107 bytes.
pub(crate) fn short_path(directory: &impl AsRawFd, name: &str) -> String {
    format!("/proc/self/fd/{}/{name}", directory.as_raw_fd())
}

/// A directory that nobody else can enter, opened.
///
/// What is in it is reached through the descriptor, so it is the directory
/// that was checked, whatever its name leads to by then. It also keeps the
/// path of the socket short: at most 107 bytes are allowed.
#[derive(Debug)]
pub(crate) struct Directory {
    descriptor: OwnedFd,
    path: PathBuf,
}

impl Directory {
    /// Opens the directory, and makes it if it is not there.
    pub(crate) fn open(path: &Path) -> Result<Self, Error> {
        let fail = |errno| Error::of("make the directory", errno).at(path);
        match mkdirat(CWD, path, Mode::RWXU) {
            // Whatever the umask says. Nobody else can have changed what the
            // name is in the meantime: in /tmp, only its owner renames it.
            Ok(()) => chmodat(CWD, path, Mode::RWXU, AtFlags::empty())
                .map_err(fail)?,
            Err(Errno::EXIST) => {}
            Err(errno) => return Err(fail(errno)),
        }
        let flags = OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let opened = openat(CWD, path, flags | OFlags::PATH, Mode::empty());
        let descriptor = opened
            .map_err(|errno| Error::of("open the directory", errno).at(path))?;
        let path = path.to_owned();
        let directory = Self { descriptor, path };
        directory.check()?;
        Ok(directory)
    }

    fn check(&self) -> Result<(), Error> {
        let step = "trust the directory";
        let found = fstat(&self.descriptor)
            .map_err(|errno| Error::of(step, errno).at(&self.path))?;
        let mode = Mode::from_raw_mode(found.st_mode);
        let refused =
            |cause| Err(Error::refused(step).at(&self.path).because(cause));
        if found.st_uid != geteuid().as_raw() {
            return refused(
                "it belongs to somebody else; XDG_RUNTIME_DIR may name a \
                 directory of your own",
            );
        }
        if mode.intersects(Mode::RWXG | Mode::RWXO) {
            return refused("others may enter it; chmod 700 mends that");
        }
        Ok(())
    }

    /// Returns a path of the socket that fits in an address.
    pub(super) fn socket(&self) -> String {
        short_path(&self.descriptor, SOCKET)
    }

    /// Returns the socket's path, for messages.
    pub(super) fn shown_socket(&self) -> PathBuf {
        self.path.join(SOCKET)
    }

    /// Waits for the lock and takes it.
    pub(super) fn lock(&self) -> Result<Lock, Error> {
        loop {
            let wait = FlockOperation::LockExclusive;
            if let Some(lock) = self.lock_by(wait)? {
                return Ok(lock);
            }
        }
    }

    /// Takes the lock if it is free.
    pub(super) fn try_lock(&self) -> Result<Option<Lock>, Error> {
        self.lock_by(FlockOperation::NonBlockingLockExclusive)
    }

    /// Returns the lock, or nothing if somebody has it, or it was the lock of
    /// a file that is no longer there.
    fn lock_by(&self, how: FlockOperation) -> Result<Option<Lock>, Error> {
        let wrong =
            |errno| Error::of("take the lock", errno).at(self.path.join(LOCK));
        let flags = OFlags::CREATE | OFlags::RDWR | OFlags::NOFOLLOW;
        let mode = Mode::RUSR | Mode::WUSR;
        let file =
            openat(&self.descriptor, LOCK, flags | OFlags::CLOEXEC, mode)
                .map_err(wrong)?;
        fchmod(&file, mode).map_err(wrong)?;
        match retry_on_intr(|| flock(&file, how)) {
            Ok(()) => {}
            Err(Errno::WOULDBLOCK) => return Ok(None),
            Err(errno) => return Err(wrong(errno)),
        }
        // A holder that ends deletes the file: who waited for that one has
        // locked nothing.
        let ours = fstat(&file).map_err(wrong)?;
        let flags = AtFlags::SYMLINK_NOFOLLOW;
        let is_there = match statat(&self.descriptor, LOCK, flags) {
            Ok(there) => {
                (there.st_dev, there.st_ino) == (ours.st_dev, ours.st_ino)
            }
            Err(Errno::NOENT) => false,
            Err(errno) => return Err(wrong(errno)),
        };
        Ok(is_there.then_some(Lock(file)))
    }

    /// Deletes a socket that nobody listens to, so that its name is free.
    ///
    /// The proof of that is the lock: whoever listens gave it away only after
    /// the start.
    pub(super) fn delete_socket(&self, _lock: &Lock) -> Result<(), Error> {
        let wrong = |errno| {
            Error::of("delete the old socket", errno).at(self.shown_socket())
        };
        let flags = AtFlags::SYMLINK_NOFOLLOW;
        match statat(&self.descriptor, SOCKET, flags) {
            Err(Errno::NOENT) => return Ok(()),
            Err(errno) => return Err(wrong(errno)),
            Ok(it) if FileType::from_raw_mode(it.st_mode).is_socket() => {}
            Ok(_) => return Err(wrong(Errno::EXIST).because("it is none")),
        }
        unlinkat(&self.descriptor, SOCKET, AtFlags::empty()).map_err(wrong)
    }

    /// Deletes the lock's file; who waits for it makes another.
    pub(super) fn delete_lock(&self, _lock: &Lock) {
        // A file that stays does no harm.
        let _ = unlinkat(&self.descriptor, LOCK, AtFlags::empty());
    }
}

/// The right to start or to end the holder of this directory.
///
/// It belongs to the open file, so a holder that inherits the descriptor has
/// the lock too, even when the process that started it is killed.
#[derive(Debug)]
pub(super) struct Lock(OwnedFd);

impl Lock {
    /// Returns the lock that is inherited as this descriptor.
    pub(super) fn inherited(descriptor: OwnedFd) -> Self {
        Self(descriptor)
    }

    /// Returns the descriptor, to be inherited.
    pub(super) fn descriptor(&self) -> &OwnedFd {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    fn parent() -> tempfile::TempDir {
        tempfile::tempdir().expect("a directory for the test")
    }

    #[test]
    fn a_directory_that_others_may_enter_is_refused() {
        let parent = parent();
        let path = parent.path().join("unc");
        drop(Directory::open(&path).expect("it is made"));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o750))
            .expect("it is ours");
        let error = Directory::open(&path).expect_err("the group may enter");
        assert_eq!(error.path(), Some(path.as_path()));
        assert!(error.to_string().contains("chmod 700"), "{error}");
    }

    #[test]
    fn who_has_made_it_may_enter_it() {
        let parent = parent();
        let path = parent.path().join("unc");
        let directory = Directory::open(&path).expect("it is made");
        let mode = |path: &Path| {
            let found = fs::metadata(path).expect("it is there");
            found.permissions().mode() & 0o777
        };
        assert_eq!(mode(&path), 0o700);
        drop(directory.lock().expect("it is free"));
        assert_eq!(mode(&path.join(LOCK)), 0o600);
    }

    #[test]
    fn a_link_to_a_directory_is_refused() {
        let parent = parent();
        let path = parent.path().join("unc");
        symlink(parent.path(), &path).expect("a link");
        let error = Directory::open(&path).expect_err("it is a link");
        assert_eq!(error.errno(), Some(Errno::NOTDIR));
    }

    #[test]
    fn the_lock_is_one_and_the_lock_of_a_deleted_file_is_none() {
        let parent = parent();
        let path = parent.path().join("unc");
        let one = Directory::open(&path).expect("it is made");
        let other = Directory::open(&path).expect("it is there");
        let lock = one.lock().expect("it is free");
        assert!(other.try_lock().expect("no error").is_none());
        one.delete_lock(&lock);
        // There is no file of that name, so this one is another's.
        assert!(other.try_lock().expect("no error").is_some());
    }

    #[test]
    fn what_is_no_socket_is_not_deleted() {
        let parent = parent();
        let path = parent.path().join("unc");
        let directory = Directory::open(&path).expect("it is made");
        fs::write(path.join(SOCKET), "a file").expect("it is ours");
        let lock = directory.lock().expect("it is free");
        let error = directory.delete_socket(&lock).expect_err("it is a file");
        assert_eq!(error.errno(), Some(Errno::EXIST));
        assert!(path.join(SOCKET).exists());
    }
}
