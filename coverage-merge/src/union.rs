//! The union of all blocks seen: files in memory, found by path.

use hashbrown::hash_table::Entry;
use hashbrown::{DefaultHashBuilder, HashTable};
use std::hash::BuildHasher;

use crate::Block;
use crate::file::{Add, File};

/// Files with their blocks; grows with what is unique, not with the input.
#[derive(Clone, Debug, Default)]
pub(crate) struct Union {
    files: Vec<File>,
    by_path: HashTable<u32>,
    hasher: DefaultHashBuilder,
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

impl Union {
    /// The files in the order of their paths.
    pub(crate) fn sorted(&self) -> Vec<&File> {
        let mut files: Vec<&File> = self.files.iter().collect();
        files.sort_unstable_by(|a, b| a.path().cmp(b.path()));
        files
    }

    pub(crate) fn files(&self) -> &[File] {
        &self.files
    }

    /// Counts one block of the file with this `key` (path and colon).
    pub(crate) fn add(
        &mut self,
        cursor: &mut Cursor,
        key: &str,
        block: Block,
        count: u64,
        add: Add,
    ) {
        let file = match cursor.file {
            Some(file) if self.files[file].key() == key => file,
            _ => self.enter(cursor, key),
        };
        let position =
            self.files[file].add(cursor.next, block, count, add, &self.hasher);
        cursor.next = position + 1;
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
                files.push(File::new(key));
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
            self.files[file].settle();
        }
    }

    /// Adds all of `other`.
    pub(crate) fn merge(&mut self, other: &Union, add: Add) {
        let mut cursor = Cursor::default();
        for file in &other.files {
            for (block, count) in file.iter() {
                self.add(&mut cursor, file.key(), block, count, add);
            }
        }
        self.leave(&mut cursor);
    }
}
