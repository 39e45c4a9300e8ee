//! Which words are commands, and which are programs inside.

use std::ffi::{OsStr, OsString};
use std::path::Path;

/// What the posts' program does: the program inside is PID 1 itself.
const AS_IN_THE_POSTS: [&str; 2] = ["run", "--as-pid-1"];

/// The names of all commands, in the order of the help.
pub(super) const OWN: [&str; 13] = [
    "run",
    "create",
    "start",
    "stop",
    "exec",
    "list",
    "logs",
    "rm",
    "rootfs",
    "lab",
    "probe",
    "completions",
    "man",
];

/// Returns the arguments with the command where it was left out.
pub(super) fn expanded(mut words: Vec<OsString>) -> Vec<OsString> {
    let Some(first) = words.get(1) else { return words };
    if first == "ps" && !has_ps(Path::new(".")) {
        // As in the posts it is a program of the root; where there is none,
        // it is what others call their list.
        words[1] = "list".into();
    } else if !is_command(first) {
        words.splice(1..1, AS_IN_THE_POSTS.map(OsString::from));
    }
    words
}

fn is_command(word: &OsStr) -> bool {
    let help = ["help", "--help", "-h", "--version", "-V"];
    help.iter().chain(&OWN).any(|it| word == *it)
}

fn has_ps(root: &Path) -> bool {
    let places = ["bin/ps", "usr/bin/ps", "sbin/ps", "usr/sbin/ps"];
    places.iter().any(|it| root.join(it).symlink_metadata().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expand(words: &[&str]) -> Vec<OsString> {
        expanded(words.iter().map(OsString::from).collect())
    }

    #[test]
    fn run_may_be_left_out() {
        assert_eq!(expand(&["unc", "sh"]), ["unc", "run", "--as-pid-1", "sh"]);
        assert_eq!(
            expand(&["unc", "--read-only", "sh"]),
            ["unc", "run", "--as-pid-1", "--read-only", "sh"]
        );
        for word in ["run", "stop", "rootfs", "--help", "-V", "help"] {
            assert_eq!(expand(&["unc", word]), ["unc", word]);
        }
        assert_eq!(expand(&["unc"]), ["unc"]);
    }

    #[test]
    fn ps_without_a_root_is_the_list() {
        assert_eq!(expand(&["unc", "ps"]), ["unc", "list"]);
    }
}
