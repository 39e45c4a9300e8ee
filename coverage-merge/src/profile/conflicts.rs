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
//!
//! Blocks that overlap within one profile are no conflict: `//line` makes such
//! ones (goyacc, ragel).

use std::cmp::Reverse;

use crate::error::Error;
use crate::profile::Profile;
use crate::profile::block::{Block, Position};
use crate::profile::count_table::Add;
use crate::profile::file_blocks::FileBlocks;
use crate::profile::file_lines::of_blocks;
use crate::profile::known_faults::{is_repeated, mend};
use crate::profile::on_conflict::OnConflict;

/// A block of nothing before the first line: it says that the blocks of this
/// file come from inputs that disagree.
const MARK: Block = Block {
    start: Position { line: 0, column: 0 },
    end: Position { line: 0, column: 0 },
    statements: 0,
};

/// Two blocks that overlap, and whether the statements add up.
struct Overlap {
    first: Block,
    second: Block,
    same_code: bool,
    /// Each block inside has as many statements as the one around it.
    repeated: bool,
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
        let add = self.add();
        if choice == OnConflict::Keep {
            self.mark_conflicts();
            return Ok(());
        }
        let files = self.union.files().iter().enumerate();
        let mut conflicts: Vec<usize> =
            files.filter(|it| overlaps(it.1)).map(|it| it.0).collect();
        self.mend_known_faults(&conflicts, add);
        conflicts.retain(|at| overlaps(&self.union.files()[*at]));
        let files = self.union.files();
        conflicts.sort_by_key(|at| files[*at].path());
        for at in conflicts {
            let file = &self.union.files()[at];
            match resolve(file, choice, add) {
                Ok(blocks) => self.union.file_mut(at).replace(blocks),
                Err(overlap) if self.is_of_one_input(at) => {
                    // A file that `//line` made; its blocks stay.
                    let _ = overlap;
                }
                Err(overlap) => return Err(self.conflict(at, &overlap)),
            }
        }
        Ok(())
    }

    /// Marks the files whose inputs disagree, because in one merged profile
    /// nobody could tell that it was not one input that had these blocks.
    fn mark_conflicts(&mut self) {
        for at in 0..self.union.files().len() {
            let file = &self.union.files()[at];
            if !overlaps(file) || self.is_of_one_input(at) {
                continue;
            }
            if forest(file).and_then(|it| check_sums(&it)).is_err() {
                let next = file.blocks.keys().len();
                self.union.file_mut(at).add(next, MARK, 0, Add::Sum);
            }
        }
    }

    /// Puts right what Go 1.27.0 and 1.27.1 counted wrongly, where another
    /// input tells, and says so.
    fn mend_known_faults(&mut self, conflicts: &[usize], add: Add) {
        for &at in conflicts {
            let file = &self.union.files()[at];
            if let Some(blocks) = mend(file, add) {
                let path = file.path().to_owned();
                self.union.file_mut(at).replace(blocks);
                self.warnings.push(format!(
                    "{path}: statements put right that Go 1.27.0 or 1.27.1 \
                     counted wrongly (golang/go#80974)"
                ));
            }
        }
    }

    /// Returns whether all blocks of a file come from one input, or the file
    /// is none of Go's, and the blocks are not those of two versions of Go.
    fn is_of_one_input(&self, at: usize) -> bool {
        let file = &self.union.files()[at];
        let is_go = file.path().ends_with(".go");
        let adds_up = is_go
            && forest(file).is_ok_and(|forest| check_sums(&forest).is_ok());
        let one = !self.union.provenance.has_several(at);
        let backwards = file.blocks.keys().iter().any(|b| b.end < b.start);
        let marked = file.blocks.keys().contains(&MARK);
        !adds_up && !marked && (one || !is_go || backwards)
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
        let why = if overlap.repeated {
            "each piece has the statements of the whole: it is from Go 1.27.0 \
             or 1.27.1, which count wrongly (golang/go#80974); use \
             --on-conflict coarsen, or Go 1.27.2"
        } else if overlap.same_code {
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
    match check_sums(&forest) {
        Err(overlap) if overlap.repeated && choice == OnConflict::Coarsen => {}
        checked => checked?,
    }
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
                    repeated: false,
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
    let mut repeated = None;
    for (at, node) in nodes.iter().enumerate() {
        let Some(second) = child[at] else { continue };
        let first = node.block;
        if sums[at] == u64::from(first.statements) {
            continue;
        }
        let children = nodes.iter().filter(|it| it.parent == Some(at));
        let overlap = Overlap {
            first,
            second,
            same_code: false,
            repeated: is_repeated(&first, children.map(|it| it.block)),
        };
        if !overlap.repeated {
            return Err(overlap);
        }
        repeated.get_or_insert(overlap);
    }
    repeated.map_or(Ok(()), Err)
}

fn first_overlap(nodes: &[Node]) -> Overlap {
    let inner = nodes.iter().find(|node| node.parent.is_some());
    let inner = inner.expect("there is an overlap");
    let outer = &nodes[inner.parent.expect("found by it")];
    Overlap {
        first: outer.block,
        second: inner.block,
        same_code: true,
        repeated: false,
    }
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
