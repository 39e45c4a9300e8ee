//! Which files were given before, whatever path leads to them.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

/// A device and the number of a file on it.
type FileId = (u64, u64);

/// The files that were given.
///
/// A real path costs a call of the system for each folder in it, so it is
/// asked for only where two paths lead to files with one number. Two links to
/// one file (hard links) stay two inputs: a store that keeps equal files once
/// makes such ones of shards that are equal by chance.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// The path that was given first; `None` once its real path is known.
    first: HashMap<FileId, Option<PathBuf>>,
    real: HashSet<PathBuf>,
}

impl Seen {
    /// Notes a path; returns whether no path before led to the same file.
    pub(crate) fn insert(&mut self, path: &Path) -> bool {
        let Some(id) = id(path) else { return self.insert_real(path) };
        let Some(first) = self.first.get_mut(&id) else {
            self.first.insert(id, Some(path.to_owned()));
            return true;
        };
        if let Some(first) = first.take() {
            self.insert_real(&first);
        }
        self.insert_real(path)
    }

    /// Notes standard input; returns whether it is the first time.
    pub(crate) fn insert_stdin(&mut self) -> bool {
        // No real path is relative.
        self.real.insert("-".into())
    }

    fn insert_real(&mut self, path: &Path) -> bool {
        // What a link to a terminal or pipe leads to has no real path.
        let real = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        self.real.insert(real)
    }
}

#[cfg(unix)]
fn id(path: &Path) -> Option<FileId> {
    use std::os::unix::fs::MetadataExt;
    let metadata = fs::metadata(path).ok()?;
    Some((metadata.dev(), metadata.ino()))
}

/// Returns nothing: only the real path says here what a file is.
#[cfg(not(unix))]
fn id(_: &Path) -> Option<FileId> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_counts_once_by_whatever_path() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.out");
        fs::write(&file, "").unwrap();
        fs::create_dir(folder.path().join("below")).unwrap();
        let detour = folder.path().join("below/../a.out");
        let mut seen = Seen::default();
        assert!(seen.insert(&file));
        assert!(!seen.insert(&file));
        assert!(!seen.insert(&detour));
        assert!(seen.insert_stdin());
        assert!(!seen.insert_stdin());
    }

    #[cfg(unix)]
    #[test]
    fn a_link_by_name_is_the_same_file_and_a_second_name_is_another() {
        let folder = tempfile::tempdir().unwrap();
        let [file, link, name] =
            ["a.out", "link.out", "name.out"].map(|it| folder.path().join(it));
        fs::write(&file, "").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        fs::hard_link(&file, &name).unwrap();
        let mut seen = Seen::default();
        assert!(seen.insert(&link));
        assert!(!seen.insert(&file));
        assert!(seen.insert(&name));
        assert!(!seen.insert(&name));
    }
}
