//! The lines of a file with their counts, whatever the input counted.

use std::collections::{BTreeMap, BinaryHeap};

use crate::profile::block::{Block, saturating_sum};
use crate::profile::file_blocks::FileBlocks;

/// A source file and its lines that can run, by ascending number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileLines {
    /// The path, as the profile has it.
    pub path: String,
    /// Line and count.
    pub lines: Vec<(u32, u64)>,
    /// Those of which a part ran and another did not: a block of two, or a
    /// branch.
    pub partial: Vec<u32>,
}

impl FileLines {
    /// Returns how many lines ran at least once.
    pub fn covered(&self) -> usize {
        self.lines.iter().filter(|(_, count)| *count > 0).count()
    }

    /// Adds the lines of the same file as another format has them.
    pub(crate) fn add(&mut self, other: &Self) {
        let mut all: BTreeMap<u32, u64> = self.lines.drain(..).collect();
        for (line, count) in &other.lines {
            let total = all.entry(*line).or_default();
            *total = saturating_sum(*total, *count);
        }
        self.lines = all.into_iter().collect();
        self.partial.extend_from_slice(&other.partial);
        self.partial.sort_unstable();
        self.partial.dedup();
    }

    /// Returns the count of a line; `None` for a line that cannot run.
    pub fn count(&self, line: u32) -> Option<u64> {
        let at = self.lines.binary_search_by_key(&line, |(line, _)| *line);
        at.ok().map(|at| self.lines[at].1)
    }
}

/// More lines than a block of real source has: one that claims more is shown
/// by its first and its last line, and is no reason to fill the memory.
pub(crate) const MOST_LINES: u32 = 50_000;

/// More lines than a real source file has: beyond it, long blocks are shown by
/// their first and their last line.
pub(crate) const MOST_IN_FILE: u64 = 1_000_000;

/// How many lines a long block has.
pub(crate) const LONG: u32 = 1_000;

/// A line in two blocks has the larger count: it ran as far as that block; if
/// another did not run, the line is partial.
#[derive(Clone, Copy, Debug)]
struct Span {
    first: u32,
    last: u32,
    count: u64,
}

/// Returns the lines that a file's blocks touch.
///
/// A block that ends in the first column does not touch that line.
pub(crate) fn of_blocks(file: &FileBlocks) -> FileLines {
    let with_statements = file.blocks.iter().filter(|(b, _)| b.statements > 0);
    let whole: Vec<(u32, u32, u64)> = with_statements
        .map(|(block, count)| {
            let (first, last) = span(block);
            (first, last, count)
        })
        .collect();
    let lines =
        |(first, last, _): &(u32, u32, u64)| u64::from(last - first) + 1;
    let all: u64 = whole.iter().map(lines).sum();
    let most = if all > MOST_IN_FILE { LONG } else { MOST_LINES };
    let mut spans = Vec::with_capacity(whole.len());
    for (first, last, count) in whole {
        if last - first < most {
            spans.push(Span { first, last, count });
        } else {
            spans.push(Span { first, last: first, count });
            spans.push(Span { first: last, last, count });
        }
    }
    spans.sort_unstable_by_key(|span| span.first);
    let mut result =
        FileLines { path: file.path().to_owned(), ..FileLines::default() };
    sweep(&spans, &mut result);
    result
}

/// Goes through the lines of `spans`, which begin in ascending order.
fn sweep(spans: &[Span], result: &mut FileLines) {
    let mut next = spans.iter().peekable();
    // Those around the line, the largest count first; and the last line of
    // those that did not run.
    let mut around: BinaryHeap<(u64, u32)> = BinaryHeap::new();
    let mut missed_to = 0;
    let mut line = 0_u32;
    loop {
        while around.peek().is_some_and(|(_, last)| *last < line) {
            around.pop();
        }
        if around.is_empty() {
            match next.peek() {
                Some(span) => line = line.max(span.first),
                None => break,
            }
        }
        while let Some(span) = next.next_if(|span| span.first <= line) {
            around.push((span.count, span.last));
            if span.count == 0 {
                missed_to = missed_to.max(span.last.saturating_add(1));
            }
        }
        let Some((count, _)) = around.peek() else { break };
        result.lines.push((line, *count));
        if *count > 0 && missed_to > line {
            result.partial.push(line);
        }
        let Some(after) = line.checked_add(1) else { break };
        line = after;
    }
}

/// Returns the first and the last line of a block; one that ends before it
/// starts (`//line` does that) has its first line alone.
pub(crate) fn span(block: &Block) -> (u32, u32) {
    let (first, end) = (block.start.line, block.end);
    let last = match end.column {
        0 | 1 if end.line > first => end.line - 1,
        _ => end.line,
    };
    (first, last.max(first).min(u32::MAX - 1).max(first))
}

/// Returns the folder of a path.
pub(crate) fn package(path: &str) -> &str {
    path.rsplit_once('/').map_or(".", |(folder, _)| folder)
}
