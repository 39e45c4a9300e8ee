//! The union of all blocks seen: files in memory, found by path.

use hashbrown::hash_table::Entry;
use hashbrown::{DefaultHashBuilder, HashTable};
use std::hash::BuildHasher;

use crate::Block;
use crate::file::File;
use crate::origin::Origins;
use crate::table::{Add, Table};

/// Files with their blocks; grows with what is unique, not with the input.
#[derive(Clone, Debug, Default)]
pub(crate) struct Union {
    files: Vec<File>,
    by_path: HashTable<u32>,
    hasher: DefaultHashBuilder,
    pub(crate) origins: Origins,
    /// Room in which the blocks of a new file grow.
    spare: Table<Block>,
}

/// Where in the union the last line was found.
#[derive(Debug, Default)]
pub(crate) struct Cursor {
    /// The file; `None` before the first line.
    file: Option<usize>,
    /// The block that the next line will probably be.
    next: usize,
}

impl Cursor {
    /// The block that the next line will probably be.
    pub(crate) fn next(&self) -> usize {
        self.next
    }
}

/// A block as an input has it: how often it ran, and in which line (0 where
/// the input has no lines).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seen {
    pub(crate) block: Block,
    pub(crate) count: u64,
    pub(crate) line: u64,
}

impl Union {
    /// The files in the order of their paths.
    pub(crate) fn sorted(&self) -> Vec<&File> {
        let mut files: Vec<&File> = self.files.iter().collect();
        files.sort_unstable_by(|a, b| a.path().cmp(b.path()));
        files
    }

    pub(crate) fn file_mut(&mut self, at: usize) -> &mut File {
        &mut self.files[at]
    }

    pub(crate) fn files(&self) -> &[File] {
        &self.files
    }

    /// Counts one block of the file with this `key` (path and colon).
    pub(crate) fn add(
        &mut self,
        cursor: &mut Cursor,
        key: &str,
        seen: Seen,
        add: Add,
    ) {
        let at = match cursor.file {
            Some(file) if self.files[file].key() == key => file,
            _ => self.enter(cursor, key),
        };
        let file = &mut self.files[at];
        let found = file.add(cursor.next, seen.block, seen.count, add);
        if found.new {
            self.origins.note(at, found.position, seen.line);
        }
        cursor.next = found.position + 1;
    }

    /// Counts the lines of `data[from..end]` that are as predicted; see
    /// [`File::follow`].
    pub(crate) fn follow(
        &mut self,
        cursor: &mut Cursor,
        data: &[u8],
        from: usize,
        end: usize,
        add: Add,
    ) -> usize {
        let Some(file) = cursor.file else { return from };
        let file = &mut self.files[file];
        file.follow(&mut cursor.next, data, from, end, add)
    }

    /// Moves the cursor to the start of another file, which may be new.
    fn enter(&mut self, cursor: &mut Cursor, key: &str) -> usize {
        self.leave(cursor);
        let (files, hasher) = (&mut self.files, &self.hasher);
        let entry = self.by_path.entry(
            hasher.hash_one(key),
            |&at| files[at as usize].key() == key,
            |&at| hasher.hash_one(files[at as usize].key()),
        );
        let file = match entry {
            Entry::Occupied(known) => {
                let file = *known.get() as usize;
                files[file].rewind();
                file
            }
            Entry::Vacant(place) => {
                place.insert(files.len() as u32);
                files.push(File::new(key, std::mem::take(&mut self.spare)));
                files.len() - 1
            }
        };
        cursor.file = Some(file);
        cursor.next = 0;
        file
    }

    /// Ends an input: the next one starts with a cursor of its own.
    pub(crate) fn leave(&mut self, cursor: &mut Cursor) {
        if let Some(file) = cursor.file.take() {
            self.files[file].settle(&mut self.spare);
        }
    }

    /// Adds all of `other`.
    pub(crate) fn merge(&mut self, other: &Union, add: Add) {
        self.merge_renamed(other, |key| Some(key.to_owned()), add);
    }

    /// Adds the files of `other` for which `rename` gives a key, under that
    /// key (path and colon).
    pub(crate) fn merge_renamed(
        &mut self,
        other: &Union,
        mut rename: impl FnMut(&str) -> Option<String>,
        add: Add,
    ) {
        let mut cursor = Cursor::default();
        let mut places = other.origins.sorted().into_iter().peekable();
        let mut place = (0, 0, "a profile", 0);
        for (at, file) in other.files.iter().enumerate() {
            let key = rename(file.key());
            for (position, (block, count)) in file.blocks.iter().enumerate() {
                let here = |next: &(usize, usize, &str, u64)| {
                    (next.0, next.1) == (at, position)
                };
                if let Some(next) = places.next_if(here) {
                    place = next;
                    self.origins.begin(place.2);
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
