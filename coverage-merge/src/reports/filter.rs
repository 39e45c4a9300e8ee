//! Which files of a profile count, and under which path.

use globset::{Glob, GlobSet, GlobSetBuilder};
use std::collections::HashSet;

use crate::error::Error;
use crate::profile::Profile;
use crate::profile::path::normal;
use crate::reports::source_tree::SourceTree;
use crate::reports::source_tree::is_generated;

/// Rules for paths, applied in the order of the methods here.
///
/// ```
/// use coverage_merge::{Filter, Profile};
/// let text = "mode: set\nci/a.go:1.1,2.2 1 1\nci/a.pb.go:1.1,2.2 1 0\n";
/// let all = Profile::parse(text.as_bytes(), "text")?;
/// let filter = Filter::new().strip_prefix("ci/").exclude(&["*.pb.go"])?;
/// assert_eq!(filter.apply(&all)?.total().percentage(), 100.0);
/// # Ok::<(), coverage_merge::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Filter {
    prefixes: Vec<String>,
    map: Vec<(String, String)>,
    include: Globs,
    exclude: Globs,
    generated: Option<SourceTree>,
}

impl Filter {
    /// Returns all files, under their own paths.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes `prefix` off the paths that begin with it; of several, the
    /// first that fits.
    pub fn strip_prefix(mut self, prefix: &str) -> Self {
        self.prefixes.push(normal(prefix).into_owned());
        self
    }

    /// Replaces `from` at the beginning of paths by `to`; of several, the
    /// first that fits.
    pub fn map(mut self, from: &str, to: &str) -> Self {
        self.map.push((normal(from).into_owned(), to.to_owned()));
        self
    }

    /// Keeps only files whose path, or whose name, matches one of these
    /// globs.
    ///
    /// # Errors
    ///
    /// When a glob is malformed.
    pub fn include<S: AsRef<str>>(
        mut self,
        globs: &[S],
    ) -> Result<Self, Error> {
        self.include = Globs::new(globs)?;
        Ok(self)
    }

    /// Leaves out files whose path, or whose name, matches one of these
    /// globs.
    ///
    /// # Errors
    ///
    /// When a glob is malformed.
    pub fn exclude<S: AsRef<str>>(
        mut self,
        globs: &[S],
    ) -> Result<Self, Error> {
        self.exclude = Globs::new(globs)?;
        Ok(self)
    }

    /// Leaves out Go files that say they are generated, as far as they are
    /// found in `tree`.
    pub fn no_generated(mut self, tree: SourceTree) -> Self {
        self.generated = Some(tree);
        self
    }

    /// Returns the path under which a file counts; `None` if it does not.
    pub fn path(&self, path: &str) -> Option<String> {
        let path = self.renamed(path);
        self.keeps(&path).then_some(path)
    }

    /// Returns the path that a file has in the result, if it counts.
    pub fn renamed(&self, path: &str) -> String {
        let path = &*normal(path);
        let stripped = |prefix: &String| path.strip_prefix(prefix.as_str());
        let path = self.prefixes.iter().find_map(stripped).unwrap_or(path);
        let mapped = |(from, to): &(String, String)| {
            let rest = path.strip_prefix(from.as_str())?;
            Some(format!("{to}{rest}"))
        };
        let path =
            self.map.iter().find_map(mapped).unwrap_or_else(|| path.into());
        normal(&path).into_owned()
    }

    /// Returns whether a file counts that has this path in the result.
    fn keeps(&self, path: &str) -> bool {
        let included = self.include.is_empty() || self.include.has(path);
        included && !self.excludes(path) && !self.is_generated(path)
    }

    /// Returns whether a file of the sources counts, whose path begins at
    /// their folder, and for which `tree` may know other paths.
    pub fn keeps_source(&self, path: &str, tree: Option<&SourceTree>) -> bool {
        let mut names = vec![path.to_owned()];
        names.extend(tree.map(|tree| tree.names(path)).unwrap_or_default());
        let excluded = names.iter().any(|name| self.excludes(name));
        !excluded && names.iter().any(|name| self.keeps(name))
    }

    /// Returns whether a file is left out by [`exclude`](Self::exclude).
    pub fn excludes(&self, path: &str) -> bool {
        self.exclude.has(path)
    }

    /// Keeps only these files too, by their whole paths, which are no globs.
    pub fn include_paths<S: AsRef<str>>(mut self, paths: &[S]) -> Self {
        let paths = paths.iter().map(|path| normal(path.as_ref()));
        self.include.exact.extend(paths.map(|path| path.into_owned()));
        self
    }

    fn is_generated(&self, path: &str) -> bool {
        let text = self.generated.as_ref().and_then(|tree| {
            path.ends_with(".go").then(|| tree.read(path)).flatten()
        });
        text.is_some_and(|text| is_generated(&text))
    }

    /// Returns the part of `profile` that counts.
    ///
    /// # Errors
    ///
    /// As [`Profile::rename`].
    pub fn apply(&self, profile: &Profile) -> Result<Profile, Error> {
        profile.rename(|path| self.path(path))
    }

    /// Returns whether it keeps every file under its own path.
    pub fn is_empty(&self) -> bool {
        self.prefixes.is_empty()
            && self.map.is_empty()
            && self.include.is_empty()
            && self.exclude.is_empty()
            && self.generated.is_none()
    }
}

/// Patterns for paths. A path that is written like the pattern matches, even
/// where brackets would mean something else.
#[derive(Clone, Debug, Default)]
struct Globs {
    exact: HashSet<String>,
    set: GlobSet,
}

impl Globs {
    fn new<S: AsRef<str>>(globs: &[S]) -> Result<Self, Error> {
        let mut set = GlobSetBuilder::new();
        let mut exact = HashSet::new();
        for text in globs {
            let text = text.as_ref();
            exact.insert(normal(text).into_owned());
            let wrong = |error: globset::Error| {
                Error::malformed(text, error.kind().to_string())
            };
            set.add(Glob::new(&slashes(text)).map_err(wrong)?);
        }
        let set = set.build();
        let set =
            set.map_err(|error| Error::malformed("globs", error.to_string()))?;
        Ok(Self { exact, set })
    }

    fn is_empty(&self) -> bool {
        self.exact.is_empty() && self.set.is_empty()
    }

    fn has(&self, path: &str) -> bool {
        let name = path.rsplit('/').next().unwrap_or_default();
        self.exact.contains(path)
            || self.set.is_match(path)
            || self.set.is_match(name)
    }
}

/// Returns a glob with `/` for the backslashes that do not quote a bracket.
fn slashes(glob: &str) -> String {
    let mut text = String::new();
    let mut chars = glob.strip_prefix("./").unwrap_or(glob).chars().peekable();
    while let Some(c) = chars.next() {
        let quotes =
            chars.peek().is_some_and(|next| "[]{}?!\\".contains(*next));
        match c {
            '\\' if quotes => {
                text.push('\\');
                text.extend(chars.next());
            }
            '\\' => text.push('/'),
            c => text.push(c),
        }
    }
    text
}
