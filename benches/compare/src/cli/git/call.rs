//! Calling git.

use std::path::Path;
use std::process::Command;

use bench_compare::Error;

/// What git sets for its hooks, and what would name another repository than
/// the one that a folder is in.
const OF_A_HOOK: [&str; 4] =
    ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"];

/// Calls git in the current directory; `what` says what could not be done.
pub(super) fn git(
    arguments: &[&str],
    what: impl FnOnce() -> String,
) -> Result<String, Error> {
    call(Command::new("git").args(arguments), what)
}

/// The same in another tree.
pub(super) fn git_in(
    tree: &Path,
    arguments: &[&str],
    what: impl FnOnce() -> String,
) -> Result<String, Error> {
    let mut command = Command::new("git");
    OF_A_HOOK.iter().for_each(|name| {
        command.env_remove(name);
    });
    call(command.arg("-C").arg(tree).args(arguments), what)
}

fn call(
    command: &mut Command,
    what: impl FnOnce() -> String,
) -> Result<String, Error> {
    let output =
        command.output().map_err(|error| Error::io(Path::new("git"), error))?;
    if !output.status.success() {
        let says = String::from_utf8_lossy(&output.stderr);
        let text = format!("{}\n{}", what(), says.trim());
        return Err(Error::usage(text.trim()));
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
