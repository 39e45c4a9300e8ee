//! Go modules in a tree of sources: the names with which paths begin.

use std::fs;
use std::path::Path;
// Not modelled: whoever asks first finds what all others would.
use std::sync::OnceLock;

/// How deep below the root modules are looked for, and in how many folders.
const DEEPEST: usize = 6;
const MOST_FOLDERS: usize = 20_000;

/// Folders whose modules are those of others.
const OTHERS: [&str; 4] = ["node_modules", "vendor", "testdata", "target"];

/// The modules in a tree, found when somebody asks for them.
#[derive(Clone, Debug)]
pub(crate) struct GoModules {
    /// The name of the module at the root.
    pub(crate) root: Option<String>,
    /// The others, with their folders.
    below: OnceLock<Vec<(String, String)>>,
}

impl GoModules {
    pub(crate) fn new(root: &Path) -> Self {
        Self { root: module_of(root), below: OnceLock::new() }
    }

    /// Returns where a file is, below `root`, that a profile calls `path`;
    /// `None` if it begins with no module.
    pub(crate) fn place(&self, root: &Path, path: &str) -> Option<String> {
        let here = self.root.as_ref().and_then(|name| inside(path, name));
        if let Some(rest) = here {
            return Some(rest.to_owned());
        }
        // A repository may have its modules in folders.
        let below = self.below.get_or_init(|| find(root));
        let fits = below.iter().filter_map(|(name, folder)| {
            Some((name.len(), format!("{folder}/{}", inside(path, name)?)))
        });
        fits.max().map(|(_, place)| place)
    }
}

/// Returns the rest of a path behind a module's name.
fn inside<'a>(path: &'a str, module: &str) -> Option<&'a str> {
    path.strip_prefix(module)?.strip_prefix('/')
}

/// Returns the modules in the folders below `root`.
fn find(root: &Path) -> Vec<(String, String)> {
    let mut modules = Vec::new();
    let mut seen = 0;
    let mut folders = vec![(String::new(), 0)];
    while let Some((folder, depth)) = folders.pop() {
        seen += 1;
        let Ok(entries) = fs::read_dir(root.join(&folder)) else { continue };
        if seen > MOST_FOLDERS {
            break;
        }
        for entry in entries.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            // A link is no folder here, so no circle is walked.
            let is_folder = entry.file_type().is_ok_and(|it| it.is_dir());
            let is_other = name.starts_with('.') || OTHERS.contains(&&*name);
            if !is_folder || is_other || depth == DEEPEST {
                continue;
            }
            let place = match &*folder {
                "" => name,
                folder => format!("{folder}/{name}"),
            };
            if let Some(module) = module_of(&root.join(&place)) {
                modules.push((module, place.clone()));
            }
            folders.push((place, depth + 1));
        }
    }
    modules
}

/// Returns the name that the `go.mod` of this folder gives its module.
pub(crate) fn module_of(folder: &Path) -> Option<String> {
    let text = fs::read_to_string(folder.join("go.mod")).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("module "))?;
    let name = line.split("//").next().unwrap_or_default().trim();
    Some(name.trim_matches('"').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_in_folders_are_found() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let root = folder.path();
        for (place, name) in [
            ("backend/api", "x.org/api"),
            ("backend/api/v2", "x.org/api/v2"),
            ("web/node_modules/z", "x.org/z"),
        ] {
            fs::create_dir_all(root.join(place)).expect("writable");
            let text = format!("// of {place}\nmodule {name} // yes\n");
            fs::write(root.join(place).join("go.mod"), text).expect("writable");
        }
        let modules = GoModules::new(root);
        let place = |path: &str| modules.place(root, path);
        let expected = Some("backend/api/a/b.go".to_owned());
        assert_eq!(place("x.org/api/a/b.go"), expected);
        let expected = Some("backend/api/v2/c.go".to_owned());
        assert_eq!(place("x.org/api/v2/c.go"), expected);
        assert_eq!(place("x.org/z/d.go"), None);
        assert_eq!(place("x.org/apis/d.go"), None);
    }
}
