//! The map on top of a library names each of its modules, and no other.

use std::fs;

use support::workspace::root;

use crate::modules::Crate;
use crate::{crate_roots, none};

#[test]
fn each_library_has_a_map_of_all_its_modules() {
    let mut found = Vec::new();
    for face in crate_roots().iter().filter(|root| root.ends_with("lib.rs")) {
        let read = |file: &str| fs::read_to_string(root().join(file)).ok();
        let text = read(face).expect("git has listed it");
        found.extend(differences(
            face,
            &docs(&text),
            &Crate::load(face, &read),
        ));
    }
    none(&found);
}

/// Returns the text of the `//!` lines.
fn docs(text: &str) -> String {
    let lines = text.lines().filter_map(|line| line.strip_prefix("//!"));
    lines.collect::<Vec<_>>().join("\n")
}

fn differences(face: &str, docs: &str, code: &Crate) -> Vec<String> {
    let modules = &code.modules[0].children;
    let missing = modules
        .keys()
        .filter(|name| {
            let is_named =
                |link: &str| docs.contains(&format!("`{link}{name}`"));
            !is_named("") && !is_named("mod@")
        })
        .map(|name| format!("{face}: the map lacks `{name}`"));
    let stale = entries(docs)
        .filter(|name| !modules.contains_key(*name))
        .map(|name| format!("{face}: there is no module `{name}`"));
    missing.chain(stale).collect()
}

/// Returns the names that begin an entry of a list or a table and read as modules.
fn entries(docs: &str) -> impl Iterator<Item = &str> {
    let head = |line: &str| -> Option<usize> {
        let entry = line.trim_start();
        let starts = ["- `", "- [`", "| `", "| [`"];
        let start = starts.iter().find(|start| entry.starts_with(**start))?;
        Some(line.len() - entry.len() + start.len())
    };
    docs.lines()
        .filter_map(move |line| line[head(line)?..].split('`').next())
        .filter(|name| {
            name.bytes().all(|b| b == b'_' || b.is_ascii_lowercase())
        })
}

#[test]
fn a_missing_and_a_stale_entry_are_found() {
    let code = Crate::load("lib.rs", &|name| match name {
        "lib.rs" => Some("mod heap; mod wheel;".into()),
        _ => Some(String::new()).filter(|_| name.ends_with("mod.rs")),
    });
    let docs = "\n - [`heap`]: four children.\n - `queue`: gone.";
    assert_eq!(
        differences("lib.rs", docs, &code),
        ["lib.rs: the map lacks `wheel`", "lib.rs: there is no module `queue`"]
    );
}
