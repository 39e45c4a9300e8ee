//! What the shell completes: see `support::completions`.

use std::collections::BTreeSet;

use anyhow::Result;
use clap::CommandFactory;
use support::completions::words;

use crate::catalogue::Catalogue;
use crate::cli::Cli;
use crate::hooks;

/// Prints what can be given: the options, the parts of the models' names, the
/// planted bugs and the steps.
pub(crate) fn print_names(catalogue: &Catalogue) -> Result<()> {
    let mut names: BTreeSet<String> = words(&Cli::command(), &[]);
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
