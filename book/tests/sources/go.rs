//! The Go on the PATH, if it is the one that the book tells of.

use std::path::PathBuf;
use std::process::Command;

/// The Go that the book tells of.
pub(crate) const CURRENT: &str = "1.27";

/// Where the current Go has its sources, if it is on the PATH.
pub(crate) fn go_root() -> Option<PathBuf> {
    let output = Command::new("go")
        .args(["env", "GOVERSION", "GOROOT"])
        .env("GOTOOLCHAIN", "local")
        .output()
        .ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let (version, root) = text.trim().split_once('\n')?;
    let version = version.strip_prefix("go")?;
    let is_current = version
        .strip_prefix(CURRENT)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
    is_current.then(|| root.into())
}
