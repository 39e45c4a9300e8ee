//! What two profiles have in common, and what only one has.

use hashbrown::HashMap;
use support::probe::NoProbe;

use crate::profile::Profile;
use crate::profile::block::Block;
use crate::profile::count_table::{Add, CountTable};
use crate::profile::union::{Cursor, Seen};

impl Profile {
    /// Returns this profile without what `other` covers: those counts become 0.
    ///
    /// It shows, for instance, what only this set of tests reaches.
    pub fn subtract(&self, other: &Self) -> Self {
        self.with_counts(other, |count, other| match other {
            0 => count,
            _ => 0,
        })
    }

    /// Returns what both profiles cover: all blocks of this one, each with the
    /// smaller count; 0 where the other does not have the block.
    pub fn intersect(&self, other: &Self) -> Self {
        self.with_counts(other, u64::min)
    }

    /// Returns all blocks and lines of this profile with new counts, made from
    /// their count here and that in `other` (0 where it has none).
    fn with_counts(
        &self,
        other: &Self,
        count: impl Fn(u64, u64) -> u64,
    ) -> Self {
        let mut result = Self {
            mode: self.mode,
            mode_of: self.mode_of.clone(),
            as_set: self.as_set,
            ..Self::default()
        };
        let theirs: HashMap<(&str, Block), u64> =
            other.blocks().map(|(path, block, n)| ((path, block), n)).collect();
        let mut cursor = Cursor::new(NoProbe);
        result.union.provenance.begin(&self.mode_of);
        for file in self.union.files() {
            for (block, here) in file.blocks.iter() {
                let there = theirs.get(&(file.path(), *block));
                let seen = Seen {
                    block: *block,
                    count: count(here, there.copied().unwrap_or(0)),
                    line: 0,
                };
                result.union.add(&mut cursor, file.key(), seen, Add::Sum);
            }
        }
        result.union.leave(&mut cursor);
        self.line_counts(other, count, &mut result);
        result
    }

    fn line_counts(
        &self,
        other: &Self,
        count: impl Fn(u64, u64) -> u64,
        result: &mut Self,
    ) {
        result.lines = self.lines.clone();
        let theirs: HashMap<&str, _> =
            other.lines.files().iter().map(|f| (&*f.path, f)).collect();
        for at in 0..result.lines.files().len() {
            let file = result.lines.file(at);
            let other = theirs.get(&*file.path);
            recount(&mut file.lines, other.map(|f| &f.lines), &count);
            recount(&mut file.functions, other.map(|f| &f.functions), &count);
            recount(&mut file.branches, other.map(|f| &f.branches), &count);
            recount(&mut file.conditions, other.map(|f| &f.conditions), &count);
        }
    }
}

fn recount<K: Clone + Ord + std::hash::Hash>(
    table: &mut CountTable<K>,
    other: Option<&CountTable<K>>,
    count: &impl Fn(u64, u64) -> u64,
) {
    let theirs: HashMap<&K, u64> =
        other.map(|other| other.iter().collect()).unwrap_or_default();
    let new: Vec<u64> = table
        .iter()
        .map(|(key, n)| count(n, theirs.get(key).copied().unwrap_or(0)))
        .collect();
    table.counts = new;
}
