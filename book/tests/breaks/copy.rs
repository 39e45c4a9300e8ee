//! A copy of the workspace that may be broken.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use walkdir::WalkDir;

/// A copy of the workspace. It is kept from run to run, so that what was built
/// of it is built once.
pub(crate) struct Copy {
    folder: PathBuf,
}

impl Copy {
    /// Makes the copy, or brings it up to date.
    pub(crate) fn new(workspace: &Path) -> Self {
        let target = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
        let target = target.unwrap_or_else(|| "target".into());
        let folder = workspace.join(target).join("breaks");
        let skipped = ["target", ".git"];
        let all = WalkDir::new(workspace).into_iter();
        let all = all.filter_entry(|entry| {
            !skipped.iter().any(|name| entry.file_name() == *name)
        });
        for entry in all {
            let entry = entry.expect("the workspace can be read");
            let within = entry.path().strip_prefix(workspace);
            let to = folder.join(within.expect("it is in the workspace"));
            if entry.file_type().is_dir() {
                fs::create_dir_all(&to).expect("the copy can be written");
            } else if entry.file_type().is_file() {
                bring_up_to_date(entry.path(), &to);
            }
        }
        Self { folder }
    }

    /// Applies a patch for as long as `f` runs.
    pub(crate) fn with<R>(
        &self,
        patch: &Path,
        f: impl FnOnce(&Path) -> R,
    ) -> R {
        assert!(apply(&self.folder, patch, &[]), "{}", patch.display());
        let result = f(&self.folder);
        assert!(apply(&self.folder, patch, &["--reverse"]), "it was applied");
        result
    }
}

/// Copies a file, if it differs: cargo goes by the time of the last change.
fn bring_up_to_date(from: &Path, to: &Path) {
    let new = fs::read(from).expect("the workspace can be read");
    if fs::read(to).is_ok_and(|old| old == new) {
        return;
    }
    fs::write(to, new).expect("the copy can be written");
}

/// Applies a patch by git. Returns false if it does not fit.
pub(crate) fn apply(folder: &Path, patch: &Path, options: &[&str]) -> bool {
    let mut git = Command::new("git");
    // In a folder of a repository git would take paths from its root.
    git.env("GIT_CEILING_DIRECTORIES", folder.parent().unwrap_or(folder));
    git.current_dir(folder).stdout(Stdio::null());
    git.arg("apply").args(options).arg(patch);
    git.status().is_ok_and(|status| status.success())
}
