//! No circle of modules: what a file imports stands below it.
//!
//! Two files that need each other can only be understood together, and can
//! not be tested apart. An import through a re-export hides such a circle,
//! so re-exports are followed to the file that defines.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use support::workspace::root;

use crate::modules::{Crate, Target};
use crate::{crate_roots, none};

/// Which files a file needs, and at which line it says so first.
pub(crate) type Arrows = BTreeMap<String, BTreeMap<String, usize>>;

pub(crate) fn arrows(code: &Crate) -> Arrows {
    let mut arrows = Arrows::new();
    for (id, module) in code.modules.iter().enumerate() {
        let from = arrows.entry(module.file.clone()).or_default();
        for (path, line) in &module.paths {
            if let Some(Target::ItemOf(target)) = code.resolve(id, path) {
                let file = &code.modules[target].file;
                if *file != module.file {
                    from.entry(file.clone()).or_insert(*line);
                }
            }
        }
    }
    arrows
}

/// Returns the shortest way from a file back to itself, as the files on it.
fn way_back(arrows: &Arrows, start: &str) -> Option<Vec<String>> {
    let mut came_from = BTreeMap::new();
    let mut reached = vec![start.to_owned()];
    while !reached.is_empty() {
        let mut next = Vec::new();
        for file in reached {
            for to in arrows.get(&file).into_iter().flat_map(BTreeMap::keys) {
                if !came_from.contains_key(to) {
                    came_from.insert(to.clone(), file.clone());
                    next.push(to.clone());
                }
            }
        }
        reached = next;
    }
    let mut way = vec![start.to_owned()];
    let mut at = came_from.get(start)?;
    while at != start {
        way.push(at.clone());
        at = &came_from[at];
    }
    way.push(start.to_owned());
    way.reverse();
    Some(way)
}

/// Returns each circle once, as `a.rs:3 -> b.rs:7 -> a.rs`.
fn circles(arrows: &Arrows) -> Vec<String> {
    let mut seen: BTreeSet<String> = BTreeSet::new();
    let mut found = Vec::new();
    for start in arrows.keys() {
        if seen.contains(start) {
            continue;
        }
        if let Some(way) = way_back(arrows, start) {
            let steps = way.windows(2).map(|pair| {
                format!("{}:{}", pair[0], arrows[&pair[0]][&pair[1]])
            });
            let steps: Vec<String> = steps.collect();
            found.push(format!("{} -> {start}", steps.join(" -> ")));
            seen.extend(way);
        }
    }
    found
}

/// The one knot that reads better tied: see `finalizers/src/gc/mod.rs`.
const ALLOWED: &str = "finalizers/src/gc/";

#[test]
fn no_crate_has_a_circle_of_modules() {
    let mut found = Vec::new();
    for crate_root in crate_roots() {
        let code = load(&crate_root);
        let mut arrows = arrows(&code);
        for (from, to) in &mut arrows {
            let in_knot = |file: &str| file.starts_with(ALLOWED);
            to.retain(|to, _| !(in_knot(from) && in_knot(to)));
        }
        found.extend(circles(&arrows));
    }
    none(&found);
}

/// The crate's face is for its users: inside, it would hide the arrows.
#[test]
fn inside_a_crate_one_imports_from_the_module_that_defines() {
    let mut found = Vec::new();
    for crate_root in crate_roots() {
        found.extend(imports_from_the_face(&load(&crate_root)));
    }
    none(&found);
}

fn imports_from_the_face(code: &Crate) -> Vec<String> {
    let face = &code.modules[0];
    let mut found = Vec::new();
    for module in code.modules.iter().filter(|it| it.file != face.file) {
        for (path, line) in &module.paths {
            if let [first, name, ..] = path.as_slice()
                && first == "crate"
                && face.imports.contains_key(name)
                && !face.children.contains_key(name)
            {
                found.push(format!("{}:{line}: crate::{name}", module.file));
            }
        }
    }
    found
}

fn load(crate_root: &str) -> Crate {
    Crate::load(crate_root, &|file| fs::read_to_string(root().join(file)).ok())
}

fn planted(files: &[(&str, &str)]) -> Crate {
    Crate::load("lib.rs", &|name| {
        let found = files.iter().find(|(file, _)| *file == name)?;
        Some(found.1.to_owned())
    })
}

#[test]
fn a_circle_through_the_face_is_found() {
    let code = planted(&[
        ("lib.rs", "mod a; mod b;\npub use a::Above;\npub use b::Below;"),
        ("a.rs", "use crate::b::Below;\npub struct Above(Below);"),
        ("b/mod.rs", "\nuse crate::Above;\npub struct Below(Box<Above>);"),
    ]);
    assert_eq!(circles(&arrows(&code)), ["a.rs:1 -> b/mod.rs:2 -> a.rs"]);
    assert_eq!(imports_from_the_face(&code), ["b/mod.rs:2: crate::Above"]);
}

#[test]
fn a_circle_of_parent_and_child_is_found_in_macros_too() {
    let code = planted(&[
        ("lib.rs", "mod a;"),
        ("a/mod.rs", "mod b;\npub fn up() { println!(\"{}\", b::down()); }"),
        ("a/b.rs", "pub fn down() -> u8 { super::up(); 1 }"),
    ]);
    assert_eq!(circles(&arrows(&code)), ["a/b.rs:1 -> a/mod.rs:2 -> a/b.rs"]);
}

#[test]
fn arrows_that_all_point_down_are_no_circle() {
    let code = planted(&[
        ("lib.rs", "mod a; mod b { mod c; }\npub use a::A;"),
        ("a.rs", "use crate::b::c::C;\npub struct A(C);"),
        (
            "b/c.rs",
            "pub struct C;\n#[cfg(test)] mod tests { use crate::a::A; }",
        ),
    ]);
    assert_eq!(circles(&arrows(&code)), [""; 0]);
}

#[test]
fn a_circle_of_imports_of_all_is_found() {
    let code = planted(&[
        ("lib.rs", "mod a; mod b;"),
        ("a.rs", "use crate::b::*;\npub trait A {}"),
        ("b.rs", "use crate::a::A;\npub trait B: A {}"),
    ]);
    assert_eq!(circles(&arrows(&code)), ["a.rs:1 -> b.rs:1 -> a.rs"]);
}
