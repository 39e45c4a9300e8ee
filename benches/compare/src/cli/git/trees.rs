//! Trees of commits, each checked out once, outside the work tree.

use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use bench_compare::Error;
use support::atomic_file;

use super::call::{git, git_in};
use super::submodules;
use crate::cli::output::say;

/// Returns where this repository's trees are kept: outside the work tree,
/// because cargo and rustup search the folders above for their settings, and
/// would find those of the work tree for every commit.
pub(super) fn cache() -> Result<PathBuf, Error> {
    let top = top()?;
    let set = |name| std::env::var_os(name).filter(|v| !v.is_empty());
    let home = set("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(set("HOME")?).join(".cache")))
        .filter(|path| path.is_absolute() && !path.starts_with(&top))
        .unwrap_or_else(std::env::temp_dir);
    let mut hasher = DefaultHasher::new();
    top.hash(&mut hasher);
    let name = format!("{:016x}", hasher.finish());
    Ok(home.join("bench-compare").join(name))
}

pub(super) fn top() -> Result<PathBuf, Error> {
    let top = git(&["rev-parse", "--show-toplevel"], || {
        "this is no git work tree".to_owned()
    })?;
    Ok(PathBuf::from(top))
}

/// Waits until no other command works on this repository's trees, and keeps
/// others out until the file is closed.
pub(super) fn lock() -> Result<File, Error> {
    let folder = cache()?;
    let io = |error| Error::io(&folder, error);
    fs::create_dir_all(&folder).map_err(io)?;
    // In place: nothing is ever written into it.
    let file = File::create(folder.join("lock")).map_err(io)?;
    if file.try_lock().is_err() {
        say(format_args!(
            "another command builds this repository's commits: waiting"
        ));
        file.lock().map_err(io)?;
    }
    Ok(file)
}

/// Returns the folder in a tree of the commit that is the current one in the
/// work tree; the tree is left in place for the next time.
pub(super) fn check_out(name: &str, id: &str) -> Result<PathBuf, Error> {
    let top = top()?;
    let folder = cache()?.join(id);
    // Under its own name, beside links to its neighbours: a path dependency
    // such as `../sibling` is found.
    let path = folder.join(top.file_name().unwrap_or_default());
    let done = folder.join("checked-out");
    if !(done.exists() && path.join(".git").exists()) {
        // What was cut short is begun anew.
        remove(&folder)?;
        fs::create_dir_all(&folder)
            .map_err(|error| Error::io(&folder, error))?;
        link_neighbours(&top, &folder);
        let place = path.to_string_lossy().into_owned();
        // Forgets worktrees whose folders were cleaned away.
        git(&["worktree", "prune"], || "git worktree prune".into())?;
        git(&["worktree", "add", "--quiet", "--detach", &place, id], || {
            format!("{place}: cannot check out {name}")
        })?;
        submodules::check_out(&top, &path)?;
        atomic_file::write(&done, b"")
            .map_err(|error| Error::io(&done, error))?;
    }
    let inner = git(&["rev-parse", "--show-prefix"], || "git".into())?;
    let current = path.join(&inner);
    if !current.is_dir() {
        let what = format!("`{name}` has no folder `{inner}`");
        return Err(Error::usage(&what));
    }
    lend_lock(&top, &path, Path::new(&inner))?;
    Ok(current)
}

/// Gives a tree whose commit has no `Cargo.lock` that of the work tree: other
/// versions of the dependencies would be a difference of their own.
fn lend_lock(top: &Path, tree: &Path, inner: &Path) -> Result<(), Error> {
    for folder in inner.ancestors() {
        let place = folder.join("Cargo.lock");
        let lent = top.join(&place);
        if lent.is_file() && !is_tracked(tree, &place) {
            let path = tree.join(&place);
            fs::read(&lent)
                .and_then(|bytes| atomic_file::write(&path, &bytes))
                .map_err(|error| Error::io(&path, error))?;
        }
    }
    Ok(())
}

/// Returns true if the tree's commit has the file.
fn is_tracked(tree: &Path, file: &Path) -> bool {
    let file = file.to_string_lossy();
    let listed = ["ls-files", "--error-unmatch", "--", &file];
    git_in(tree, &listed, String::new).is_ok()
}

/// Removes all trees of this repository and what was built of them.
pub(super) fn clean() -> Result<(), Error> {
    remove(&cache()?)?;
    git(&["worktree", "prune"], || "git worktree prune".into())?;
    submodules::prune(&top()?)
}

/// Removes a folder, if it is there.
pub(super) fn remove(folder: &Path) -> Result<(), Error> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(Error::io(folder, error))
        }
        _ => Ok(()),
    }
}

/// Links what lies beside the repository, as far as it is a package.
#[cfg(unix)]
fn link_neighbours(top: &Path, folder: &Path) {
    let entries = top.parent().and_then(|parent| fs::read_dir(parent).ok());
    for entry in entries.into_iter().flatten().flatten() {
        let path = entry.path();
        if path != top && path.join("Cargo.toml").exists() {
            // One that is missing fails in the build, which names it.
            let link = folder.join(entry.file_name());
            let _ = std::os::unix::fs::symlink(&path, link);
        }
    }
}

#[cfg(not(unix))]
fn link_neighbours(_: &Path, _: &Path) {}
