//! `cargo loom new`: a model of your own, with a bug planted in it.

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result, bail, ensure};
use support::atomic_file;
use support::models;
use support::near::plain;

use crate::catalogue::Catalogue;
use crate::cli::New;
use crate::workspace::{relative, root};

/// What is written, a model of the package `support`, where it is compiled
/// and run.
const TEMPLATE: &str = include_str!("../../../support/tests/loom/my_model.rs");
const NAME: &str = "my_model";
const BUG: &str = "my_model_without_its_step";

pub(crate) fn run(args: &New) -> Result<ExitCode> {
    let catalogue = Catalogue::read(Some(&args.package))?;
    let package = &catalogue.packages[0];
    let name = checked(&args.name)?;
    let folder = package.folder.join("tests/loom");
    let file = folder.join(format!("{name}.rs"));
    ensure!(
        !file.exists(),
        "{} is there already: take another name",
        relative(&file)
    );

    let main = folder.join("main.rs");
    let text = fs::read_to_string(&main)
        .with_context(|| format!("cannot read {}", relative(&main)))?;
    let text = with_module(&text, &name)?;
    let entries = with_entry(&package.folder, &name)?;
    let schedule = schedule(&name)?;
    let lanes = folder.join(format!("lanes/{}.json", BUG.replace(NAME, &name)));
    fs::create_dir_all(folder.join("lanes"))?;
    atomic_file::write(&file, model(&name).as_bytes())?;
    atomic_file::write(&lanes, schedule.as_bytes())?;
    models::write(&package.folder, &entries)?;
    atomic_file::write(&main, text.as_bytes())?;

    print!("{}", next(&package.name, &name, &file, &folder));
    Ok(ExitCode::SUCCESS)
}

/// Returns the template under another name, without the marks by which the
/// book quotes it.
fn model(name: &str) -> String {
    let is_mark = |line: &&str| line.starts_with("// ANCHOR");
    let lines: Vec<&str> =
        TEMPLATE.lines().filter(|line| !is_mark(line)).collect();
    lines.join("\n").replace(NAME, name) + "\n"
}

/// Returns what there is to do now.
fn next(package: &str, name: &str, file: &Path, folder: &Path) -> String {
    let readme = folder.join("README.md");
    let readme = if readme.exists() {
        format!(
            "   and add a row on it to the first table of {}\n",
            relative(&readme)
        )
    } else {
        String::new()
    };
    format!(
        "{file} is a model with a planted bug.\n\
         1. See it pass:   cargo loom {name}\n\
         2. See it fail:   cargo loom --planted {bug}\n\
         3. Edit the file; its first lines say what, from top to bottom\n\
         4. Say in {package}/tests/loom/models.json what it proves, and what not\n\
         5. Keep its numbers:   cargo loom --crate {package} --record\n{readme}",
        file = relative(file),
        bug = BUG.replace(NAME, name),
    )
}

/// Returns the name as Rust writes that of a module.
fn checked(name: &str) -> Result<String> {
    let name = plain(name);
    let is_ident = syn::parse_str::<syn::Ident>(&name).is_ok();
    let is_plain =
        |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if !is_ident || !name.chars().all(is_plain) {
        bail!(
            "{name:?} is no name of a Rust module: take letters, digits and -"
        );
    }
    ensure!(name != "main", "\"main\" is the file that names the models");
    Ok(name)
}

/// Returns the text of `main.rs` with one more module, where rustfmt would put
/// it.
fn with_module(text: &str, name: &str) -> Result<String> {
    ensure!(
        !begins_a_path(text, name),
        "\"{name}\" is a crate that main.rs uses: take another name"
    );
    let mut lines: Vec<&str> = text.lines().collect();
    let module = |line: &str| {
        Some(line.strip_prefix("mod ")?.strip_suffix(';')?.to_owned())
    };
    let last = lines.iter().rposition(|line| module(line).is_some());
    let last = last.context("main.rs names no module")?;
    // The modules that stand together with the last one.
    let first = lines[..last].iter().rposition(|line| line.trim().is_empty());
    let first = first.map_or(0, |blank| blank + 1);
    let after = (first..=last)
        .find(|&at| module(lines[at]).is_some_and(|other| *other > *name));
    let mut at = after.unwrap_or(last + 1);
    // What stands above a module belongs to it.
    while after.is_some() && at > first && module(lines[at - 1]).is_none() {
        at -= 1;
    }
    let line = format!("mod {name};");
    lines.insert(at, &line);
    Ok(lines.join("\n") + "\n")
}

/// Returns whether the text names something by a path that begins so, which a
/// module of that name would hide.
fn begins_a_path(text: &str, name: &str) -> bool {
    let is_of_path = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    let first = format!("{name}::");
    text.split(|c| !is_of_path(c)).any(|path| path.starts_with(&first))
}

/// Returns the models of a package with one more, in words that ask for
/// better ones.
fn with_entry(package: &Path, name: &str) -> Result<Vec<models::Model>> {
    let example = models::read(&root().join("support"))?;
    let test = format!("{NAME}::{NAME}");
    let example = example.into_iter().find(|model| model.test == test);
    let mut model = example.context("support has lost its example")?;
    model.test = model.test.replace(NAME, name);
    let mut all = models::read(package)?;
    all.push(model);
    all.sort_by(|a, b| a.test.cmp(&b.test));
    Ok(all)
}

/// Returns the schedule on which the planted bug fails.
fn schedule(name: &str) -> Result<String> {
    let file = root().join(format!("support/tests/loom/lanes/{BUG}.json"));
    let text = fs::read_to_string(&file)
        .with_context(|| format!("cannot read {}", relative(&file)))?;
    Ok(text.replace(NAME, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_stands_where_rustfmt_puts_it() {
        let text = "//! Doc.\n\n#[macro_use]\nmod planted;\n\nmod a;\n\
                    // Why.\n#[path = \"x.rs\"]\nmod n;\nmod z;\n\nfn f() {}\n";
        let with = |name| with_module(text, name).unwrap();
        assert!(with("b").contains("mod a;\nmod b;\n// Why.\n#[path"));
        assert!(with("p").contains("mod n;\nmod p;\nmod z;\n"));
        assert!(with("zz").contains("mod z;\nmod zz;\n\nfn f"));
        assert!(with_module("fn f() {}\n", "a").is_err());
    }

    #[test]
    fn a_name_that_would_hide_a_crate_is_refused() {
        let text = "mod a;\n\nfn f(_: &support::models::Model) {}\n";
        let error = with_module(text, "support").unwrap_err().to_string();
        assert!(error.contains("is a crate"), "{error}");
        assert!(with_module(text, "models").is_ok());
        assert!(with_module(text, "port").is_ok());
    }

    #[test]
    fn a_name_becomes_that_of_a_module_or_is_refused() {
        assert_eq!(checked("My-Model").unwrap(), "my_model");
        for wrong in ["", "1st", "mod", "a b", "ä", "main", "../x", "_"] {
            assert!(checked(wrong).is_err(), "{wrong}");
        }
    }

    /// The names in the file that is written are those of the new model.
    #[test]
    fn nothing_of_the_template_s_name_is_left() {
        let text = model("other");
        assert!(!text.contains("my_"), "{text}");
        assert!(!text.contains("ANCHOR"), "{text}");
        assert!(text.contains("fn other_without_its_step()"), "{text}");
        syn::parse_file(&text).unwrap();
    }
}
