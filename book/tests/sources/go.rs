//! The Go on the PATH, if it is one that a test can use.
//!
//! A Go that is absent or of another version fails no test: the helpers say
//! that it is skipped, and why.

use std::path::PathBuf;
use std::process::Command;

use support::skipped;

/// The Go that the book tells of.
pub(crate) const CURRENT: &str = "1.27";

/// A release of Go, without what is behind its second number.
pub(crate) type Version = (u32, u32);

/// Returns where the Go that the book tells of has its sources.
pub(crate) fn current() -> Option<PathBuf> {
    let wanted = parsed(CURRENT).expect("a version");
    let root = usable(on_path(), |version| version == wanted);
    said(root, &format!("Go {CURRENT}"))
}

/// Returns where a Go that can build a module of this version, or any later
/// one, has its sources.
pub(crate) fn at_least(module: &str) -> Option<PathBuf> {
    let wanted = parsed(module).expect("a version");
    let root = usable(on_path(), |version| version >= wanted);
    said(root, &format!("Go {module} or later"))
}

/// Returns the root, or says what is needed and what is there instead.
fn said(root: Result<PathBuf, String>, need: &str) -> Option<PathBuf> {
    let say = |there: &String| {
        skipped::say(format!("needs {need} on the PATH, but {there}"));
    };
    root.inspect_err(say).ok()
}

/// Returns the version as it calls itself, such as `go1.27.3`, and its root.
fn on_path() -> Option<(String, PathBuf)> {
    let output = Command::new("go")
        .args(["env", "GOVERSION", "GOROOT"])
        .env("GOTOOLCHAIN", "local")
        .output()
        .ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let (version, root) = text.trim().split_once('\n')?;
    Some((version.to_owned(), root.into()))
}

/// Returns the root of `found` if its version fits.
///
/// # Errors
///
/// What is on the PATH instead, in words.
pub(crate) fn usable(
    found: Option<(String, PathBuf)>,
    fits: impl Fn(Version) -> bool,
) -> Result<PathBuf, String> {
    let (name, root) = found.ok_or("none is there")?;
    match name.strip_prefix("go").and_then(parsed) {
        Some(version) if fits(version) => Ok(root),
        _ => Err(format!("{name} is there")),
    }
}

/// Returns the first two numbers, as of `1.27`, `1.27.3` and `1.27rc1`.
fn parsed(version: &str) -> Option<Version> {
    let (major, rest) = version.split_once('.')?;
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    Some((major.parse().ok()?, rest[..end].parse().ok()?))
}
