//! Each schedule that a crate keeps is that of a planted bug it still has.
//!
//! Under loom the crates compare what they keep with what loom finds. A file
//! whose bug was removed or renamed is one that no test looks at any more:
//! it is found here, from the sources and without loom.

mod sources;

use std::path::{Path, PathBuf};

use regex::Regex;
use support::schedules::Schedule;

/// Returns the folders in which crates keep schedules beside their models.
fn kept() -> Vec<PathBuf> {
    let packages = std::fs::read_dir(sources::root()).expect("a workspace");
    packages
        .map(|entry| entry.expect("it can be read").path())
        .map(|package| package.join("tests/loom"))
        .filter(|folder| folder.join("lanes").is_dir())
        .collect()
}

/// Returns what a schedule says of its bug that the models do not.
fn disagrees(models: &[(String, String)], schedule: &Schedule) -> Vec<String> {
    let mut wrong = Vec::new();
    let (module, path) = schedule.test.split_once("::").unwrap_or_default();
    let (made, name) = path.split_once("::").unwrap_or(("", path));
    let source = |wanted: &str| {
        let (_, text) = models.iter().find(|(name, _)| name == wanted)?;
        Some(text.as_str())
    };
    let Some(own) = source(module) else {
        return vec![format!("no module {module}")];
    };
    // A macro in a file of its own makes the tests of some modules.
    let by_macro = own.contains("planted! {").then(|| source("planted"));
    let source = own.to_owned() + by_macro.flatten().unwrap_or_default();
    let has = |pattern: &str| {
        let pattern = Regex::new(pattern).expect("a valid pattern");
        pattern.is_match(&source)
    };
    if !has(&format!(r"#\[ignore[^\]]*\]\s+fn {name}\(\)")) {
        wrong.push(format!("{module} has no planted test {name}"));
    }
    // A module between is made by a macro, from `name: ...;`.
    if !made.is_empty() && !has(&format!(r"(?m)^ +{made}:")) {
        wrong.push(format!("{module} makes no {made}"));
    }
    let bug = &schedule.bug;
    if !has(&format!(r#"(?m)^ +(?:name: "{bug}",|{bug}:)"#)) {
        wrong.push(format!("{module} checks no bug {bug}"));
    }
    wrong
}

/// Returns the modules of a crate's models: name and source.
fn models(folder: &Path) -> Vec<(String, String)> {
    let files = sources::files(folder, "rs").into_iter();
    let name = |path: &Path| {
        let name = path.file_stem().expect("a file has a name");
        name.to_string_lossy().into_owned()
    };
    files.map(|(path, text)| (name(&path), text)).collect()
}

#[test]
fn every_kept_schedule_is_that_of_a_planted_bug() {
    let mut count = 0;
    for folder in kept() {
        let models = models(&folder);
        for (path, _) in sources::files(&folder.join("lanes"), "json") {
            let schedule = Schedule::read(&path).expect("a schedule");
            let file = sources::place(&path, 1);
            let name = path.file_stem().expect("a file has a name");
            assert_eq!(name, schedule.bug.as_str(), "{file}");
            let wrong = disagrees(&models, &schedule);
            assert!(wrong.is_empty(), "{file}: {}", wrong.join("; "));
            count += 1;
        }
    }
    assert!(count > 20, "only {count} schedules");
}

#[test]
fn a_bug_that_was_removed_or_renamed_is_noticed() {
    for (package, bug, removed) in [
        ("support", "relaxed_load", "fn relaxed_load()"),
        ("support", "relaxed_load", "name: \"relaxed_load\","),
        ("queue-locks", "spin_relaxed_unlock", "spin_relaxed_unlock:"),
        ("queue-locks", "spin_relaxed_unlock", "fn bug()"),
    ] {
        let folder = sources::root().join(package).join("tests/loom");
        let file = folder.join(format!("lanes/{bug}.json"));
        let schedule = Schedule::read(&file).expect("a schedule");
        let mut models = models(&folder);
        assert_eq!(disagrees(&models, &schedule), [] as [String; 0]);
        for (_, source) in &mut models {
            *source = source.replace(removed, "");
        }
        assert_ne!(
            disagrees(&models, &schedule),
            [] as [String; 0],
            "{package} without {removed}"
        );
    }
}
