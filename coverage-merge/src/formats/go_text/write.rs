//! Writes Go's text profiles, with the text made by several threads.
//!
//! ```text
//! the caller     write: takes as many parts as there are threads; makes the
//!                text of the first, writes it; then joins and writes the
//!                others in their order
//! each thread    text: makes the text of one part
//! ```
//!
//! There is no lock, because the files are only read, and each text belongs to
//! the thread that makes it. At most `threads` texts are in memory.

use std::io::{self, Write};
// Not modelled: loom lacks scoped threads, and these write nothing shared.
use std::thread;

use crate::profile::Profile;
use crate::profile::block::Block;
use crate::profile::file_blocks::FileBlocks;
use crate::profile::file_lines::package;

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

/// How many blocks make a part: about a mebibyte of text.
const PART: usize = 10_000;

/// Writes the blocks of `files`, each file's in `order`. The parts of the
/// text are made at once, one a thread, and then written one by one.
pub(crate) fn write(
    files: &[&FileBlocks],
    order: Order,
    threads: usize,
    out: &mut impl Write,
) -> io::Result<()> {
    let parts = parts(files);
    for together in parts.chunks(threads.max(1)) {
        let (first, others) = together.split_first().expect("not empty");
        thread::scope(|scope| {
            let spawn = |&part| scope.spawn(move || text(part, order));
            let others: Vec<_> = others.iter().map(spawn).collect();
            out.write_all(&text(first, order))?;
            others.into_iter().try_for_each(|part| {
                out.write_all(&part.join().expect("it does not panic"))
            })
        })?;
    }
    Ok(())
}

/// Returns `files` in parts of about as many blocks.
fn parts<'a>(mut files: &'a [&'a FileBlocks]) -> Vec<&'a [&'a FileBlocks]> {
    let mut parts = Vec::new();
    while !files.is_empty() {
        let mut blocks = 0;
        let full = files.iter().position(|file| {
            blocks += file.blocks.keys().len();
            blocks >= PART
        });
        let (part, rest) =
            files.split_at(full.map_or(files.len(), |at| at + 1));
        parts.push(part);
        files = rest;
    }
    parts
}

fn text(files: &[&FileBlocks], order: Order) -> Vec<u8> {
    let mut text = Vec::new();
    files.iter().for_each(|file| file_to(&mut text, file, order));
    text
}

fn file_to(text: &mut Vec<u8>, file: &FileBlocks, order: Order) {
    let mut digits = itoa::Buffer::new();
    let mut blocks = file.blocks.sorted();
    if order == Order::Go {
        blocks.sort_by_key(|(block, _)| {
            let Block { start, end, .. } = block;
            (start.line, end.line, start.column, end.column)
        });
    }
    for (block, count) in blocks {
        text.extend_from_slice(file.key().as_bytes());
        block.write(text);
        text.extend_from_slice(digits.format(count).as_bytes());
        text.push(b'\n');
    }
}

impl Profile {
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
        write(&files, order, threads, &mut out)?;
        out.flush()
    }
}
