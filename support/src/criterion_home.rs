//! Where criterion keeps its results (with the feature `criterion`).

use std::env;
use std::path::{Path, PathBuf};

use cargo_metadata::MetadataCommand;

/// Finds criterion's directory as criterion itself does, from inside a bench
/// binary as well as from beside it.
///
/// In this order: `CRITERION_HOME`, `criterion` in `CARGO_TARGET_DIR`, in
/// the target directory that cargo names for the package around the current
/// directory, in `./target` (criterion 0.8.2, `src/lib.rs`).
pub fn find() -> PathBuf {
    if let Some(home) = env::var_os("CRITERION_HOME") {
        return home.into();
    }
    let target = env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    target
        .or_else(of_cargo)
        .unwrap_or_else(|| Path::new("target").to_owned())
        .join("criterion")
}

fn of_cargo() -> Option<PathBuf> {
    let metadata = MetadataCommand::new().no_deps().exec().ok()?;
    Some(metadata.target_directory.into_std_path_buf())
}
