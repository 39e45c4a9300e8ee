//! Restoring the order of the heap: by a hole, or by swaps.

const ARITY: usize = 4;

/// A tree that can be sifted: entries at positions, deadlines to compare.
pub trait Tree {
    /// What lies at a position.
    type Entry: Copy;
    /// Returns how many positions there are.
    fn len(&self) -> usize;
    /// Returns true if there is none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// Returns the entry at a position.
    fn get(&self, at: usize) -> Self::Entry;
    /// Writes an entry to a position, and the position to its back index.
    fn put(&mut self, at: usize, entry: Self::Entry);
    /// Returns the deadline of an entry.
    fn when(&self, entry: Self::Entry) -> i64;
    /// Returns true if the first entry's deadline is before the second's.
    #[inline]
    fn earlier(&mut self, left: Self::Entry, right: Self::Entry) -> bool {
        self.when(left) < self.when(right)
    }
}

/// How the order is restored after one entry changed.
pub trait Sift {
    /// Moves the entry at a position towards the root, as far as it must go.
    fn up<T: Tree>(tree: &mut T, at: usize);
    /// Moves the entry at a position towards the leaves.
    fn down<T: Tree>(tree: &mut T, at: usize);
}

// ANCHOR: first-child
/// Returns the position and entry of the earliest child.
#[inline]
fn first_child<T: Tree>(tree: &mut T, at: usize) -> Option<(usize, T::Entry)> {
    let start = ARITY * at + 1;
    let end = tree.len().min(start + ARITY);
    if start >= end {
        return None;
    }
    let mut first = (start, tree.get(start));
    for child in start + 1..end {
        let entry = tree.get(child);
        if tree.earlier(entry, first.1) {
            first = (child, entry);
        }
    }
    Some(first)
}
// ANCHOR_END: first-child

/// Lifts the entry out, moves the others into the hole, and puts it back.
///
/// One write for each level, as in Go's `siftupTimer` and `siftdownTimer`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Hole;

impl Sift for Hole {
    // ANCHOR: hole
    fn up<T: Tree>(tree: &mut T, start: usize) {
        let moving = tree.get(start);
        let mut at = start;
        while at > 0 {
            let parent = (at - 1) / ARITY;
            let above = tree.get(parent);
            if !tree.earlier(moving, above) {
                break;
            }
            tree.put(at, above);
            at = parent;
        }
        if at != start {
            tree.put(at, moving);
        }
    }
    // ANCHOR_END: hole

    // ANCHOR: hole-down
    fn down<T: Tree>(tree: &mut T, start: usize) {
        let moving = tree.get(start);
        let mut at = start;
        while let Some((child, below)) = first_child(tree, at) {
            if !tree.earlier(below, moving) {
                break;
            }
            tree.put(at, below);
            at = child;
        }
        if at != start {
            tree.put(at, moving);
        }
    }
    // ANCHOR_END: hole-down
}

/// Exchanges the entry with its neighbour at each level: two writes each.
#[derive(Clone, Copy, Debug, Default)]
pub struct Swap;

impl Sift for Swap {
    // ANCHOR: swap
    fn up<T: Tree>(tree: &mut T, mut at: usize) {
        while at > 0 {
            let parent = (at - 1) / ARITY;
            let (moving, above) = (tree.get(at), tree.get(parent));
            if !tree.earlier(moving, above) {
                break;
            }
            tree.put(at, above);
            tree.put(parent, moving);
            at = parent;
        }
    }
    // ANCHOR_END: swap

    fn down<T: Tree>(tree: &mut T, mut at: usize) {
        while let Some((child, below)) = first_child(tree, at) {
            let moving = tree.get(at);
            if !tree.earlier(below, moving) {
                break;
            }
            tree.put(at, below);
            tree.put(child, moving);
            at = child;
        }
    }
}
