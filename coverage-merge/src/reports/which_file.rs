//! Which file of a profile somebody means who knows only the end of its path.

use hashbrown::HashMap;

use crate::error::Error;
use crate::profile::path::{depth, normal};
use crate::reports::source_tree::SourceTree;

/// The paths of a profile, found by the names that people and diffs use.
#[derive(Debug)]
pub(crate) struct PathIndex<'a> {
    by_name: HashMap<&'a str, Vec<&'a str>>,
}

fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}

impl<'a> PathIndex<'a> {
    pub(crate) fn new(paths: impl IntoIterator<Item = &'a str>) -> Self {
        let mut by_name: HashMap<&str, Vec<&str>> = HashMap::new();
        for path in paths {
            by_name.entry(name(path)).or_default().push(path);
        }
        Self { by_name }
    }

    /// Returns the path that `wanted` stands for: the same path; else the one
    /// that the sources say it has; else the shortest that ends with it.
    ///
    /// # Errors
    ///
    /// When several are equally short: nobody can know which is meant.
    pub(crate) fn find(
        &self,
        wanted: &str,
        tree: Option<&SourceTree>,
    ) -> Result<Option<&'a str>, Error> {
        let wanted = normal(wanted);
        let Some(known) = self.by_name.get(name(&wanted)) else {
            return Ok(None);
        };
        let exact = |wanted: &str| known.iter().find(|path| **path == wanted);
        let by_tree = || {
            let names = tree.map(|tree| tree.names(&wanted));
            names.unwrap_or_default().iter().find_map(|name| exact(name))
        };
        if let Some(path) = exact(&wanted).or_else(by_tree) {
            return Ok(Some(path));
        }
        let end = format!("/{}", wanted.trim_start_matches('/'));
        let fits = known.iter().filter(|path| path.ends_with(&end));
        let least = fits.clone().map(|path| depth(path)).min();
        let mut shortest: Vec<&str> =
            fits.filter(|path| Some(depth(path)) == least).copied().collect();
        match shortest[..] {
            [] => Ok(None),
            [path] => Ok(Some(path)),
            _ => {
                shortest.sort_unstable();
                Err(ambiguous(&wanted, &shortest))
            }
        }
    }
}

fn ambiguous(wanted: &str, paths: &[&str]) -> Error {
    const SHOWN: usize = 5;
    let mut what = "several files of the profile could be meant:".to_owned();
    for path in paths.iter().take(SHOWN) {
        what += &format!("\n  {path}");
    }
    if let Some(more) = paths.len().checked_sub(SHOWN + 1) {
        what += &format!("\n  and {} more", more + 1);
    }
    what += "\ngive --source with the folder of go.mod, or make the paths \
             equal with --strip-prefix or --map";
    Error::malformed(wanted, what)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(paths: &[&str], wanted: &str) -> Result<Option<String>, String> {
        let index = PathIndex::new(paths.iter().copied());
        let found = index.find(wanted, None);
        found.map(|p| p.map(str::to_owned)).map_err(|e| e.to_string())
    }

    #[test]
    fn the_exact_path_comes_before_the_shortest() {
        let paths = ["x.org/m/cmd/a/main.go", "x.org/m/main.go", "main.c"];
        assert_eq!(find(&paths, "main.go"), Ok(Some(paths[1].into())));
        assert_eq!(find(&paths, "a/main.go"), Ok(Some(paths[0].into())));
        assert_eq!(find(&paths, "./main.c"), Ok(Some("main.c".into())));
        assert_eq!(find(&paths, "ain.go"), Ok(None));
    }

    #[test]
    fn two_that_fit_equally_are_named() {
        let paths = ["packages/a/src/i.js", "packages/bb/src/i.js"];
        let message = find(&paths, "src/i.js").expect_err("two fit");
        assert!(message.contains("packages/a/src/i.js"), "{message}");
        assert!(message.contains("packages/bb/src/i.js"), "{message}");
    }
}
