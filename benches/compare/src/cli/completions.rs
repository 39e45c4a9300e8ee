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
        Shell::Zsh => zsh(&script, &command),
        _ => script,
    };
    with_names.into_bytes()
}

/// Returns the commands that take no side.
fn others(command: &Command) -> impl Iterator<Item = &str> {
    let names = command.get_subcommands().map(Command::get_name);
    names.filter(|name| !OF_SIDES.contains(name))
}

/// Calls clap's function, and adds the names to what that found.
fn bash(command: &Command) -> String {
    let others = others(command).collect::<Vec<_>>().join("|");
    format!(
        r#"
_bench-compare_with_names() {{
    _bench__compare "$@"
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

/// Calls clap's function, under another name, and adds the names.
fn zsh(script: &str, command: &Command) -> String {
    let others = others(command).collect::<Vec<_>>().join("|");
    let names = format!(
        r#"
_bench-compare() {{
    _bench-compare_of_clap "$@"
    case "$words[2]" in
        {others}) [[ $CURRENT == 2 ]] || return ;;
    esac
    local -a names
    names=(${{(f)"$({NAMES})"}})
    [[ $PREFIX == -* || $words[CURRENT-1] == --* ]] || compadd -a names
}}
"#
    );
    let (head, own) = ("_bench-compare() {", "_bench-compare_of_clap() {");
    let script = script.replacen(head, own, 1);
    // The first line is for the shell, the last calls what stands above.
    let (first, rest) = script.split_once('\n').unwrap_or_default();
    format!("{first}\n{names}{rest}")
}
