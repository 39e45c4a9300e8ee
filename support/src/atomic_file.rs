//! Files written whole, or left as they were (with the feature `files`).
//!
//! The bytes go to a temporary file in the folder of the output, which takes
//! the output's name at the end.
//! So no reader meets half a file, and an error leaves what was there before
//! and no temporary file.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{self, Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use tempfile::NamedTempFile;

/// How the names of files begin that are not finished. Who reads whole folders
/// passes over them.
pub const UNFINISHED: &str = ".unfinished-";

/// Writes `bytes` as the whole of the file at `path`.
///
/// # Errors
///
/// As [`write_with`].
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    write_with(path, |file| file.write_all(bytes))
}

/// Writes the file at `path` by `write`.
///
/// A link stays a link, because what it points to is replaced.
/// What exists and is no file, such as `/dev/stdout` or the `NUL` of Windows,
/// is written in place.
/// A new file is readable for whom the umask says.
///
/// # Errors
///
/// When the folder takes no file, when `path` is a folder, and what `write`
/// returns.
pub fn write_with<T>(
    path: &Path,
    write: impl FnOnce(&mut File) -> io::Result<T>,
) -> io::Result<T> {
    if is_special(path) {
        return write(&mut File::options().write(true).open(path)?);
    }
    let path = fs::canonicalize(path).unwrap_or_else(|_| end_of_links(path));
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let mut file = temporary(folder)?;
    // Who could not read the file before cannot read it afterwards.
    if let Ok(before) = fs::metadata(&path)
        && before.is_file()
    {
        file.as_file().set_permissions(before.permissions())?;
    }
    let written = write(file.as_file_mut())?;
    file.persist(&path).map_err(|error| error.error)?;
    Ok(written)
}

fn is_special(path: &Path) -> bool {
    // A device of Windows has no metadata, but a whole path of its own.
    let is_device = path::absolute(path).is_ok_and(|it| {
        it.as_os_str().as_encoded_bytes().starts_with(br"\\.\")
    });
    is_device || fs::metadata(path).is_ok_and(|m| !m.is_file() && !m.is_dir())
}

/// Returns a new file with the mode of any other, because `tempfile` makes
/// its files private where nothing else is said.
fn temporary(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(UNFINISHED);
    let file = builder.make_in(folder, |path| {
        note(path);
        open_new(path)
    })?;
    forget_gone();
    Ok(file)
}

#[cfg(unix)]
fn open_new(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    let mut options = File::options();
    options.read(true).write(true).create_new(true).mode(0o666).open(path)
}

#[cfg(not(unix))]
fn open_new(path: &Path) -> io::Result<File> {
    File::options().read(true).write(true).create_new(true).open(path)
}

/// Returns where a link leads to that points to no file yet.
fn end_of_links(path: &Path) -> PathBuf {
    const MOST: usize = 40;
    let mut path = path.to_owned();
    for _ in 0..MOST {
        let Ok(next) = fs::read_link(&path) else { break };
        path = path.parent().unwrap_or(Path::new("")).join(next);
    }
    path
}

/// The temporary files of this process that may still be there.
static HERE: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

fn note(path: &Path) {
    let mut here = HERE.lock().unwrap_or_else(PoisonError::into_inner);
    here.push(path.to_owned());
}

fn forget_gone() {
    let mut here = HERE.lock().unwrap_or_else(PoisonError::into_inner);
    here.retain(|path| path.exists());
}

/// Removes the temporary files of this process. For the handler of a signal
/// that will end it: nothing is written afterwards.
pub fn remove_unfinished() {
    let here = HERE.lock().unwrap_or_else(PoisonError::into_inner);
    for path in here.iter() {
        // It may have its final name by now.
        let _ = fs::remove_file(path);
    }
}

#[cfg(all(test, not(any(loom, shuttle))))]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect()
    }

    #[test]
    fn a_file_is_replaced_as_a_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.txt");
        write(&path, b"a longer text").unwrap();
        write(&path, b"short").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"short");
        assert_eq!(names(folder.path()), ["out.txt"]);
    }

    #[test]
    fn an_error_leaves_the_old_file_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.txt");
        write(&path, b"old").unwrap();
        let written = write_with(&path, |file| {
            file.write_all(b"half of")?;
            Err::<(), _>(io::ErrorKind::StorageFull.into())
        });
        assert_eq!(written.unwrap_err().kind(), io::ErrorKind::StorageFull);
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(names(folder.path()), ["out.txt"]);
    }

    #[test]
    fn a_folder_is_no_output() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("inner");
        fs::create_dir(&path).unwrap();
        write(&path, b"text").unwrap_err();
        assert_eq!(names(folder.path()), ["inner"]);
        write(&folder.path().join("missing/out.txt"), b"text").unwrap_err();
    }

    #[test]
    fn a_device_is_written_in_place() {
        let device = if cfg!(windows) { "NUL" } else { "/dev/null" };
        assert_eq!(write_with(Path::new(device), |_| Ok(1)).unwrap(), 1);
        write(Path::new(device), b"text").unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn the_umask_says_who_may_read() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let mode = |name: &str| {
            let metadata = fs::metadata(folder.path().join(name)).unwrap();
            metadata.permissions().mode() & 0o777
        };
        File::create(folder.path().join("plain")).unwrap();
        write(&folder.path().join("atomic"), b"").unwrap();
        assert_eq!(mode("atomic"), mode("plain"));
    }

    #[cfg(unix)]
    #[test]
    fn a_private_file_stays_private_and_a_link_to_nothing_a_link() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("private");
        fs::write(&path, "old").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        write(&path, b"new").unwrap();
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let link = folder.path().join("link");
        std::os::unix::fs::symlink("later", &link).unwrap();
        write(&link, b"new").unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read(folder.path().join("later")).unwrap(), b"new");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_a_link() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("real");
        let link = folder.path().join("link");
        fs::write(&path, "old").unwrap();
        std::os::unix::fs::symlink("real", &link).unwrap();
        write(&link, b"new").unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read(&path).unwrap(), b"new");
    }
}
