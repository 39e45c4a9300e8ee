//! The models and the planted bugs, read from the files that packages keep.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail, ensure};
use support::models::{self, Model};
use support::near::{plain, unknown};
use support::schedules::Schedule;

use crate::workspace::{relative, root};

/// A package that has models.
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) folder: PathBuf,
    pub(crate) models: Vec<Model>,
    pub(crate) bugs: Vec<Schedule>,
}

/// A model or a planted bug, with its package.
pub(crate) struct Found<'a, T> {
    pub(crate) package: &'a Package,
    pub(crate) it: &'a T,
}

/// Every package that has models, by name.
pub(crate) struct Catalogue {
    pub(crate) packages: Vec<Package>,
}

/// Returns the folders of the packages that have models.
fn folders() -> Result<Vec<PathBuf>> {
    let mut folders = Vec::new();
    for folder in fs::read_dir(root())? {
        folders.push(folder?.path());
    }
    folders.retain(|folder| models::file(folder).exists());
    folders.sort();
    Ok(folders)
}

/// Returns `--package` for each package that has models.
pub(crate) fn packages() -> Result<Vec<String>> {
    let folders = folders()?;
    let names = folders.iter().filter_map(|folder| folder.file_name());
    Ok(names.map(|it| format!("--package={}", it.display())).collect())
}

impl Catalogue {
    /// Reads the files of all packages, or of the one called `only`.
    pub(crate) fn read(only: Option<&str>) -> Result<Self> {
        let packages = folders()?.into_iter().map(Package::read);
        let mut packages: Vec<Package> = packages.collect::<Result<_>>()?;
        ensure!(
            !packages.is_empty(),
            "no package under {} has a file tests/loom/models.json",
            root().display()
        );
        if let Some(only) = only {
            let is_meant = |it: &Package| plain(&it.name) == plain(only);
            if !packages.iter().any(is_meant) {
                let known = packages.iter().map(|it| it.name.as_str());
                let known: Vec<&str> = known.collect();
                let list = known.join(", ");
                bail!(unknown("crate with models", only, known, &list));
            }
            packages.retain(is_meant);
        }
        Ok(Self { packages })
    }

    /// Returns the package of that name.
    pub(crate) fn package(&self, name: &str) -> Option<&Package> {
        self.packages.iter().find(|package| package.name == name)
    }

    /// Returns all models.
    pub(crate) fn models(&self) -> impl Iterator<Item = Found<'_, Model>> {
        self.packages.iter().flat_map(|package| {
            package.models.iter().map(move |it| Found { package, it })
        })
    }

    /// Returns all planted bugs.
    pub(crate) fn bugs(&self) -> impl Iterator<Item = Found<'_, Schedule>> {
        self.packages.iter().flat_map(|package| {
            package.bugs.iter().map(move |it| Found { package, it })
        })
    }

    /// Returns the models whose names have one of `names` in them; all of
    /// them, if there are no names.
    pub(crate) fn named(
        &self,
        names: &[String],
    ) -> Result<Vec<Found<'_, Model>>> {
        let full = |found: &Found<'_, Model>| {
            plain(&format!("{}/{}", found.package.name, found.it.test))
        };
        for name in names {
            let wanted = plain(name);
            if !self.models().any(|it| full(&it).contains(&wanted)) {
                let known = self.models().map(|found| found.it.test.as_str());
                bail!(unknown("model", name, known, "cargo loom"));
            }
        }
        let is_wanted = |found: &Found<'_, Model>| {
            let full = full(found);
            names.is_empty()
                || names.iter().any(|name| full.contains(&plain(name)))
        };
        Ok(self.models().filter(is_wanted).collect())
    }

    /// Returns the planted bugs called `name`, by their own name or by that
    /// of their test.
    pub(crate) fn planted(
        &self,
        name: &str,
    ) -> Result<Vec<Found<'_, Schedule>>> {
        let wanted = plain(name);
        let is_wanted = |found: &Found<'_, Schedule>| {
            let full = format!("{}/{}", found.package.name, found.it.test);
            plain(&found.it.bug) == wanted
                || plain(&found.it.test) == wanted
                || plain(&full) == wanted
        };
        let all: Vec<_> = self.bugs().filter(is_wanted).collect();
        if all.is_empty() {
            let known = self.bugs().map(|found| found.it.bug.as_str());
            bail!(unknown("planted bug", name, known, "cargo loom"));
        }
        Ok(all)
    }
}

impl Package {
    fn read(folder: PathBuf) -> Result<Self> {
        let name = folder.file_name().context("a package has a folder")?;
        let name = name.to_string_lossy().into_owned();
        let models = models::read(&folder)?;
        let lanes = folder.join("tests/loom/lanes");
        let mut bugs = if lanes.exists() {
            Schedule::read_all(&lanes)?
        } else {
            Vec::new()
        };
        bugs.sort_by(|a, b| a.bug.cmp(&b.bug));
        for bug in &bugs {
            let has_model = models.iter().any(|model| model.test == bug.of);
            ensure!(
                has_model,
                "{}/{}.json: there is no model {}",
                relative(&lanes),
                bug.bug,
                bug.of
            );
        }
        Ok(Self { name, folder, models, bugs })
    }

    /// Returns the names of the bugs that are planted in a model.
    pub(crate) fn planted_in(&self, model: &Model) -> Vec<&str> {
        let bugs = self.bugs.iter().filter(|bug| bug.of == model.test);
        bugs.map(|bug| bug.bug.as_str()).collect()
    }
}
