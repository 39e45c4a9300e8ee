//! Completions for a shell: clap's, and the names of baselines, which the shell
//! asks for each time.

use clap::{Command, CommandFactory};
use clap_complete::Shell;

use super::args::Cli;

/// What prints the names, one a line.
const NAMES: &str = "bench-compare --names 2>/dev/null";

/// The commands whose words are sides, as those are without a command.
const OF_SIDES: [&str; 2] = ["export", "calibrate"];

/// Returns the script for a shell; those of PowerShell and Elvish complete no
/// names.
pub(super) fn script(shell: Shell) -> Vec<u8> {
    let mut command = Cli::command();
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command, "bench-compare", &mut script);
    let script = String::from_utf8(script).expect("clap writes UTF-8");
    let with_names = match shell {
        Shell::Bash => script + &bash(&command),
        Shell::Fish => script + &fish(&command),
        Shell::Zsh => zsh(&script),
        _ => script,
    };
    with_names.into_bytes()
}

/// Returns the commands that take no side.
fn others<'a>(command: &'a Command) -> impl Iterator<Item = &'a str> {
    let names = command.get_subcommands().map(Command::get_name);
    names.filter(|name| !OF_SIDES.contains(name))
}

/// Calls clap's function, and adds the names to what that found.
fn bash(command: &Command) -> String {
    let others = others(command).collect::<Vec<_>>().join("|");
    format!(
        r#"
_bench-compare_with_names() {{
    _bench-compare "$@"
    case "${{COMP_WORDS[1]}}" in
        {others}) [[ $COMP_CWORD == 1 ]] || return ;;
    esac
    [[ $2 == -* || $3 == --* ]] ||
        COMPREPLY+=($(compgen -W "$({NAMES})" -- "$2"))
}}
complete -F _bench-compare_with_names -o bashdefault -o default bench-compare
"#
    )
}

fn fish(command: &Command) -> String {
    let others = others(command).collect::<Vec<_>>().join(" ");
    format!(
        "complete -c bench-compare -n \"not \
         __fish_bench_compare_using_subcommand {others}\" -f -a \
         \"({NAMES})\" -d baseline\n"
    )
}

/// How the lines of arguments begin that are sides.
const SIDES_OF_ZSH: [&str; 2] = ["'*::sides ", "':side "];

/// Lets clap's function complete a side by one of ours in place of files.
fn zsh(script: &str) -> String {
    let lines = script.split_inclusive('\n').map(|line| {
        if SIDES_OF_ZSH.iter().any(|it| line.starts_with(it)) {
            line.replace(":_default", ":_bench-compare_baselines")
        } else {
            line.to_owned()
        }
    });
    let names = format!(
        r#"
_bench-compare_baselines() {{
    local -a names
    names=(${{(f)"$({NAMES})"}})
    compadd -a names
    _files
}}
"#
    );
    let script: String = lines.collect();
    // The first line is for the shell, the last calls what stands above.
    let (first, rest) = script.split_once('\n').unwrap_or_default();
    format!("{first}\n{names}{rest}")
}
