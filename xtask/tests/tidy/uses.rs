//! What code names of `std` and of other crates, however it imports it.

use std::fs;

use support::workspace::root;

use crate::crate_roots;
use crate::modules::{Crate, Module, ModuleId};

/// Returns the places that name one of `names`, as `file:line: path`, in the
/// crates below `folders`. A comment before it, with no more than
/// imports between, excuses a place if it begins with `reason`.
pub(crate) fn unexcused(
    folders: &[&str],
    names: &[&str],
    reason: &str,
) -> Vec<String> {
    let read = |file: &str| fs::read_to_string(root().join(file)).ok();
    let mut found = Vec::new();
    for crate_root in crate_roots() {
        if folders.iter().any(|folder| crate_root.starts_with(folder)) {
            let code = Crate::load(&crate_root, &read);
            found.extend(unexcused_in(&code, &read, names, reason));
        }
    }
    found.sort();
    found.dedup();
    found
}

/// Like [`unexcused`], in one crate.
pub(crate) fn unexcused_in(
    code: &Crate,
    read: &dyn Fn(&str) -> Option<String>,
    names: &[&str],
    reason: &str,
) -> Vec<String> {
    let mut found = Vec::new();
    for (id, module) in code.modules.iter().enumerate() {
        let text = read(&module.file).unwrap_or_default();
        let lines: Vec<&str> = text.lines().map(str::trim_start).collect();
        let excused = |line: usize| {
            let mut before = lines[..line - 1].iter().rev();
            before
                .find(|it| !it.starts_with("use "))
                .is_some_and(|it| it.starts_with(reason))
        };
        for (path, line) in &module.paths {
            if names_one(code, id, module, path, names) && !excused(*line) {
                found.push(format!(
                    "{}:{line}: {}",
                    module.file,
                    path.join("::")
                ));
            }
        }
    }
    found
}

/// Returns true if a path leads to one of `names`; false if the import that
/// it goes through does so already, because that is found by itself.
fn names_one(
    code: &Crate,
    id: ModuleId,
    module: &Module,
    path: &[String],
    names: &[&str],
) -> bool {
    let is_one = |path: &str| {
        let is = |name: &&str| {
            path.strip_prefix(*name)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
        };
        names.iter().any(is)
    };
    let import = module.imports.get(&path[0]);
    let is_found_there = import
        .is_some_and(|import| import != path && is_one(&code.full(id, import)));
    path.len() > 1 && is_one(&code.full(id, path)) && !is_found_there
}
