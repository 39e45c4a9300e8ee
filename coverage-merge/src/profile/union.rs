//! The union of all blocks seen: files in memory, found by path.

use hashbrown::{DefaultHashBuilder, HashTable};
use std::borrow::Cow;
use std::hash::BuildHasher;
use std::ops::Range;

use support::probe::{NoProbe, Probe};

use crate::profile::block::Block;
use crate::profile::count_table::{Add, CountTable};
use crate::profile::file_blocks::FileBlocks;
use crate::profile::path::{is_of_windows, normal};
use crate::profile::provenance::Provenance;

/// Files with their blocks; grows with what is unique, not with the input.
#[derive(Clone, Debug, Default)]
pub(crate) struct Union {
    files: Vec<FileBlocks>,
    /// The places of `files`, each with the hash of its key, so that a table
    /// that grows reads no key again.
    by_path: HashTable<(u64, u32)>,
    hasher: DefaultHashBuilder,
    pub(crate) provenance: Provenance,
    /// Capacity for the blocks of the next new file.
    spare: CountTable<Block>,
}

/// Where in the union the last line was found.
#[derive(Debug)]
pub(crate) struct Cursor<P = NoProbe> {
    /// The file; `None` before the first line.
    file: Option<usize>,
    /// The block that the next line will probably be.
    next: usize,
    /// Told of each step.
    pub(crate) probe: P,
}

/// What the cursor of a merge does. Files and blocks are counted from 0, in
/// the order in which they were first seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// A path was looked up that was not predicted.
    Entered {
        /// The file of that path.
        file: usize,
    },
    /// Lines were these blocks, as predicted.
    Followed {
        /// Their file.
        file: usize,
        /// One block a line.
        blocks: Range<usize>,
    },
    /// A line was parsed, and its block was looked up.
    Found {
        /// Its file.
        file: usize,
        /// The block.
        block: usize,
        /// Nobody had seen it before.
        new: bool,
    },
}

/// A block as an input has it: how often it ran, and in which line (0 where
/// the input has no lines).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seen {
    pub(crate) block: Block,
    pub(crate) count: u64,
    pub(crate) line: u64,
}

/// Returns the key by which a file is known. What is known is spelled so
/// already, so only new keys need this.
fn spelling(key: &str) -> Cow<'_, str> {
    // What Go wrote on Windows is left as its tools there read it.
    if is_of_windows(key) { Cow::Borrowed(key) } else { normal(key) }
}

impl<P> Cursor<P> {
    pub(crate) fn new(probe: P) -> Self {
        let (file, next) = (None, 0);
        Self { file, next, probe }
    }
}

impl Union {
    /// Returns the files in the order of their paths.
    pub(crate) fn sorted(&self) -> Vec<&FileBlocks> {
        let mut files: Vec<&FileBlocks> = self.files.iter().collect();
        files.sort_unstable_by(|a, b| a.path().cmp(b.path()));
        files
    }

    pub(crate) fn file_mut(&mut self, at: usize) -> &mut FileBlocks {
        &mut self.files[at]
    }

    pub(crate) fn files(&self) -> &[FileBlocks] {
        &self.files
    }

    /// Counts one block of the file with this `key` (path and colon).
    pub(crate) fn add<P: Probe<Step>>(
        &mut self,
        cursor: &mut Cursor<P>,
        key: &str,
        seen: Seen,
        add: Add,
    ) {
        let at = match cursor.file {
            Some(file) if self.files[file].key() == key => file,
            _ => self.enter(cursor, key),
        };
        self.count(cursor, at, seen, add);
    }

    /// Counts one block of the file at `at`, where the cursor is; returns
    /// whether it is new.
    #[inline]
    fn count<P: Probe<Step>>(
        &mut self,
        cursor: &mut Cursor<P>,
        at: usize,
        seen: Seen,
        add: Add,
    ) -> bool {
        let file = &mut self.files[at];
        let found = file.add(cursor.next, seen.block, seen.count, add);
        if found.new {
            self.provenance.note(at, found.position, seen.line);
        }
        cursor.next = found.position + 1;
        cursor.probe.emit(|| Step::Found {
            file: at,
            block: found.position,
            new: found.new,
        });
        found.new
    }

    /// Counts the lines of `data[from..end]` that are of the cursor's file and
    /// simple to parse, up to the first whose block is known: after it, the
    /// next is predicted again. `line` is the number of the line before.
    ///
    /// Returns where the first other line starts, and how many were counted.
    pub(crate) fn append<P: Probe<Step>>(
        &mut self,
        cursor: &mut Cursor<P>,
        data: &[u8],
        mut from: usize,
        end: usize,
        line: u64,
        add: Add,
    ) -> (usize, u64) {
        let Some(at) = cursor.file else { return (from, 0) };
        let mut lines = 0;
        loop {
            let first = self.files[at].blocks.keys().len();
            from = self.files[at].append(data, from, end, add);
            lines += self.appended(cursor, at, first, line + lines + 1);
            if from == end {
                break;
            }
            // A block that is known, or stands out of order.
            let parsed = self.files[at].parse(&data[from..]);
            let Some((block, count, length)) = parsed else { break };
            lines += 1;
            from += length;
            let seen = Seen { block, count, line: line + lines };
            if !self.count(cursor, at, seen, add) {
                break;
            }
        }
        (from, lines)
    }

    /// Notes the blocks of the file at `at` from the `first` on, which stand
    /// in lines from `line` on; returns how many.
    fn appended<P: Probe<Step>>(
        &mut self,
        cursor: &mut Cursor<P>,
        at: usize,
        first: usize,
        line: u64,
    ) -> u64 {
        let next = self.files[at].blocks.keys().len();
        if first == next {
            return 0;
        }
        self.provenance.note(at, first, line);
        cursor.next = next;
        for block in first..next {
            let new = true;
            cursor.probe.emit(|| Step::Found { file: at, block, new });
        }
        (next - first) as u64
    }

