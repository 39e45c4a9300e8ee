//! Completions of a subcommand of cargo's (with the feature `manual`): cargo's
//! own know nothing of the words that it takes.

use std::collections::BTreeSet;

use clap::{Arg, Command, Subcommand, ValueEnum};

use crate::manual;

/// The commands by which a subcommand of cargo's tells a shell and `man` of
/// itself; it flattens them among its own.
#[derive(Clone, Debug, Subcommand)]
pub enum ForShell {
    /// Print the completions for a shell, names included
    Completions {
        /// Which one
        shell: Shell,
    },
    /// Print the manual page
    Man,
    /// Print what may follow these words, for the completions
    #[command(hide = true)]
    Names {
        /// What is typed already
        #[arg(last = true)]
        typed: Vec<String>,
    },
}

impl ForShell {
    /// Returns what to print for `command`, whose name begins with `cargo-`.
    ///
    /// `names` gives the words that `command` does not know, such as names of
    /// files, after those that are typed.
    ///
    /// # Errors
    ///
    /// Those of `names`.
    ///
    /// ```
    /// use clap::Command;
    /// use support::completions::ForShell;
    ///
    /// let command = Command::new("cargo-loom");
    /// let asked = ForShell::Names { typed: Vec::new() };
    /// let names = |_: &[String]| Ok::<_, ()>(vec!["wake_up".to_owned()]);
    /// assert!(asked.text(command, names).unwrap().contains("wake_up\n"));
    /// ```
    pub fn text<E>(
        &self,
        command: Command,
        names: impl FnOnce(&[String]) -> Result<Vec<String>, E>,
    ) -> Result<String, E> {
        Ok(match self {
            Self::Completions { shell } => {
                let name = command.get_name();
                script(*shell, name.strip_prefix("cargo-").unwrap_or(name))
            }
            Self::Man => {
                String::from_utf8_lossy(&manual::page(command)).into_owned()
            }
            Self::Names { typed } => {
                let mut all = words(&command, typed);
                all.extend(names(typed)?);
                all.into_iter().map(|word| word + "\n").collect()
            }
        })
    }
}

/// A shell that can ask for the words.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Shell {
    /// GNU Bash.
    Bash,
    /// Fish, the friendly interactive shell.
    Fish,
    /// The Z shell.
    Zsh,
}

/// Returns the script that completes `cargo NAME`.
///
/// Each time it asks `cargo NAME names -- WORDS` what may follow the words that
/// are typed already, so that what was made a minute ago is among them.
///
/// ```
/// use support::completions::{Shell, script};
///
/// let script = script(Shell::Fish, "loom");
/// assert!(script.contains("cargo loom names"));
/// ```
#[must_use]
pub fn script(shell: Shell, name: &str) -> String {
    let script = match shell {
        Shell::Bash => BASH,
        Shell::Fish => FISH,
        Shell::Zsh => ZSH,
    };
    script.replace("NAME", name)
}

/// Whoever sources it twice would have each function call the other.
const BASH: &str = r#"# source <(cargo NAME completions bash)
if ! declare -F _cargo_NAME >/dev/null; then
    # What completes other commands of cargo's goes on to do so.
    _cargo_NAME_before=$(complete -p cargo 2>/dev/null | sed -n 's/.*-F \([^ ]*\).*/\1/p')
    _cargo_NAME() {
        if [[ ${COMP_WORDS[1]} == NAME && $COMP_CWORD -gt 1 ]]; then
            local typed=("${COMP_WORDS[@]:2:COMP_CWORD-2}")
            COMPREPLY=($(compgen -W "$(cargo NAME names -- "${typed[@]}" 2>/dev/null)" -- "$2"))
        elif [[ -n $_cargo_NAME_before ]]; then
            "$_cargo_NAME_before" "$@"
        fi
    }
    complete -F _cargo_NAME cargo
fi
"#;

const FISH: &str = r#"# cargo NAME completions fish | source
complete -c cargo -n '__fish_seen_subcommand_from NAME' -f -a '(cargo NAME names -- (commandline -opc)[3..] 2>/dev/null)'
"#;

/// Cargo's own completions for zsh call a function of this name.
const ZSH: &str = r#"# source <(cargo NAME completions zsh)
_cargo-NAME() {
    local -a names
    names=(${(f)"$(cargo NAME names -- ${words[2,CURRENT-1]} 2>/dev/null)"})
    compadd -a names
}
"#;

/// Returns what may follow the words that are typed already: the values of the
/// last one, if it is an option; else the commands, the options, and the words
/// that are known beforehand.
///
/// ```
/// use clap::{Arg, Command};
/// use support::completions::words;
///
/// let test = Command::new("test").arg(Arg::new("step").value_parser(["fmt"]));
/// let command = Command::new("xtask").subcommand(test);
/// assert!(words(&command, &[]).contains("test"));
/// assert!(words(&command, &["test".into()]).contains("fmt"));
/// ```
#[must_use]
pub fn words(command: &Command, typed: &[String]) -> BTreeSet<String> {
    let mut command = command.clone();
    command.build();
    let mut at = &command;
    for word in typed {
        at = at.find_subcommand(word).unwrap_or(at);
    }
    let is_last = |option: &&Arg| {
        let long = option.get_long().map(|name| format!("--{name}"));
        long.is_some() && long.as_ref() == typed.last()
    };
    let option = at.get_arguments().find(is_last);
    if let Some(option) = option.filter(|it| it.get_action().takes_values()) {
        return values(option).collect();
    }
    let commands = at.get_subcommands().filter(|it| !it.is_hide_set());
    let shown = || at.get_arguments().filter(|it| !it.is_hide_set());
    let options = shown().filter_map(Arg::get_long);
    let mut words: BTreeSet<String> =
        commands.map(|it| it.get_name().to_owned()).collect();
    words.extend(options.map(|name| format!("--{name}")));
    words.extend(shown().filter(|it| it.is_positional()).flat_map(values));
    words
}

fn values(argument: &Arg) -> impl Iterator<Item = String> {
    let values = argument.get_possible_values().into_iter();
    values.map(|value| value.get_name().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command() -> Command {
        let step = Arg::new("step").value_parser(["fmt", "tidy"]);
        let list = Arg::new("list").long("list").num_args(0);
        let only = Arg::new("only").long("only").value_parser(["timers"]);
        Command::new("xtask")
            .subcommand(Command::new("test").arg(step).arg(list))
            .subcommand(Command::new("tour").arg(only))
            .subcommand(Command::new("names").hide(true))
    }

    fn after(typed: &[&str]) -> Vec<String> {
        let typed: Vec<String> =
            typed.iter().map(|it| it.to_string()).collect();
        words(&command(), &typed).into_iter().collect()
    }

    #[test]
    fn each_word_has_its_followers() {
        assert_eq!(after(&[]), ["--help", "help", "test", "tour"]);
        assert_eq!(after(&["test"]), ["--help", "--list", "fmt", "tidy"]);
        assert_eq!(after(&["test", "fmt"]), after(&["test"]));
        assert_eq!(after(&["tour", "--only"]), ["timers"]);
        assert_eq!(after(&["tour", "--only", "timers"]), after(&["tour"]));
        assert_eq!(after(&["test", "--list"]), after(&["test"]));
    }
}
