//! A coverage profile, and the union of many.

use std::fs;
use std::io::{self, Read, Write};
use std::path::Path;

use crate::file::Add;
use crate::union::Union;
use crate::{Block, Error, Mode, text};

/// The blocks of a program with their counts, from one input or from many.
///
/// ```
/// use coverage_merge::Profile;
///
/// let first = "mode: set\nsort.go:1.1,3.2 2 0\n";
/// let second = "mode: set\nsort.go:1.1,3.2 2 1\n";
/// let mut all = Profile::parse(first.as_bytes(), "first")?;
/// all.merge(&Profile::parse(second.as_bytes(), "second")?)?;
///
/// let mut out = Vec::new();
/// all.write(&mut out).expect("a vector takes all");
/// assert_eq!(out, second.as_bytes());
/// assert_eq!(all.total().percentage(), 100.0);
/// # Ok::<(), coverage_merge::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Profile {
    mode: Option<Mode>,
    pub(crate) union: Union,
}

impl Profile {
    /// A profile of nothing, to read others into.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads a Go text profile; `name` is what errors call it.
    ///
    /// # Errors
    ///
    /// When `input` cannot be read or is no valid profile. The error names
    /// the line and column.
    pub fn parse(input: impl Read, name: &str) -> Result<Self, Error> {
        let mut profile = Self::new();
        profile.read(input, name)?;
        Ok(profile)
    }

    /// Reads another profile into this one: faster than [`merge`] of a
    /// parsed one, as lines that are already known are not parsed.
    ///
    /// # Errors
    ///
    /// As [`parse`](Self::parse), and when the modes cannot be merged. This
    /// profile then has a part of the input: discard it.
    ///
    /// [`merge`]: Self::merge
    pub fn read(&mut self, input: impl Read, name: &str) -> Result<(), Error> {
        text::read(self, input, name)
    }

    /// Reads and merges the profiles in these files.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read), for the first file that fails.
    pub fn merge_files<P: AsRef<Path>>(
        paths: impl IntoIterator<Item = P>,
    ) -> Result<Self, Error> {
        let mut profile = Self::new();
        for path in paths {
            profile.read_file(path.as_ref())?;
        }
        Ok(profile)
    }

    /// Reads another profile into this one, from a file.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    pub fn read_file(&mut self, path: &Path) -> Result<(), Error> {
        let name = path.display().to_string();
        let file =
            fs::File::open(path).map_err(|error| Error::io(&name, error))?;
        self.read(file, &name)
    }

    /// Adds all of `other`: the union of the blocks, the sum of the counts.
    ///
    /// # Errors
    ///
    /// When one profile has mode `set` and the other does not.
    pub fn merge(&mut self, other: &Profile) -> Result<(), Error> {
        if let Some(here) = other.mode
            && !self.join_mode(here)
        {
            let before = self.mode.expect("only another mode can disagree");
            return Err(Error::mixed_modes("a profile to merge", here, before));
        }
        self.union.merge(&other.union, self.add());
        Ok(())
    }

    /// The mode; `None` while nothing has been read.
    pub fn mode(&self) -> Option<Mode> {
        self.mode
    }

    /// Takes in one more mode; false if it cannot be merged with the others.
    pub(crate) fn join_mode(&mut self, mode: Mode) -> bool {
        let union = match self.mode {
            Some(before) => before.union(mode),
            None => Some(mode),
        };
        self.mode = union.or(self.mode);
        union.is_some()
    }

    pub(crate) fn add(&self) -> Add {
        match self.mode {
            Some(Mode::Set) => Add::Or,
            _ => Add::Sum,
        }
    }

    /// All blocks: files by path, in each the blocks by position.
    pub fn blocks(&self) -> impl Iterator<Item = (&str, Block, u64)> {
        self.union.sorted().into_iter().flat_map(|file| {
            file.sorted()
                .into_iter()
                .map(|(block, count)| (file.path(), block, count))
        })
    }

    /// Writes the profile as Go's tools read it, sorted as by
    /// [`blocks`](Self::blocks): equal profiles give equal bytes.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    pub fn write(&self, mut out: impl Write) -> io::Result<()> {
        const CHUNK: usize = 64 * 1024;
        let Some(mode) = self.mode else { return Ok(()) };
        let mut text = format!("mode: {mode}\n").into_bytes();
        let mut digits = itoa::Buffer::new();
        for file in self.union.sorted() {
            for (block, count) in file.sorted() {
                text.extend_from_slice(file.key().as_bytes());
                block.write(&mut text);
                text.extend_from_slice(digits.format(count).as_bytes());
                text.push(b'\n');
            }
            if text.len() >= CHUNK {
                out.write_all(&text)?;
                text.clear();
            }
        }
        out.write_all(&text)?;
        out.flush()
    }

    /// How many statements there are, and how many ran.
    pub fn total(&self) -> Total {
        let blocks = self.union.files().iter().flat_map(|file| file.iter());
        let mut total = Total::default();
        for (block, count) in blocks {
            let statements = u64::from(block.statements);
            total.statements += statements;
            total.covered += if count > 0 { statements } else { 0 };
        }
        total
    }
}

/// Statements in all, and those that ran.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Total {
    /// Those that ran at least once.
    pub covered: u64,
    /// All.
    pub statements: u64,
}

impl Total {
    /// The covered part in per cent, as `go tool cover -func` counts; 0 when
    /// there are no statements.
    pub fn percentage(self) -> f64 {
        match self.statements {
            0 => 0.0,
            all => 100.0 * self.covered as f64 / all as f64,
        }
    }
}
