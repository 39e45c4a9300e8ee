//! The obviously right union: a sorted map from the block to its count.

use std::collections::{BTreeMap, BTreeSet};

use super::block::{Block, MAX_COUNT};
use super::listing::{Line, text};
use super::mode::Mode;

/// Returns the union of all lines, as text.
pub fn union(mode: Mode, lines: impl IntoIterator<Item = Line>) -> String {
    let mut union: BTreeMap<(String, Block), u64> = BTreeMap::new();
    for (path, block, count) in lines {
        let total = union.entry((path, block)).or_default();
        *total = match mode {
            Mode::Set => (*total).max(count.min(1)),
            _ => total.saturating_add(count).min(MAX_COUNT),
        };
    }
    let lines = union.into_iter().map(|((path, it), n)| (path, it, n));
    text(mode, &lines.collect::<Vec<Line>>())
}

/// Returns the paths of which two blocks share a byte.
pub fn overlapping(lines: &[Line]) -> BTreeSet<&str> {
    let overlap = |a: &Line, b: &Line| {
        let (one, other) = (a.1, b.1);
        a.0 == b.0
            && one != other
            && one.start < other.end
            && other.start < one.end
    };
    let pairs = lines.iter().flat_map(|a| lines.iter().map(move |b| (a, b)));
    pairs.filter(|(a, b)| overlap(a, b)).map(|(a, _)| &*a.0).collect()
}
