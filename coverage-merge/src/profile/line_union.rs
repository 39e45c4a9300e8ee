//! What formats know that count lines: LCOV and Cobertura.

use hashbrown::HashMap;

use crate::profile::count_table::Add;
use crate::profile::line_file::LineFile;
use crate::profile::path::normal;

/// All files whose lines are counted.
#[derive(Clone, Debug, Default)]
pub(crate) struct LineUnion {
    files: Vec<LineFile>,
    by_path: HashMap<Box<str>, usize>,
}

impl LineUnion {
    pub(crate) fn files(&self) -> &[LineFile] {
        &self.files
    }

    /// Returns the file of this path, which may be new, and is probably the
    /// `expected`-th.
    pub(crate) fn enter_predicted(
        &mut self,
        expected: usize,
        path: &str,
    ) -> usize {
        match self.files.get_mut(expected) {
            Some(file) if *file.path == *path => {
                file.rewind();
                expected
            }
            _ => self.enter(path),
        }
    }

    /// Returns the file of this path, which may be new.
    pub(crate) fn enter(&mut self, path: &str) -> usize {
        // Most paths are normal as they come, and are found as they are.
        let found = self.by_path.get(path).copied();
        if let Some(at) = found.or_else(|| self.known(path)) {
            self.files[at].rewind();
            return at;
        }
        let path: Box<str> = normal(path).into();
        self.files.push(LineFile { path: path.clone(), ..LineFile::default() });
        self.by_path.insert(path, self.files.len() - 1);
        self.files.len() - 1
    }

    /// Returns the file of this path, if it has come.
    pub(crate) fn known(&self, path: &str) -> Option<usize> {
        self.by_path.get(&*normal(path)).copied()
    }

    pub(crate) fn file(&mut self, at: usize) -> &mut LineFile {
        &mut self.files[at]
    }

    /// Makes one file of those that a Cobertura report knows below its source,
    /// and another input without it, if there is only one such source.
    pub(crate) fn join_roots(
        &mut self,
        add: Add,
    ) -> Result<(), (String, String)> {
        let mut of_name: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, file) in self.files.iter().enumerate() {
            let name = file.path.strip_prefix(&*file.root).unwrap_or_default();
            let name = name.trim_start_matches('/');
            if !file.root.is_empty() && self.by_path.contains_key(name) {
                of_name.entry(name.to_owned()).or_default().push(at);
            }
        }
        of_name.retain(|_, files| files.len() == 1);
        if of_name.is_empty() {
            return Ok(());
        }
        let mut gone: Vec<(usize, String)> =
            of_name.into_iter().map(|(name, at)| (at[0], name)).collect();
        gone.sort_unstable();
        let mut joined = Self::default();
        let new_path = |path: &str| {
            let at = self.by_path[path];
            let found = gone.binary_search_by_key(&at, |it| it.0);
            Some(found.map_or_else(|_| path.into(), |it| gone[it].1.clone()))
        };
        joined.merge(self, new_path, add)?;
        *self = joined;
        Ok(())
    }

    /// Adds all of `other`; files that are new here move. `Err` as
    /// [`merge`](Self::merge).
    pub(crate) fn absorb(
        &mut self,
        mut other: Self,
        add: Add,
    ) -> Result<(), (String, String)> {
        let known = &self.by_path;
        let (rest, new) = std::mem::take(&mut other.files)
            .into_iter()
            .partition(|file| known.contains_key(&file.path));
        other.files = rest;
        let new: Vec<LineFile> = new;
        for file in new {
            self.by_path.insert(file.path.clone(), self.files.len());
            self.files.push(file);
        }
        self.merge(&other, |path| Some(path.to_owned()), add)
    }

    /// Adds the files of `other` for which `rename` gives a path, under that
    /// path; `Err` with the file and the line whose text differs.
    pub(crate) fn merge(
        &mut self,
        other: &Self,
        mut rename: impl FnMut(&str) -> Option<String>,
        add: Add,
    ) -> Result<(), (String, String)> {
        for (expected, file) in other.files.iter().enumerate() {
            let Some(path) = rename(&file.path) else {
                continue;
            };
            let at = self.enter_predicted(expected, &path);
            self.files[at]
                .merge(file, add)
                .map_err(|what| (file.path.to_string(), what))?;
        }
        Ok(())
    }
}
