//! A coverage profile, and the union of many. Nothing here knows how an input
//! is written.
//!
//! What Go's profiles count:
//! - `block`: a block of source code; `mode`: what its count means.
//! - `union`: files in memory, found by path, and the cursor that predicts the
//!   next line; `file_blocks`: one of those files.
//! - `block_text`: the comparison that takes the place of parsing a block;
//!   `short_decimal`: its count, read without a loop.
//! - `provenance`: which input and line a block came from, for errors.
//! - `conflicts`: blocks of one source that were cut differently;
//!   `on_conflict`: the choices; `known_faults`: what versions of Go get wrong.
//!
//! What LCOV and Cobertura count:
//! - `line_union`: files, found by path; `line_file`: one, with its lines,
//!   functions, branches and conditions; `decision`: the branches of a line, where only their number is known.
//!
//! Of both:
//! - `count_table`: things with their counts, in the order of their coming.
//! - `file_lines`: the lines of a file, whatever its input counted;
//!   `known_file`: all that is known of a file.
//! - `path`: one spelling for each path.
//! - `total`: how much ran.
//! - `set_operations`: what two profiles have in common, and what one has
//!   alone.

pub(crate) mod block;
pub(crate) mod block_text;
pub(crate) mod conflicts;
pub(crate) mod count_table;
pub(crate) mod decision;
pub(crate) mod file_blocks;
pub(crate) mod file_lines;
pub(crate) mod known_faults;
pub(crate) mod known_file;
pub(crate) mod line_file;
pub(crate) mod line_union;
pub(crate) mod mode;
pub(crate) mod on_conflict;
pub(crate) mod path;
pub(crate) mod provenance;
pub(crate) mod set_operations;
pub(crate) mod short_decimal;
pub(crate) mod total;
pub(crate) mod union;

use self::block::Block;
use self::count_table::Add;
use self::file_lines::FileLines;
use self::line_union::LineUnion;
use self::mode::Mode;
use self::total::Total;
use self::union::Union;
use crate::error::Error;

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
    /// Whether one odd record costs only a warning.
    pub(crate) lenient: bool,
    /// What was odd, and where.
    pub(crate) warnings: Vec<String>,
    /// What Go's profiles count.
    pub(crate) union: Union,
    /// What LCOV and Cobertura count.
    pub(crate) lines: LineUnion,
}

impl Profile {
    /// Returns a profile of nothing, to read others into.
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns a profile of nothing that takes inputs of all modes: every count
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

    /// Returns a profile whose inputs may have odd records: negative counts
    /// are 0, others are passed over, and each is a [warning](Self::warnings).
    pub fn lenient(mut self) -> Self {
        self.lenient = true;
        self
    }

    /// Returns what was odd in the inputs of a [lenient](Self::lenient)
    /// profile, each with its place.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// Notes something odd, if that is allowed.
    pub(crate) fn warn(&mut self, error: Error) -> Result<(), Error> {
        const MOST: usize = 1_000;
        if !self.lenient {
            return Err(error);
        }
        if self.warnings.len() < MOST {
            self.warnings.push(error.to_string());
        }
        Ok(())
    }

    /// Adds all of `other`: the union of the blocks, the sum of the counts.
    ///
    /// # Errors
    ///
    /// When one profile has mode `set` and the other does not.
    pub fn merge(&mut self, other: &Self) -> Result<(), Error> {
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
    pub(crate) fn absorb(&mut self, mut other: Self) -> Result<(), Error> {
        self.warnings.append(&mut other.warnings);
        if let Some(here) = other.mode {
            self.join_mode(here, &other.mode_of)?;
        }
        let add = self.add();
        self.union.absorb(other.union, add);
        let add = self.add_lines();
        self.lines.absorb(other.lines, add).map_err(checksum)
    }

    /// Makes one file of those that a Cobertura report knows below its
    /// `<source>`, and another input without it. Call it once, on the union of
    /// all inputs; where several sources fit, the files stay apart.
    ///
    /// # Errors
    ///
    /// As [`rename`](Self::rename).
    pub fn join_sources(&mut self) -> Result<(), Error> {
        let add = self.add_lines();
        self.lines.join_roots(add).map_err(checksum)
    }

    /// Returns the files for which `rename` gives a path, under that path;
    /// files that get the same path become one.
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
            lenient: self.lenient,
            warnings: self.warnings.clone(),
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

    /// Returns the mode; `None` while no Go profile has been read.
    pub fn mode(&self) -> Option<Mode> {
        self.mode
    }

    /// Returns whether nothing has been read that counts.
    pub fn is_empty(&self) -> bool {
        self.union.files().is_empty() && self.lines.files().is_empty()
    }

    /// Returns whether it counts lines, which Go's text format cannot say.
    pub fn has_lines(&self) -> bool {
        !self.lines.files().is_empty()
    }

    /// Returns whether a tracefile had MC/DC, which only LCOV 2 can say.
    pub fn has_conditions(&self) -> bool {
        let files = self.lines.files();
        files.iter().any(|file| !file.conditions.keys().is_empty())
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
            None => {
                let (here, before) = (mode.name(), before.name());
                Err(Error::mixed_modes(input, here, before, &self.mode_of))
            }
        }
    }

    /// Returns how the counts of blocks are united, by the mode.
    pub(crate) fn add(&self) -> Add {
        match self.mode {
            _ if self.as_set => Add::Or,
            Some(Mode::Set) => Add::Or,
            _ => Add::Sum,
        }
    }

    /// Returns how the counts of lines are united: Go's mode says nothing of
    /// them.
    pub(crate) fn add_lines(&self) -> Add {
        if self.as_set { Add::Or } else { Add::Sum }
    }

    /// Returns all blocks of Go's profiles: files by path, in each the blocks
    /// by position.
    pub fn blocks(&self) -> impl Iterator<Item = (&str, Block, u64)> {
        self.union.sorted().into_iter().flat_map(|file| {
            let blocks = file.blocks.sorted().into_iter();
            blocks.map(|(block, count)| (file.path(), *block, count))
        })
    }

    /// Returns all files with their lines, by path; the blocks of Go's profiles
    /// become lines.
    pub fn lines(&self) -> Vec<FileLines> {
        self.known_files().iter().map(|file| file.lines()).collect()
    }

    /// Returns how many statements there are (in inputs that know only lines:
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

fn checksum((path, what): (String, String)) -> Error {
    Error::malformed(&path, what)
}
