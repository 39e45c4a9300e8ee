//! The arrows between the packages, as ARCHITECTURE.md draws them, and
//! between the folders of a crate, as its own map says.

use std::collections::BTreeSet;
use std::fs;

use cargo_metadata::{DependencyKind, MetadataCommand, Package};
use support::workspace::root;

use crate::circles::arrows;
use crate::modules::Crate;
use crate::none;

/// Each package with those that it depends on, tests left out.
const PACKAGES: [(&str, &[&str]); 14] = [
    ("support", &[]),
    ("timer-heap", &["support"]),
    ("queue-locks", &["support"]),
    ("finalizers", &["support"]),
    ("coverage-merge", &["support"]),
    ("containers", &["support"]),
    ("loom-run", &["support"]),
    ("lab-judge", &["queue-locks", "support", "timer-heap"]),
    ("lab-run", &["bench-compare", "lab-judge", "support"]),
    ("bench-compare", &["support"]),
    (
        "benches",
        &[
            "bench-compare",
            "containers",
            "coverage-merge",
            "finalizers",
            "queue-locks",
            "support",
            "timer-heap",
        ],
    ),
    ("live", &["finalizers", "queue-locks", "support", "timer-heap"]),
    (
        "book",
        &[
            "bench-compare",
            "coverage-merge",
            "finalizers",
            "live",
            "queue-locks",
            "support",
            "timer-heap",
        ],
    ),
    (
        "xtask",
        &["bench-compare", "book", "coverage-merge", "queue-locks", "support"],
    ),
];

#[test]
fn packages_depend_on_each_other_as_drawn() {
    let metadata = MetadataCommand::new().current_dir(root()).no_deps().exec();
    let packages = metadata.expect("cargo knows the workspace").packages;
    let names: BTreeSet<&str> = packages.iter().map(|it| &**it.name).collect();
    let drawn: BTreeSet<&str> =
        PACKAGES.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, drawn, "the packages of the workspace");
    for package in &packages {
        let (_, expected) = PACKAGES
            .into_iter()
            .find(|(name, _)| *name == package.name.as_str())
            .expect("all are drawn");
        let expected: BTreeSet<&str> = expected.iter().copied().collect();
        assert_eq!(needs(package, &names), expected, "{}", package.name);
    }
}

/// Returns which of `names` a package needs to be built, on any machine.
fn needs<'a>(
    package: &'a Package,
    names: &BTreeSet<&str>,
) -> BTreeSet<&'a str> {
    let dependencies = package.dependencies.iter();
    dependencies
        .filter(|it| it.kind != DependencyKind::Development)
        .map(|it| it.name.as_str())
        .filter(|name| names.contains(name))
        .collect()
}

/// Folders of a crate, each with the other folders that it imports from.
/// What stands beside the folders, they do not import.
const FOLDERS: [(&str, &str, &[&str]); 3] = [
    ("timer-heap/src", "structures", &[]),
    ("timer-heap/src", "time", &[]),
    ("timer-heap/src", "service", &["structures", "time"]),
];

#[test]
fn folders_import_only_what_their_rule_names() {
    let mut found = Vec::new();
    for (src, folder, allowed) in FOLDERS {
        let read = |file: &str| fs::read_to_string(root().join(file)).ok();
        let arrows = arrows(&Crate::load(&format!("{src}/lib.rs"), &read));
        let inside = |file: &str, folder: &str| {
            file.starts_with(&format!("{src}/{folder}/"))
        };
        for (from, targets) in &arrows {
            for (to, line) in targets.iter().filter(|_| inside(from, folder)) {
                let may = allowed.iter().any(|allowed| inside(to, allowed));
                if !may && !inside(to, folder) {
                    found.push(format!("{from}:{line}: {to} is not below"));
                }
            }
        }
    }
    none(&found);
}
