//! Writes Go's text profiles, with the text made by several threads.
//!
//! ```text
//! each thread    maker: makes the text of every so-manieth part, and sends it;
//!                blocks while its text before is not taken
//! the caller     write: takes the texts in the order of the parts, writes
//!                them, and sends their memory back
//! ```
//!
//! There is no lock, because the files are only read, and each text belongs to
//! the thread that has it. Three texts a thread are in memory: one in the
//! making, one that waits, and one that is written.

use std::io::{self, Write};
use std::sync::mpsc::{Receiver, SyncSender, channel, sync_channel};
// Not modelled: loom lacks scoped threads, and these write nothing shared.
use std::thread;

use crate::profile::Profile;
use crate::profile::block::{Block, LONGEST_TEXT};
use crate::profile::file_blocks::FileBlocks;
use crate::profile::file_lines::package;
use crate::profile::short_decimal;

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
    // More than that would have nothing to make.
    let threads = threads.min(parts.len());
    if threads < 2 {
        let mut text = Vec::new();
        return parts.iter().try_for_each(|part| {
            make(part, order, &mut text);
            out.write_all(&text)
        });
    }
    thread::scope(|scope| {
        let makers: Vec<_> = (0..threads)
            .map(|first| {
                let parts = parts.iter().skip(first).step_by(threads);
                let (full, texts) = sync_channel(1);
                let (memory, empty) = channel();
                scope.spawn(move || maker(parts, order, &full, &empty));
                (texts, memory)
            })
            .collect();
        let mut makers = makers.iter().cycle();
        for _ in &parts {
            let (texts, memory) = makers.next().expect("two or more");
            let text: Vec<u8> = texts.recv().expect("one for each part");
            out.write_all(&text)?;
            // Not wanted after its last part.
            let _ = memory.send(text);
        }
        Ok(())
    })
}

/// Makes the texts of `parts`, until nobody wants them.
fn maker<'a>(
    mut parts: impl Iterator<Item = &'a &'a [&'a FileBlocks]>,
    order: Order,
    full: &SyncSender<Vec<u8>>,
    empty: &Receiver<Vec<u8>>,
) {
    let _ = parts.try_for_each(|part| {
        // Old memory, because new costs more than the text in it.
        let mut text = empty.try_recv().unwrap_or_default();
        make(part, order, &mut text);
        full.send(text)
    });
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

/// Makes the text of some files, in place of what was in `text`.
fn make(files: &[&FileBlocks], order: Order, text: &mut Vec<u8>) {
    text.clear();
    files.iter().for_each(|file| file_to(text, file, order));
}

fn file_to(text: &mut Vec<u8>, file: &FileBlocks, order: Order) {
    if order == Order::File && file.blocks.ascending().is_some() {
        for (at, count) in file.blocks.counts.iter().enumerate() {
            line_to(text, file.key(), *count, |line| file.text(at, line));
        }
        return;
    }
    let mut blocks = file.blocks.sorted();
    if order == Order::Go {
        blocks.sort_by_key(|(block, _)| {
            let Block { start, end, .. } = block;
            (start.line, end.line, start.column, end.column)
        });
    }
    for (block, count) in blocks {
        line_to(text, file.key(), count, |line| block.text(line));
    }
}

#[inline]
fn line_to(
    text: &mut Vec<u8>,
    key: &str,
    count: u64,
    block: impl Fn(&mut [u8]) -> usize,
) {
    // One copy of a line is cheaper than one of each number.
    let mut line = [0; LONGEST_TEXT + "18446744073709551615\n".len()];
    let mut length = block(&mut line);
    length += short_decimal::write_long(count, &mut line[length..]);
    line[length] = b'\n';
    text.extend_from_slice(key.as_bytes());
    text.extend_from_slice(&line[..=length]);
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns a profile whose text has several parts.
    fn large() -> Profile {
        let mut text = b"mode: count\n".to_vec();
        for file in 0..50 {
            for line in 1..=PART / 10 {
                let block = format!("f{file}.go:{line}.1,{line}.9 1 {file}\n");
                text.extend_from_slice(block.as_bytes());
            }
        }
        Profile::parse(&text[..], "large").expect("valid")
    }

    #[test]
    #[cfg_attr(miri, ignore = "writes hundreds of thousands of blocks")]
    fn any_number_of_threads_writes_the_same() {
        let profile = large();
        let mut expected = Vec::new();
        profile.write(&mut expected).unwrap();
        assert!(parts(&profile.union.sorted()).len() > 3);
        for threads in [0, 2, 3, 8, 1_000_000_000] {
            let mut out = Vec::new();
            profile.write_by(threads, &mut out, Order::File).unwrap();
            assert!(out == expected, "{threads} threads");
        }
    }

    #[test]
    #[cfg_attr(miri, ignore = "writes hundreds of thousands of blocks")]
    fn threads_end_when_nothing_more_can_be_written() {
        struct Full(usize);
        impl Write for Full {
            fn write(&mut self, text: &[u8]) -> io::Result<usize> {
                self.0 = self.0.checked_sub(1).ok_or(io::ErrorKind::Other)?;
                Ok(text.len())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let profile = large();
        for writes in 0..4 {
            let out = Full(writes);
            assert!(profile.write_by(2, out, Order::File).is_err());
        }
    }
}
