//! The lines of a file with their counts, whatever the input counted.

use crate::profile::block::Block;
use crate::profile::file_blocks::FileBlocks;

/// A source file and its lines that can run, by ascending number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileLines {
    /// The path, as the profile has it.
    pub path: String,
    /// Line and count.
    pub lines: Vec<(u32, u64)>,
}

impl FileLines {
    /// Returns how many lines ran at least once.
    pub fn covered(&self) -> usize {
        self.lines.iter().filter(|(_, count)| *count > 0).count()
    }

    /// Returns the count of a line; `None` for a line that cannot run.
    pub fn count(&self, line: u32) -> Option<u64> {
        let at = self.lines.binary_search_by_key(&line, |(line, _)| *line);
        at.ok().map(|at| self.lines[at].1)
    }
}

/// More lines than any source file has: a block that claims them is no
/// reason to fill the memory.
const MOST_LINES: u32 = 10_000_000;

/// Returns the lines that a file's blocks touch.
///
/// A line in two blocks has the larger count: it ran as far as that block.
/// A block that ends in the first column does not touch that line.
pub(crate) fn of_blocks(file: &FileBlocks) -> FileLines {
    let mut blocks: Vec<(Block, u64)> = file
        .blocks
        .iter()
        .map(|(block, count)| (*block, count))
        .filter(|(block, _)| block.statements > 0)
        .collect();
    blocks.sort_unstable();
    let mut lines: Vec<(u32, u64)> = Vec::new();
    for (block, count) in blocks {
        let (first, last) = span(&block);
        for line in first..=last {
            // Lines ascend, so one seen before is near the end.
            match lines.binary_search_by_key(&line, |(line, _)| *line) {
                Ok(at) => lines[at].1 = lines[at].1.max(count),
                Err(at) => lines.insert(at, (line, count)),
            }
        }
    }
    FileLines { path: file.path().to_owned(), lines }
}

/// Returns the first and the last line of a block.
pub(crate) fn span(block: &Block) -> (u32, u32) {
    let (first, end) = (block.start.line, block.end);
    let last = match end.column {
        0 | 1 if end.line > first => end.line - 1,
        _ => end.line,
    };
    (first, last.min(first.saturating_add(MOST_LINES)))
}

/// Returns the folder of a path.
pub(crate) fn package(path: &str) -> &str {
    path.rsplit_once('/').map_or(".", |(folder, _)| folder)
}
