//! The source files that a profile names, as far as they are found.

use std::fs;
use std::path::{Component, Path, PathBuf};

use crate::profile::path::normal;
use crate::reports::go_modules::{GoModules, module_of};

/// A folder with source files. Nothing outside of it is ever read, whatever
/// paths a profile has.
#[derive(Clone, Debug)]
pub struct SourceTree {
    root: PathBuf,
    /// The names with which Go's paths begin.
    modules: GoModules,
}

/// A larger file is no source that anybody reads.
const LARGEST: u64 = 64 << 20;

impl SourceTree {
    /// Returns the sources below `root`; where there is a `go.mod` in it, or in
    /// folders below, its module's paths are found too. `None` when there is
    /// no such folder.
    pub fn new(root: &Path) -> Option<Self> {
        let root = fs::canonicalize(root).ok()?;
        if !root.is_dir() {
            return None;
        }
        let modules = GoModules::new(&root);
        Some(Self { root, modules })
    }

    /// Returns the paths that a profile may have for the file `path` of the
    /// tree: the import path by the nearest `go.mod`, and the whole path.
    pub(crate) fn names(&self, path: &str) -> Vec<String> {
        let mut names = Vec::new();
        for (at, _) in path.rmatch_indices('/').chain([(0, "")]) {
            let (folder, rest) = path.split_at(at);
            let module = match at {
                0 => self.modules.root.clone(),
                _ => self.below(folder).and_then(|it| module_of(&it)),
            };
            if let Some(module) = module {
                let rest = rest.trim_start_matches('/');
                names.push(format!("{module}/{rest}"));
                break;
            }
        }
        let whole = self.plain_root().join(path);
        names.push(normal(&whole.to_string_lossy()).into_owned());
        names
    }

    /// Returns the path below the tree's root of a file that a profile calls
    /// `path`; `None` where neither a module nor the root begins it.
    pub fn relative(&self, path: &str) -> Option<String> {
        let root = self.plain_root().to_string_lossy();
        let below = || path.strip_prefix(&*normal(&root))?.strip_prefix('/');
        let below = below().map(str::to_owned);
        below.or_else(|| self.modules.place(&self.root, path))
    }

    /// Returns the text of a file, if it is in the tree; what is not UTF-8 in
    /// it is replaced.
    pub fn read(&self, path: &str) -> Option<String> {
        let of_module = self.modules.place(&self.root, path);
        of_module
            .and_then(|path| self.read_below(&path))
            .or_else(|| self.read_below(path))
    }

    fn read_below(&self, path: &str) -> Option<String> {
        let whole = self.below(path)?;
        let metadata = fs::metadata(&whole).ok()?;
        if !metadata.is_file() || metadata.len() > LARGEST {
            return None;
        }
        let text = fs::read(whole).ok()?;
        Some(String::from_utf8_lossy(&text).into_owned())
    }

    /// Returns the root as profiles spell it: on Windows `C:\src`, where the
    /// real path is `\\?\C:\src`.
    fn plain_root(&self) -> &Path {
        dunce::simplified(&self.root)
    }

    /// Returns where `path` is, if it is in the tree.
    fn below(&self, path: &str) -> Option<PathBuf> {
        let path = Path::new(path);
        // Reports often have whole paths: those inside the tree are meant.
        let path = path.strip_prefix(self.plain_root()).unwrap_or(path);
        let plain = |part| matches!(part, Component::Normal(_));
        if !path.components().all(plain) {
            return None;
        }
        // A link must not lead out of the tree either.
        let whole = fs::canonicalize(self.root.join(path)).ok()?;
        whole.starts_with(&self.root).then_some(whole)
    }
}

/// Returns whether a Go file says that it is generated: a line of its own
/// before the package clause, as `go help generate` defines it.
pub(crate) fn is_generated(text: &str) -> bool {
    text.lines().take_while(|line| !line.starts_with("package ")).any(|line| {
        line.starts_with("// Code generated ")
            && line.ends_with(" DO NOT EDIT.")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_outside_of_the_tree_is_read() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let root = folder.path().join("tree");
        fs::create_dir(&root).expect("writable");
        fs::write(folder.path().join("secret"), "secret").expect("writable");
        fs::write(root.join("a.go"), "package a").expect("writable");
        fs::write(root.join("go.mod"), "module x.org/m\n").expect("writable");
        let tree = SourceTree::new(&root).expect("it is there");
        let inside = Some("package a".to_owned());
        assert_eq!(tree.read("a.go"), inside);
        assert_eq!(tree.read("x.org/m/a.go"), inside);
        let whole = root.join("a.go").display().to_string();
        assert_eq!(tree.read(&whole), inside);
        assert_eq!(tree.read("../secret"), None);
        assert_eq!(tree.read("x.org/m/../secret"), None);
        assert_eq!(tree.read("./../tree/../secret"), None);
        let whole = folder.path().join("secret").display().to_string();
        assert_eq!(tree.read(&whole), None);
        #[cfg(unix)]
        {
            let link = root.join("link.go");
            std::os::unix::fs::symlink("../secret", link).expect("a link");
            assert_eq!(tree.read("link.go"), None);
        }
    }

    #[test]
    fn a_generated_file_says_so_before_its_package() {
        let mark = "// Code generated by x. DO NOT EDIT.";
        assert!(is_generated(&format!("{mark}\n\npackage a\n")));
        assert!(!is_generated(&format!("package a\n\n{mark}\n")));
        assert!(!is_generated("// Code generated by hand\npackage a\n"));
    }
}