    /// Counts the lines of `data[from..end]` that are as predicted; see
    /// [`FileBlocks::follow`]. After the last block of a file, the file that
    /// came next last time is predicted.
    ///
    /// Returns where the first other line starts, and how many were counted.
    pub(crate) fn follow<P: Probe<Step>>(
        &mut self,
        cursor: &mut Cursor<P>,
        data: &[u8],
        mut from: usize,
        end: usize,
        add: Add,
    ) -> (usize, usize) {
        let mut lines = 0;
        let (mut file_at, mut next) = (cursor.file, cursor.next);
        while let Some(at) = file_at
            && let Some(file) = self.files.get_mut(at)
        {
            let before = (from, next);
            from = file.follow(&mut next, data, from, end, add);
            if cursor.file != file_at {
                if from == before.0 {
                    break;
                }
                file.rewind();
            }
            lines += next - before.1;
            (cursor.file, cursor.next) = (file_at, next);
            if next > before.1 {
                let (file, blocks) = (at, before.1..next);
                cursor.probe.emit(|| Step::Followed { file, blocks });
            }
            if from == end || !file.is_end(next) {
                break;
            }
            (file_at, next) = (Some(at + 1), 0);
        }
        (from, lines)
    }

    /// Moves the cursor to the start of another file, which may be new.
    fn enter<P: Probe<Step>>(
        &mut self,
        cursor: &mut Cursor<P>,
        key: &str,
    ) -> usize {
        self.leave(cursor);
        let file = match self.place(key) {
            Ok(file) => file,
            Err(key) => {
                let spare = std::mem::take(&mut self.spare);
                self.files.push(FileBlocks::new(&key, spare));
                self.files.len() - 1
            }
        };
        self.files[file].rewind();
        cursor.file = Some(file);
        cursor.next = 0;
        cursor.probe.emit(|| Step::Entered { file });
        file
    }

    /// Returns the place of the file with this key; `Err` with the key as it
    /// is spelled here if it is new, because then it must be pushed next.
    fn place<'a>(&mut self, key: &'a str) -> Result<usize, Cow<'a, str>> {
        let mut hash = self.hash(key.as_bytes());
        if let Some(file) = self.find(hash, key.as_bytes()) {
            return Ok(file);
        }
        let key = spelling(key);
        if let Cow::Owned(other) = &key {
            hash = self.hash(other.as_bytes());
            if let Some(file) = self.find(hash, other.as_bytes()) {
                return Ok(file);
            }
        }
        let file = (hash, self.files.len() as u32);
        self.by_path.insert_unique(hash, file, |it| it.0);
        Err(key)
    }

    fn hash(&self, key: &[u8]) -> u64 {
        self.hasher.hash_one(key)
    }

    /// Returns the place of the file with this key, whose hash is `hash`.
    fn find(&self, hash: u64, key: &[u8]) -> Option<usize> {
        let key_of = |at: u32| self.files[at as usize].key().as_bytes();
        let same = |it: &(u64, u32)| it.0 == hash && key_of(it.1) == key;
        self.by_path.find(hash, same).map(|it| it.1 as usize)
    }

    /// Ends an input: the next one starts with a cursor of its own.
    pub(crate) fn leave<P>(&mut self, cursor: &mut Cursor<P>) {
        if let Some(file) = cursor.file.take() {
            self.files[file].shrink(&mut self.spare);
        }
    }

    /// Adds all of `other`.
    pub(crate) fn merge(&mut self, other: &Self, add: Add) {
        self.merge_renamed(other, |key| Some(key.to_owned()), add);
    }

    /// Adds all of `other`; files that are new here move, and nothing of
    /// them is copied.
    pub(crate) fn absorb(&mut self, mut other: Self, add: Add) {
        let move_file = |file: &mut FileBlocks| self.take_if_new(file);
        let moved: Vec<Option<usize>> =
            other.files.iter_mut().map(move_file).collect();
        self.provenance.take(&mut other.provenance, |file| moved[file]);
        // Of those that moved, files without blocks are left.
        self.merge(&other, add);
    }

    /// Takes `file` if its path is new; returns its place then.
    fn take_if_new(&mut self, file: &mut FileBlocks) -> Option<usize> {
        self.place(file.key()).err()?;
        let nothing = FileBlocks::new("", CountTable::default());
        self.files.push(std::mem::replace(file, nothing));
        Some(self.files.len() - 1)
    }

    /// Adds the files of `other` for which `rename` gives a key, under that
    /// key (path and colon).
    pub(crate) fn merge_renamed(
        &mut self,
        other: &Self,
        mut rename: impl FnMut(&str) -> Option<String>,
        add: Add,
    ) {
        let mut cursor = Cursor::new(NoProbe);
        let mut places = other.provenance.sorted().into_iter().peekable();
        let mut place = (0, 0, "a profile", 0);
        for (at, file) in other.files.iter().enumerate() {
            let key = rename(file.key());
            for (position, (block, count)) in file.blocks.iter().enumerate() {
                let here = |next: &(usize, usize, &str, u64)| {
                    (next.0, next.1) == (at, position)
                };
                if let Some(next) = places.next_if(here) {
                    place = next;
                    self.provenance.begin(place.2);
                }
                let line = match place.3 {
                    0 => 0,
                    first => first + (position - place.1) as u64,
                };
                let Some(key) = &key else { continue };
                let block = *block;
                let seen = Seen { block, count, line };
                self.add(&mut cursor, key, seen, add);
            }
        }
        self.leave(&mut cursor);
    }
}
