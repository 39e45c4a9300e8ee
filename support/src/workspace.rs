//! Where the workspace is.

use std::path::{Path, PathBuf};

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

/// Returns the path as the reader would type it from the workspace's folder.
pub fn relative(path: &Path) -> String {
    let path = path.strip_prefix(root()).unwrap_or(path);
    path.display().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

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
