//! Where the workspace is, and where models are built.

use std::path::{Path, PathBuf};

/// Returns the workspace's folder.
pub(crate) fn root() -> PathBuf {
    // Cargo says where the package is now; the value at build time would
    // still name the old place after the workspace was moved.
    let package = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
    let root = package.parent().and_then(Path::parent);
    root.map_or_else(|| package.clone(), Path::to_owned)
}

/// Returns the folder called `name` under that for all that is built.
pub(crate) fn target(name: &str) -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    target.unwrap_or_else(|| root().join("target")).join(name)
}

/// Returns the path as the reader would type it from the workspace's folder.
pub(crate) fn relative(path: &Path) -> String {
    let path = path.strip_prefix(root()).unwrap_or(path);
    path.display().to_string()
}
