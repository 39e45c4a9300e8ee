//! What the shell completes: see `support::completions`.

use anyhow::Result;
use clap::CommandFactory;

use crate::catalogue::Catalogue;
use crate::cli::Cli;
use crate::hooks;

/// Returns what can be given to a run: the packages, the parts of the models'
/// names, the planted bugs and the steps.
pub(crate) fn names(typed: &[String]) -> Result<Vec<String>> {
    let cli = Cli::command();
    if typed.first().is_some_and(|it| cli.find_subcommand(it).is_some()) {
        return Ok(Vec::new());
    }
    let catalogue = Catalogue::read(None)?;
    let mut names = Vec::new();
    for package in &catalogue.packages {
        names.push(package.name.clone());
    }
    for model in catalogue.models() {
        names.extend(model.it.test.split("::").map(str::to_owned));
    }
    names.extend(catalogue.bugs().map(|bug| bug.it.bug.clone()));
    let hooks = hooks::all(&catalogue)?;
    names.extend(hooks.iter().map(|hook| hook.name.to_lowercase()));
    Ok(names)
}
