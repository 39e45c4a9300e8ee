//! Completions: cargo's own know nothing of the names that this command takes.

use std::collections::BTreeSet;

use anyhow::Result;
use clap::CommandFactory;

use crate::catalogue::Catalogue;
use crate::cli::{Cli, Shell};
use crate::hooks;

/// Returns the script for a shell. It asks for the names each time, so that a
/// model that was made a minute ago is among them.
pub(crate) fn script(shell: Shell) -> &'static str {
    match shell {
        Shell::Bash => BASH,
        Shell::Fish => FISH,
        Shell::Zsh => ZSH,
    }
}

const BASH: &str = r#"# source <(cargo loom --completions bash)
# What completes other commands of cargo's goes on to do so.
_cargo_loom_before=$(complete -p cargo 2>/dev/null | sed -n 's/.*-F \([^ ]*\).*/\1/p')
_cargo_loom() {
    if [[ ${COMP_WORDS[1]} == loom && $COMP_CWORD -gt 1 ]]; then
        COMPREPLY=($(compgen -W "$(cargo loom --names 2>/dev/null)" -- "$2"))
    elif [[ -n $_cargo_loom_before && $_cargo_loom_before != _cargo_loom ]]; then
        "$_cargo_loom_before" "$@"
    fi
}
complete -F _cargo_loom cargo
"#;

const FISH: &str = r#"# cargo loom --completions fish | source
complete -c cargo -n '__fish_seen_subcommand_from loom' -f -a '(cargo loom --names 2>/dev/null)'
"#;

/// Cargo's own completions for zsh call a function of this name.
const ZSH: &str = r#"# source <(cargo loom --completions zsh)
_cargo-loom() {
    local -a names
    names=(${(f)"$(cargo loom --names 2>/dev/null)"})
    compadd -a names
}
"#;

/// Prints what can be given: the options, the parts of the models' names, the
/// planted bugs and the steps.
pub(crate) fn print_names(catalogue: &Catalogue) -> Result<()> {
    let mut names = BTreeSet::from(["new".to_owned()]);
    let command = Cli::command();
    let options = command.get_arguments().filter_map(|it| it.get_long());
    let shown = options.filter(|name| *name != "names");
    names.extend(shown.map(|name| format!("--{name}")));
    for package in &catalogue.packages {
        names.insert(package.name.clone());
    }
    for model in catalogue.models() {
        names.extend(model.it.test.split("::").map(str::to_owned));
    }
    names.extend(catalogue.bugs().map(|bug| bug.it.bug.clone()));
    let hooks = hooks::all(catalogue)?;
    names.extend(hooks.iter().map(|hook| hook.name.to_lowercase()));
    for name in names {
        println!("{name}");
    }
    Ok(())
}
