//! The steps that the code can leave out, found in its source.

use std::fs;
use std::path::{Path, PathBuf};

use anstream::{print, println};
use anyhow::{Context, Error, Result};
use support::near::{plain, unknown};
use support::schedules::Schedule;

use crate::catalogue::{Catalogue, Found, Package};
use crate::terminal::{BOLD, DIM, paragraph};
use crate::workspace::{relative, root};

/// A constant of a trait, by which code asks whether to take a step.
#[derive(Clone)]
pub(crate) struct Hook {
    pub(crate) package: String,
    pub(crate) name: String,
    /// Its comment.
    pub(crate) about: String,
    pub(crate) file: String,
    pub(crate) line: usize,
}

/// Returns the step that is called `name`.
pub(crate) fn find(catalogue: &Catalogue, name: &str) -> Result<Hook> {
    let all = all(catalogue)?;
    let is_meant = |hook: &&Hook| stem(&hook.name) == stem(name);
    // Some names are steps of several crates: one that models take first.
    let is_taken = |hook: &&Hook| {
        let mut models = catalogue.models();
        models.any(|it| {
            it.package.name == hook.package && it.it.steps.contains(&hook.name)
        })
    };
    let meant: Vec<&Hook> = all.iter().filter(is_meant).collect();
    let taken = meant.iter().copied().find(is_taken);
    taken.or(meant.first().copied()).cloned().ok_or_else(|| {
        let known: Vec<String> =
            all.iter().map(|hook| hook.name.to_lowercase()).collect();
        let known = known.iter().map(String::as_str);
        Error::msg(unknown("step", name, known, "cargo loom --steps"))
    })
}

/// Returns the constant that a planted bug turns off.
pub(crate) fn source(
    catalogue: &Catalogue,
    bug: &Found<'_, Schedule>,
) -> Option<Hook> {
    let package = catalogue.package(&bug.package.name)?;
    let files = files(package).ok()?;
    let hooks = files.iter().filter_map(|file| hooks(package, file).ok());
    hooks.flatten().find(|hook| hook.name == bug.it.step)
}

/// Prints all steps.
pub(crate) fn print(catalogue: &Catalogue) -> Result<()> {
    for hook in all(catalogue)? {
        let models = catalogue.models().filter(|it| {
            it.package.name == hook.package && it.it.steps.contains(&hook.name)
        });
        let bugs = catalogue.bugs().filter(|it| {
            it.package.name == hook.package && it.it.step == hook.name
        });
        let bugs: Vec<&str> = bugs.map(|it| it.it.bug.as_str()).collect();
        let name = hook.name.to_lowercase();
        println!("{BOLD}{name}{BOLD:#} ({})", hook.package);
        print!("{}", paragraph("    ", &hook.about));
        println!("    {}:{}", hook.file, hook.line);
        let models: Vec<&str> = models.map(|it| it.it.test.as_str()).collect();
        if models.is_empty() {
            println!(
                "    {DIM}in no model{}{DIM:#}",
                hook.planted_elsewhere()?
            );
        } else {
            let all = match models.as_slice() {
                [a, b, c, _, ..] => {
                    format!("{a}, {b}, {c} and {} more", models.len() - 3)
                }
                few => few.join(", "),
            };
            print!("{}", paragraph("    in ", &all));
        }
        if bugs.is_empty() {
            println!("    {DIM}no planted bug of its own{DIM:#}");
        } else {
            print!("{}", paragraph("    planted bugs: ", &bugs.join(", ")));
        }
    }
    println!();
    println!("Turn one off: cargo loom --without clears_note");
    Ok(())
}

impl Hook {
    /// Returns in words which tests outside the models turn it off.
    pub(crate) fn planted_elsewhere(&self) -> Result<String> {
        let off = format!("const {}: bool = false", self.name);
        let tests = root().join(&self.package).join("tests");
        let mut found = Vec::new();
        for file in sources(&tests)? {
            if fs::read_to_string(&file)?.contains(&off) {
                found.push(relative(&file));
            }
        }
        Ok(match found.as_slice() {
            [] => String::new(),
            files => format!("; tests turn it off: {}", files.join(", ")),
        })
    }
}

/// Returns the steps of all packages.
pub(crate) fn all(catalogue: &Catalogue) -> Result<Vec<Hook>> {
    let mut found = Vec::new();
    for package in &catalogue.packages {
        for file in files(package)? {
            found.extend(hooks(package, &file)?);
        }
    }
    // The orderings of the smallest model are its own.
    found.retain(|hook| hook.is_of_steps());
    Ok(found)
}

impl Hook {
    fn is_of_steps(&self) -> bool {
        !self.file.ends_with("publication.rs")
    }
}

/// Returns the files in which the traits of a package's steps are.
fn files(package: &Package) -> Result<Vec<PathBuf>> {
    let mut files = sources(&package.folder.join("src"))?;
    files.retain(|file| file.ends_with("steps.rs"));
    files.extend(sources(&package.folder.join("tests/loom"))?);
    Ok(files)
}

/// Returns the Rust files under a folder, in order.
pub(crate) fn sources(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let entries = fs::read_dir(folder)
        .with_context(|| format!("cannot read {}", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(sources(&path)?);
        } else if path.extension().is_some_and(|it| it == "rs") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// Returns the constants of the traits in a file that are a step: those of
/// truth values and of orderings.
fn hooks(package: &Package, file: &Path) -> Result<Vec<Hook>> {
    let text = fs::read_to_string(file)
        .with_context(|| format!("cannot read {}", relative(file)))?;
    let code = syn::parse_file(&text)
        .with_context(|| format!("cannot parse {}", relative(file)))?;
    let mut found = Vec::new();
    for item in code.items {
        let syn::Item::Trait(item) = item else { continue };
        for item in item.items {
            let syn::TraitItem::Const(it) = item else { continue };
            if is_step(&it.ty) {
                found.push(Hook {
                    package: package.name.clone(),
                    name: it.ident.to_string(),
                    about: about(&it.attrs),
                    file: relative(file),
                    line: it.ident.span().start().line,
                });
            }
        }
    }
    Ok(found)
}

fn is_step(ty: &syn::Type) -> bool {
    let syn::Type::Path(path) = ty else { return false };
    let last = path.path.segments.last();
    last.is_some_and(|it| it.ident == "bool" || it.ident == "Ordering")
}

/// Returns the text of a comment, on one line.
fn about(attributes: &[syn::Attribute]) -> String {
    let lines = attributes.iter().filter_map(|attribute| {
        let syn::Meta::NameValue(it) = &attribute.meta else { return None };
        let syn::Expr::Lit(value) = &it.value else { return None };
        let syn::Lit::Str(text) = &value.lit else { return None };
        let is_doc = it.path.is_ident("doc");
        is_doc.then(|| text.value().trim().to_owned())
    });
    lines.collect::<Vec<_>>().join(" ")
}

/// Returns a name of a step with the endings of its words left out, so that
/// `clear_note` is `CLEARS_NOTE`.
fn stem(name: &str) -> String {
    let name = plain(name);
    let words =
        name.split('_').map(|word| word.strip_suffix('s').unwrap_or(word));
    words.collect::<Vec<_>>().join("_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_found_by_its_verb_in_any_form() {
        assert_eq!(stem("clear-note"), stem("CLEARS_NOTE"));
        assert_eq!(stem("WAKES"), stem("wake"));
        assert_ne!(stem("wakes"), stem("wakes_waiters"));
    }
}
