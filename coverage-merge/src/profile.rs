//! A coverage profile, and the union of many.

use std::io::{self, Read, Write};
use std::path::Path;

use crate::cobertura::package;
use crate::file::File;
use crate::line_view::{FileLines, of_blocks};
use crate::lines::{LineFile, LineUnion};
use crate::table::{Add, Table};
use crate::total::Total;
use crate::union::Union;
use crate::{Block, Error, Mode, cobertura, covdata, input, lcov, text};

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
    pub(crate) mode: Option<Mode>,
    /// The first input that said its mode.
    pub(crate) mode_of: Box<str>,
    /// Whether all counts become 0 or 1, whatever the inputs' modes.
    pub(crate) as_set: bool,
    /// What Go's profiles count.
    pub(crate) union: Union,
    /// What LCOV and Cobertura count.
    pub(crate) lines: LineUnion,
}

/// The order of the blocks in a Go text profile.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// By file, then by where the blocks start, as gocovmerge writes.
    #[default]
    File,
    /// By package, then by file, then by the first and last lines, as `go
    /// tool covdata textfmt` writes.
    Go,
}

impl Profile {
    /// A profile of nothing, to read others into.
    pub fn new() -> Self {
        Self::default()
    }

    /// A profile of nothing that takes inputs of all modes: every count
    /// becomes 0 or 1.
    ///
    /// ```
    /// use coverage_merge::{Mode, Profile};
    /// let mut union = Profile::as_set();
    /// union.read(&b"mode: set\na.go:1.1,2.2 1 1\n"[..], "a")?;
    /// union.read(&b"mode: count\na.go:1.1,2.2 1 7\n"[..], "b")?;
    /// assert_eq!(union.mode(), Some(Mode::Set));
    /// assert_eq!(union.blocks().next().map(|(_, _, n)| n), Some(1));
    /// # Ok::<(), coverage_merge::Error>(())
    /// ```
    pub fn as_set() -> Self {
        Self { as_set: true, ..Self::default() }
    }

