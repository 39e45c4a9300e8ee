//! A first word that is neither an input nor a command, but nearly one.

use std::ffi::OsStr;
use std::path::Path;

use clap::Command;
use support::near::near;

/// Returns what may have been meant, if the word is like the name of one of
/// `command`'s own commands, and no file.
pub(super) fn tip(word: &OsStr, command: &Command) -> Option<String> {
    let name = word.to_str().filter(|_| !Path::new(word).exists())?;
    let names = command.get_subcommands().map(Command::get_name);
    let meant = *near(name, names).first()?;
    Some(format!("a similar command exists: `{meant}`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_word_like_a_command_is_taken_for_one() {
        let command = Command::new("shards")
            .subcommand(Command::new("merge"))
            .subcommand(Command::new("report"));
        let tip = |word| tip(OsStr::new(word), &command);
        assert_eq!(tip("mrege").unwrap(), "a similar command exists: `merge`");
        assert!(tip("reprot").unwrap().contains("`report`"));
        for word in ["all.out", "shards/a.out", "", "-", "x"] {
            assert_eq!(tip(word), None, "{word}");
        }
    }
}
