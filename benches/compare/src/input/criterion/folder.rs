//! A directory that stays open, so that the kernel need not walk down to it
//! for each file in it.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Longer than most of criterion's files, so that one call reads a file.
const LIKELY: usize = 8 * 1024;

/// An open directory.
pub(super) struct Folder {
    pub(super) path: PathBuf,
    open: open::Directory,
}

impl Folder {
    pub(super) fn new(path: PathBuf) -> io::Result<Self> {
        let open = open::Directory::new(&path)?;
        Ok(Self { path, open })
    }

    /// Returns the names of the directories in it.
    pub(super) fn directories(&mut self) -> io::Result<Vec<String>> {
        self.open.directories(&self.path)
    }

    /// Like `fs::read`, without asking for the length first. When the file
    /// was written is a question of its own, which not everybody has.
    pub(super) fn read<'a>(
        &self,
        file: &str,
        dated: bool,
        buffer: &'a mut Vec<u8>,
    ) -> io::Result<(&'a [u8], Option<SystemTime>)> {
        let mut file = self.open.file(&self.path, file)?;
        let data = dated.then(|| file.metadata().ok()).flatten();
        let when = data.and_then(|data| data.modified().ok());
        buffer.resize(buffer.len().max(LIKELY), 0);
        let mut length = 0;
        loop {
            let count = file.read(&mut buffer[length..])?;
            length += count;
            // A regular file gives less than asked for only at its end.
            if count == 0 || length < buffer.len() {
                return Ok((&buffer[..length], when));
            }
            buffer.resize(2 * length, 0);
        }
    }
}

fn is_directory(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|entry| entry.is_dir())
}

/// Returns true for a link to a run, such as a baseline that is kept
/// elsewhere; other links may lead round in circles.
pub(super) fn is_linked_run(path: &Path) -> bool {
    path.join("benchmark.json").is_file()
}

/// Returns true for what a walk goes into.
fn leads_on(path: &Path) -> bool {
    is_directory(path) || is_linked_run(path)
}

#[cfg(unix)]
mod open {
    use super::{File, Path, io, is_linked_run, leads_on};
    use rustix::fs::{CWD, Dir, FileType, Mode, OFlags, openat};

    pub(super) struct Directory(Dir);

    impl Directory {
        pub(super) fn new(path: &Path) -> io::Result<Self> {
            let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
            let fd = openat(CWD, path, flags, Mode::empty())?;
            Ok(Self(Dir::new(fd)?))
        }

        pub(super) fn directories(
            &mut self,
            path: &Path,
        ) -> io::Result<Vec<String>> {
            let mut names = Vec::new();
            while let Some(entry) = self.0.read() {
                let entry = entry?;
                let name = entry.file_name().to_string_lossy();
                let is_directory = match entry.file_type() {
                    FileType::Directory => name != "." && name != "..",
                    FileType::Symlink => is_linked_run(&path.join(&*name)),
                    FileType::Unknown => leads_on(&path.join(&*name)),
                    _ => false,
                };
                if is_directory {
                    names.push(name.into_owned());
                }
            }
            Ok(names)
        }

        pub(super) fn file(&self, _: &Path, file: &str) -> io::Result<File> {
            let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK;
            let fd = openat(self.0.fd()?, file, flags, Mode::empty())?;
            Ok(fd.into())
        }
    }
}

#[cfg(not(unix))]
mod open {
    use super::{File, Path, fs, io, leads_on};

    pub(super) struct Directory;

    impl Directory {
        pub(super) fn new(path: &Path) -> io::Result<Self> {
            fs::read_dir(path).map(|_| Self)
        }

        pub(super) fn directories(
            &mut self,
            path: &Path,
        ) -> io::Result<Vec<String>> {
            let mut names = Vec::new();
            for entry in fs::read_dir(path)? {
                let entry = entry?;
                if leads_on(&entry.path()) {
                    names.push(entry.file_name().to_string_lossy().into());
                }
            }
            Ok(names)
        }

        pub(super) fn file(&self, at: &Path, file: &str) -> io::Result<File> {
            File::open(at.join(file))
        }
    }
}
