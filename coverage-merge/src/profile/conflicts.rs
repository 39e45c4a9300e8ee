//! Blocks of one source file that were cut in different ways.
//!
//! Blocks of one profile never overlap. Two profiles whose blocks do were
//! made from different sources, or by versions of Go that cut blocks
//! differently: since Go 1.27 (`cmd/cover`) a block leaves out comments and
//! blank lines, so one block of Go 1.26 may be several of Go 1.27, with the
//! same statements in all.
//!
//! The blocks of a file make a forest: below a block are those that lie
//! inside it. Where the statements of the children add up to the parent's,
//! both describe the same code. All is decided on the union of all inputs,
//! so their order is of no importance.

use std::cmp::Reverse;
use std::fmt;
use std::str::FromStr;

use crate::error::Error;
use crate::profile::Profile;
use crate::profile::block::{Block, Position};
use crate::profile::count_table::Add;
use crate::profile::file_blocks::FileBlocks;
use crate::profile::file_lines::of_blocks;

/// What to do with blocks of one file that overlap.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnConflict {
    /// Refuse, and name both places.
    #[default]
    Error,
    /// Keep the coarse block; its count grows by that of its first fine
    /// block. Exact, as a block runs when its first statement does; an
    /// error where the statements do not add up.
    Coarsen,
    /// Keep the fine blocks; their counts grow by that of the coarse one.
    /// An upper bound: a panic inside the coarse block leaves some of the
    /// fine ones unreached, and nobody knows which. An error where the
    /// statements do not add up.
    Refine,
    /// In a file with a conflict, every line becomes a block of one
    /// statement, with the largest count of the blocks that touch it.
    Lines,
    /// Keep all blocks as they are. For partial merges, whose union will
    /// be looked at later.
    Keep,
}

impl OnConflict {
    /// All choices, by name.
    pub const NAMES: [(&'static str, Self); 5] = [
        ("error", Self::Error),
        ("coarsen", Self::Coarsen),
        ("refine", Self::Refine),
        ("lines", Self::Lines),
        ("keep", Self::Keep),
    ];
}

impl fmt::Display for OnConflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let found = Self::NAMES.iter().find(|(_, choice)| choice == self);
        f.write_str(found.map_or("", |(name, _)| name))
    }
}

/// A name that no [`OnConflict`] has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseOnConflictError(String);

impl fmt::Display for ParseOnConflictError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no choice is called {:?}", self.0)
    }
}

impl std::error::Error for ParseOnConflictError {}

impl FromStr for OnConflict {
    type Err = ParseOnConflictError;

    fn from_str(name: &str) -> Result<Self, ParseOnConflictError> {
        let found = Self::NAMES.iter().find(|(known, _)| *known == name);
        found
            .map(|(_, choice)| *choice)
            .ok_or_else(|| ParseOnConflictError(name.to_owned()))
    }
}

/// Two blocks that overlap, and whether the statements add up.
struct Overlap {
    first: Block,
    second: Block,
    same_code: bool,
}

/// A block in the forest, before those inside it.
struct Node {
    block: Block,
    count: u64,
    /// The block around this one.
    parent: Option<usize>,
}

impl Profile {
    /// Resolves all conflicts between blocks that overlap. Call it once, on
    /// the union of all inputs.
    ///
    /// # Errors
    ///
    /// For the first file, by path, with a conflict that `choice` does not
    /// resolve; the error names both blocks, their inputs and lines.
    pub fn resolve(&mut self, choice: OnConflict) -> Result<(), Error> {
        if choice == OnConflict::Keep {
            return Ok(());
        }
        let add = self.add();
        let mut conflicts: Vec<usize> = (0..self.union.files().len())
            .filter(|at| overlaps(&self.union.files()[*at]))
            .collect();
        let files = self.union.files();
        conflicts.sort_by_key(|at| files[*at].path());
        for at in conflicts {
            let file = &self.union.files()[at];
            let resolved = resolve(file, choice, add);
            let blocks =
                resolved.map_err(|overlap| self.conflict(at, &overlap))?;
            self.union.file_mut(at).replace(blocks);
        }
        Ok(())
    }

    fn conflict(&self, at: usize, overlap: &Overlap) -> Error {
        let file = &self.union.files()[at];
        let place = |block: &Block| {
            let keys = file.blocks.keys();
            let position = keys.iter().position(|key| key == block);
            let origin = self.union.provenance.of(at, position.unwrap_or(0));
            match origin {
                (input, 0) => input.to_owned(),
                (input, line) => format!("{input}:{line}"),
            }
        };
        let Overlap { first, second, .. } = overlap;
        let why = if overlap.same_code {
            "both have the same statements: probably one is from Go 1.27 or \
             later, which cuts comments and blank lines out of blocks; use \
             --on-conflict coarsen"
        } else {
            "their statements do not add up: probably the source changed \
             between the runs; measure both on the same commit"
        };
        let what = format!(
            "two blocks overlap:\n  {first}  from {}\n  {second}  from \
             {}\n{why}",
            place(first),
            place(second),
        );
        Error::conflict(file.path(), what)
    }
}

