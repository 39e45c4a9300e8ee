//! Where the workspace is.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{fs, io};

/// Returns the workspace's folder, for a program of one of its packages.
pub fn root() -> PathBuf {
    // Cargo says where the package is now; the value at build time would
    // still name the old place after the workspace was moved.
    let package = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
    let is_root = |folder: &&Path| folder.join("Cargo.lock").exists();
    let root = package.ancestors().find(is_root);
    root.map_or_else(|| package.clone(), Path::to_owned)
}

/// Returns a folder called `name` in the one into which cargo builds, which a
/// user may have put elsewhere by `CARGO_TARGET_DIR`, or by the variable of
/// cargo's configuration, `CARGO_BUILD_TARGET_DIR`.
pub fn target(name: &str) -> PathBuf {
    let variables = ["CARGO_TARGET_DIR", "CARGO_BUILD_TARGET_DIR"];
    let named = variables.into_iter().find_map(std::env::var_os);
    let target = named.unwrap_or_else(|| "target".into());
    root().join(target).join(name)
}

/// Returns the path as the reader would type it from the workspace's folder.
pub fn relative(path: &Path) -> String {
    let path = path.strip_prefix(root()).unwrap_or(path);
    path.display().to_string()
}

/// Returns the names of all files under version control, or about to be, from
/// the workspace's folder on.
///
/// Where git can't say, in an archive or without git, these are all files but
/// those that are built.
///
/// # Errors
///
/// When a folder cannot be read.
pub fn files() -> io::Result<BTreeSet<String>> {
    files_of_git().map_or_else(files_there, Ok)
}

fn files_of_git() -> Option<BTreeSet<String>> {
    let listed = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(root())
        .output()
        .ok()?;
    let names = String::from_utf8_lossy(&listed.stdout);
    let names = names.split_terminator('\0').map(str::to_owned);
    // An archive in a folder that another repository ignores has none.
    Some(names.collect()).filter(|it: &BTreeSet<_>| it.contains("Cargo.lock"))
}

fn files_there() -> io::Result<BTreeSet<String>> {
    let mut files = BTreeSet::new();
    add_files(&root(), "", &mut files)?;
    Ok(files)
}

fn add_files(
    folder: &Path,
    before: &str,
    files: &mut BTreeSet<String>,
) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let whole = format!("{before}{name}");
        // Git's own is a folder, or a file that names one.
        if ["target", ".git"].contains(&name.as_str()) {
            continue;
        }
        if !entry.file_type()?.is_dir() {
            files.insert(whole);
        } else {
            add_files(&entry.path(), &format!("{whole}/"), files)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg_attr(miri, ignore = "reads the disk")]
    fn without_git_the_same_files_are_found() {
        let found = files_there().expect("the folders can be read");
        assert!(found.contains("support/src/workspace.rs"));
        assert!(!found.iter().any(|file| file.starts_with("target/")));
        for file in files_of_git().unwrap_or_default() {
            // Git still lists what has just been deleted.
            let is_there = root().join(&file).symlink_metadata().is_ok();
            assert!(found.contains(&file) || !is_there, "{file}");
        }
    }

    #[test]
    #[cfg_attr(miri, ignore = "reads the disk")]
    fn this_package_lies_in_the_workspace() {
        let package = Path::new(env!("CARGO_MANIFEST_DIR"));
        assert_eq!(root().join("support"), package);
        let source = Path::new("support").join("src");
        assert_eq!(
            relative(&package.join("src")),
            source.display().to_string()
        );
    }
}