    /// Reads a profile; `name` is what errors call it.
    ///
    /// Go's text format, LCOV tracefiles and Cobertura's XML are told apart
    /// by their content; each may be compressed with gzip or zstd. An empty
    /// input is a profile of nothing.
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
        input::read(self, input, name)
    }

    /// Reads another profile into this one, from a file, or all that are in
    /// a folder and below it; a folder with Go's binary profiles
    /// (`GOCOVERDIR`) needs no Go.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    pub fn read_file(&mut self, path: &Path) -> Result<(), Error> {
        input::read_path(self, path)
    }

    /// Reads and merges the profiles in these files and folders.
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

    /// Reads one program's binary profile: its metadata and any number of
    /// counter files, each with the name that errors call it.
    ///
    /// # Errors
    ///
    /// When a file is cut off or damaged, is of another program, or has a
    /// mode that cannot be merged.
    pub fn read_covdata<'a>(
        &mut self,
        meta: (&str, &[u8]),
        counters: impl IntoIterator<Item = (&'a str, &'a [u8])>,
    ) -> Result<(), Error> {
        covdata::read_bytes(self, meta, counters)
    }

    /// Adds all of `other`: the union of the blocks, the sum of the counts.
    ///
    /// # Errors
    ///
    /// When one profile has mode `set` and the other does not.
    pub fn merge(&mut self, other: &Profile) -> Result<(), Error> {
        if let Some(here) = other.mode {
            self.join_mode(here, &other.mode_of)?;
        }
        let add = self.add();
        self.union.merge(&other.union, add);
        let add = self.add_lines();
        self.lines
            .merge(&other.lines, |path| Some(path.to_owned()), add)
            .map_err(checksum)
    }

    /// As [`merge`](Self::merge); files that are new here move.
    pub(crate) fn absorb(&mut self, other: Profile) -> Result<(), Error> {
        if let Some(here) = other.mode {
            self.join_mode(here, &other.mode_of)?;
        }
        let add = self.add();
        self.union.absorb(other.union, add);
        let add = self.add_lines();
        self.lines.absorb(other.lines, add).map_err(checksum)
    }

    /// The files for which `rename` gives a path, under that path; files
    /// that get the same path become one.
    ///
    /// # Errors
    ///
    /// When two files that become one have lines with different checksums.
    ///
    /// ```
    /// use coverage_merge::Profile;
    /// let text = "mode: set\nci/a.go:1.1,2.2 1 1\nb.go:1.1,2.2 1 0\n";
    /// let all = Profile::parse(text.as_bytes(), "text")?;
    /// let ci = all.rename(|path| Some(path.strip_prefix("ci/")?.into()))?;
    /// assert_eq!(ci.total().percentage(), 100.0);
    /// # Ok::<(), coverage_merge::Error>(())
    /// ```
    pub fn rename(
        &self,
        mut rename: impl FnMut(&str) -> Option<String>,
    ) -> Result<Self, Error> {
        let mut renamed = Self {
            mode: self.mode,
            mode_of: self.mode_of.clone(),
            as_set: self.as_set,
            ..Self::default()
        };
        let key = |key: &str| {
            let path = rename(&key[..key.len() - 1])?;
            Some(path + ":")
        };
        renamed.union.merge_renamed(&self.union, key, self.add());
        renamed
            .lines
            .merge(&self.lines, rename, self.add_lines())
            .map_err(checksum)?;
        Ok(renamed)
    }

    /// The mode; `None` while no Go profile has been read.
    pub fn mode(&self) -> Option<Mode> {
        self.mode
    }

    /// Whether nothing has been read that counts.
    pub fn is_empty(&self) -> bool {
        self.union.files().is_empty() && self.lines.files().is_empty()
    }

    /// Whether it counts lines, which Go's text format cannot say.
    pub fn has_lines(&self) -> bool {
        !self.lines.files().is_empty()
    }

    /// Takes in the mode of one more input.
    pub(crate) fn join_mode(
        &mut self,
        mode: Mode,
        input: &str,
    ) -> Result<(), Error> {
        let mode = if self.as_set { Mode::Set } else { mode };
        let Some(before) = self.mode else {
            self.mode = Some(mode);
            self.mode_of = input.into();
            return Ok(());
        };
        let union = before.union(mode);
        self.mode = union.or(self.mode);
        match union {
            Some(_) => Ok(()),
            None => Err(Error::mixed_modes(input, mode, self)),
        }
    }

    pub(crate) fn add(&self) -> Add {
        match self.mode {
            _ if self.as_set => Add::Or,
            Some(Mode::Set) => Add::Or,
            _ => Add::Sum,
        }
    }

    /// How lines are added: Go's mode says nothing of them.
    pub(crate) fn add_lines(&self) -> Add {
        if self.as_set { Add::Or } else { Add::Sum }
    }

    /// All blocks of Go's profiles: files by path, in each the blocks by
    /// position.
    pub fn blocks(&self) -> impl Iterator<Item = (&str, Block, u64)> {
        self.union.sorted().into_iter().flat_map(|file| {
            let blocks = file.blocks.sorted().into_iter();
            blocks.map(|(block, count)| (file.path(), *block, count))
        })
    }

    /// All files with their lines, by path; the blocks of Go's profiles
    /// become lines.
    pub fn lines(&self) -> Vec<FileLines> {
        let mut files: Vec<FileLines> =
            self.union.files().iter().map(of_blocks).collect();
        files.extend(self.lines.files().iter().map(|file| FileLines {
            path: file.path.to_string(),
            lines: file.lines.sorted().iter().map(|l| (*l.0, l.1)).collect(),
        }));
        files.sort_by(|a, b| a.path.cmp(&b.path));
        files
    }

    /// Writes what Go's profiles count as Go's tools read it: equal profiles
    /// give equal bytes. What LCOV and Cobertura count has no blocks, and is
    /// not written.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    pub fn write(&self, out: impl Write) -> io::Result<()> {
        self.write_ordered(out, Order::File)
    }

    /// As [`write`](Self::write), in another order.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    pub fn write_ordered(
        &self,
        out: impl Write,
        order: Order,
    ) -> io::Result<()> {
        self.write_by(1, out, order)
    }

    /// As [`write_ordered`](Self::write_ordered), with the text made by this
    /// many threads; 0 is taken as 1.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    pub fn write_by(
        &self,
        threads: usize,
        mut out: impl Write,
        order: Order,
    ) -> io::Result<()> {
        let Some(mode) = self.mode else { return Ok(()) };
        writeln!(out, "mode: {mode}")?;
        let mut files = self.union.sorted();
        if order == Order::Go {
            files.sort_by(|a, b| {
                let [a, b] = [a, b].map(|file| package(file.path()));
                a.cmp(b)
            });
        }
        text::write(&files, order, threads, &mut out)?;
        out.flush()
    }

    /// Writes an LCOV tracefile; the blocks of Go's profiles become lines.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    pub fn write_lcov(
        &self,
        mut out: impl Write,
        version: lcov::Version,
    ) -> io::Result<()> {
        let from_blocks: Vec<LineFile> =
            self.union.files().iter().map(line_file).collect();
        let mut files: Vec<&LineFile> = from_blocks.iter().collect();
        files.extend(self.lines.files());
        files.sort_by(|a, b| a.path.cmp(&b.path));
        for file in files {
            out.write_all(lcov::write(file, version).as_bytes())?;
        }
        out.flush()
    }

    /// The profile as reports in Cobertura's XML, each of at most `limit`
    /// bytes where a single file does not need more.
    pub fn cobertura(&self, limit: Option<usize>) -> Vec<String> {
        cobertura::write(&self.lines(), limit)
    }

    /// How many statements there are (in inputs that know only lines:
    /// lines), and how many ran.
    pub fn total(&self) -> Total {
        let blocks =
            self.union.files().iter().flat_map(|file| file.blocks.iter());
        let blocks = blocks.map(|(block, n)| (u64::from(block.statements), n));
        let lines =
            self.lines.files().iter().flat_map(|file| file.lines.iter());
        let mut total = Total::default();
        for (statements, count) in blocks.chain(lines.map(|(_, n)| (1, n))) {
            total.add(statements, count);
        }
        total
    }
}

fn line_file(file: &File) -> LineFile {
    let FileLines { path, lines } = of_blocks(file);
    let mut table = Table::default();
    for (at, (line, count)) in lines.into_iter().enumerate() {
        table.add(at, line, count, Add::Sum);
    }
    LineFile { path: path.into(), lines: table, ..LineFile::default() }
}

fn checksum((path, line): (String, u32)) -> Error {
    let what = format!(
        "line {line} has two checksums: the inputs are of different sources"
    );
    Error::malformed(&path, what)
}