fn overlaps(file: &FileBlocks) -> bool {
    let mut end = Position { line: 0, column: 0 };
    let mut overlaps = |block: &Block| {
        let here = block.start < end;
        end = end.max(block.end);
        here
    };
    match file.blocks.ascending() {
        Some(blocks) => blocks.iter().any(overlaps),
        None => file.blocks.sorted().iter().any(|(b, _)| overlaps(b)),
    }
}

/// Returns the blocks of `file` without conflict.
fn resolve(
    file: &FileBlocks,
    choice: OnConflict,
    add: Add,
) -> Result<Vec<(Block, u64)>, Overlap> {
    if choice == OnConflict::Lines {
        return Ok(line_blocks(file));
    }
    let mut forest = forest(file)?;
    check_sums(&forest)?;
    match choice {
        OnConflict::Coarsen => Ok(coarsen(&mut forest, add)),
        OnConflict::Refine => Ok(refine(&mut forest, add)),
        _ => Err(first_overlap(&forest)),
    }
}

/// Returns the blocks, each after the one around it.
fn forest(file: &FileBlocks) -> Result<Vec<Node>, Overlap> {
    let mut blocks = file.blocks.sorted();
    blocks.sort_by_key(|(block, _)| (block.start, Reverse(block.end)));
    let mut nodes: Vec<Node> = Vec::with_capacity(blocks.len());
    let mut around: Vec<usize> = Vec::new();
    for (&block, count) in blocks {
        let ended = |at: &mut usize| nodes[*at].block.end <= block.start;
        while around.pop_if(ended).is_some() {}
        let parent = around.last().copied();
        if let Some(parent) = parent {
            let outer = nodes[parent].block;
            let same_span =
                (outer.start, outer.end) == (block.start, block.end);
            if block.end > outer.end || same_span {
                return Err(Overlap {
                    first: outer,
                    second: block,
                    same_code: false,
                });
            }
        }
        around.push(nodes.len());
        nodes.push(Node { block, count, parent });
    }
    Ok(nodes)
}

/// Checks that the statements of the blocks inside add up to those of the
/// block around them.
fn check_sums(nodes: &[Node]) -> Result<(), Overlap> {
    let mut sums = vec![0_u64; nodes.len()];
    let mut child = vec![None; nodes.len()];
    for node in nodes {
        if let Some(parent) = node.parent {
            sums[parent] += u64::from(node.block.statements);
            child[parent].get_or_insert(node.block);
        }
    }
    for (at, node) in nodes.iter().enumerate() {
        if let Some(second) = child[at]
            && sums[at] != u64::from(node.block.statements)
        {
            return Err(Overlap {
                first: node.block,
                second,
                same_code: false,
            });
        }
    }
    Ok(())
}

fn first_overlap(nodes: &[Node]) -> Overlap {
    let inner = nodes.iter().find(|node| node.parent.is_some());
    let inner = inner.expect("there is an overlap");
    let outer = &nodes[inner.parent.expect("found by it")];
    Overlap { first: outer.block, second: inner.block, same_code: true }
}

// ANCHOR: coarsen
fn coarsen(nodes: &mut [Node], add: Add) -> Vec<(Block, u64)> {
    // Children come after their parents, so backwards each has its whole
    // count before it is added to the parent's.
    for at in (0..nodes.len()).rev() {
        // The first child stands right after its parent.
        let first = at.checked_sub(1);
        if let Some(parent) = nodes[at].parent
            && first == Some(parent)
        {
            nodes[parent].count =
                add.apply(nodes[parent].count, nodes[at].count);
        }
    }
    let roots = nodes.iter().filter(|node| node.parent.is_none());
    roots.map(|node| (node.block, node.count)).collect()
}
// ANCHOR_END: coarsen

fn refine(nodes: &mut [Node], add: Add) -> Vec<(Block, u64)> {
    let mut leaf = vec![true; nodes.len()];
    for at in 0..nodes.len() {
        if let Some(parent) = nodes[at].parent {
            leaf[parent] = false;
            nodes[at].count = add.apply(nodes[at].count, nodes[parent].count);
        }
    }
    let leaves = nodes.iter().zip(leaf).filter(|(_, leaf)| *leaf);
    leaves.map(|(node, _)| (node.block, node.count)).collect()
}

fn line_blocks(file: &FileBlocks) -> Vec<(Block, u64)> {
    let start = |line| Position { line, column: 1 };
    let block = |line: u32| Block {
        start: start(line),
        end: start(line.saturating_add(1)),
        statements: 1,
    };
    let lines = of_blocks(file).lines;
    lines.iter().map(|(line, n)| (block(*line), *n)).collect()
}
