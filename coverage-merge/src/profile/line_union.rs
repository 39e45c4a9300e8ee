//! What formats know that count lines: LCOV and Cobertura.

use hashbrown::HashMap;
use std::collections::BTreeMap;

use crate::profile::block_text::LineText;
use crate::profile::count_table::{Add, CountTable};

/// A function, as LCOV names it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Function {
    /// Where it starts; 0 when its input does not say.
    pub(crate) line: u32,
    /// Its last line; 0 when its input does not say.
    pub(crate) end: u32,
    pub(crate) name: Box<str>,
}

/// One way out of a decision.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Branch {
    pub(crate) line: u32,
    /// Block and branch, as the input has them: `0,1`.
    pub(crate) name: Box<str>,
    /// False when the decision was never reached (`-` in LCOV).
    pub(crate) reached: bool,
}

/// One condition of a decision with one outcome (MC/DC).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Condition {
    pub(crate) line: u32,
    /// How many conditions, and which outcome: `2,t`.
    pub(crate) group: Box<str>,
    /// Which condition, and its text: `0,a > b`.
    pub(crate) expression: Box<str>,
}

/// A source file whose lines are counted.
#[derive(Clone, Debug, Default)]
pub(crate) struct LineFile {
    pub(crate) path: Box<str>,
    pub(crate) lines: CountTable<u32>,
    /// The texts of the first of `lines`; empty until the file is seen for
    /// the second time.
    pub(crate) line_texts: Vec<LineText>,
    pub(crate) functions: CountTable<Function>,
    pub(crate) branches: CountTable<Branch>,
    pub(crate) conditions: CountTable<Condition>,
    /// The checksum of a line's text, where the input has it.
    pub(crate) checksums: BTreeMap<u32, Box<str>>,
}

impl LineFile {
    /// Adds all of `other`; `Err` with the line whose checksum differs.
    fn merge(&mut self, other: &Self, add: Add) -> Result<(), u32> {
        merge(&mut self.lines, &other.lines, add);
        merge(&mut self.functions, &other.functions, add);
        merge(&mut self.branches, &other.branches, add);
        merge(&mut self.conditions, &other.conditions, add);
        for (line, checksum) in &other.checksums {
            self.check(*line, checksum)?;
        }
        Ok(())
    }

    /// Makes the texts as many as the lines, because those are seen again.
    pub(crate) fn rewind(&mut self) {
        let missing = &self.lines.keys()[self.line_texts.len()..];
        self.line_texts.reserve_exact(missing.len());
        self.line_texts.extend(missing.iter().map(|&line| LineText::new(line)));
    }

    /// Notes a line's checksum; `Err` if another is known.
    pub(crate) fn check(&mut self, line: u32, text: &str) -> Result<(), u32> {
        let known = self.checksums.entry(line).or_insert_with(|| text.into());
        if **known == *text { Ok(()) } else { Err(line) }
    }
}

fn merge<K: Clone + Ord + std::hash::Hash>(
    into: &mut CountTable<K>,
    from: &CountTable<K>,
    add: Add,
) {
    let mut next = 0;
    for (key, count) in from.iter() {
        next = into.add(next, key.clone(), count, add).position + 1;
    }
}

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

    /// Returns the files in the order of their paths.
    pub(crate) fn sorted(&self) -> Vec<&LineFile> {
        let mut files: Vec<_> = self.files.iter().collect();
        files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        files
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
        if let Some(&at) = self.by_path.get(path) {
            self.files[at].rewind();
            return at;
        }
        let path: Box<str> = path.into();
        self.files.push(LineFile { path: path.clone(), ..LineFile::default() });
        self.by_path.insert(path, self.files.len() - 1);
        self.files.len() - 1
    }

    pub(crate) fn file(&mut self, at: usize) -> &mut LineFile {
        &mut self.files[at]
    }

    /// Adds all of `other`; files that are new here move. `Err` as
    /// [`merge`](Self::merge).
    pub(crate) fn absorb(
        &mut self,
        mut other: Self,
        add: Add,
    ) -> Result<(), (String, u32)> {
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
    ) -> Result<(), (String, u32)> {
        for (expected, file) in other.files.iter().enumerate() {
            let Some(path) = rename(&file.path) else {
                continue;
            };
            let at = self.enter_predicted(expected, &path);
            self.files[at]
                .merge(file, add)
                .map_err(|line| (file.path.to_string(), line))?;
        }
        Ok(())
    }
}
