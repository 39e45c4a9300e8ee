//! Where the workspace is, and where models are built.

use std::path::PathBuf;

pub(crate) use support::workspace::{relative, root};

/// Returns the folder called `name` under that for all that is built.
pub(crate) fn target(name: &str) -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    target.unwrap_or_else(|| root().join("target")).join(name)
}
