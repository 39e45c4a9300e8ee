//! The arrows between the packages, as ARCHITECTURE.md draws them.

use std::collections::BTreeSet;
use std::fs;

use crate::root;

/// Each package with what it may depend on, tests left out.
const ARROWS: [(&str, &[&str]); 10] = [
    ("support", &[]),
    ("timer-heap", &["support"]),
    ("queue-locks", &["support"]),
    ("finalizers", &["support"]),
    ("coverage-merge", &["support"]),
    ("benches/compare", &["support"]),
    ("benches", SUBJECTS),
    ("book/live", SUBJECTS),
    ("book", BOOK),
    ("xtask", &["book", "bench-compare", "coverage-merge", "support"]),
];

const SUBJECTS: &[&str] =
    &["timer-heap", "queue-locks", "finalizers", "coverage-merge", "support"];

const BOOK: &[&str] = &[
    "live",
    "bench-compare",
    "timer-heap",
    "queue-locks",
    "finalizers",
    "coverage-merge",
    "support",
];

#[test]
fn packages_depend_on_each_other_as_drawn() {
    let packages: BTreeSet<&str> =
        BOOK.iter().copied().chain(["book", "benches", "xtask"]).collect();
    for (folder, allowed) in ARROWS {
        let manifest = root().join(folder).join("Cargo.toml");
        let text = fs::read_to_string(&manifest).expect("a package");
        for name in dependencies(&text).filter(|name| packages.contains(name)) {
            assert!(
                allowed.contains(&name),
                "{folder}/Cargo.toml: no arrow goes from {folder} to {name}"
            );
        }
    }
}

/// The names under `[dependencies]`.
fn dependencies(manifest: &str) -> impl Iterator<Item = &str> {
    let from = manifest
        .find("\n[dependencies]")
        .map_or("", |at| &manifest[at + "\n[dependencies]".len()..]);
    let until = from.find("\n[").map_or(from, |end| &from[..end]);
    until.lines().filter_map(|line| line.split(['.', ' ', '=']).next())
}

#[test]
fn only_what_a_build_needs_is_an_arrow() {
    let manifest = "[package]\nname = \"a\"\n\n[dependencies]\nb.workspace = \
        true\nc = \"1\"\n\n[dev-dependencies]\nd = \"1\"\n";
    let names: Vec<&str> =
        dependencies(manifest).filter(|name| !name.is_empty()).collect();
    assert_eq!(names, ["b", "c"]);
}
