//! Unions with a bug each: the reader's own tests must catch them.

use std::collections::BTreeMap;

use super::asked::{Merge, Parse};
use super::block::{Block, MAX_COUNT};
use super::listing::{self, Line};
use super::mode::Mode;
use super::oracle;
use super::ours::Ours;
use super::profile::Problem;

/// The reader's own tests.
pub trait Tested {
    /// Panics if `M` does not merge as it should.
    fn tests<M: Merge>();
}

/// Their names, each in the place of its number.
pub const NAMES: [&str; 8] = [
    "last-count-kept",
    "sets-added",
    "sum-wraps",
    "columns-forgotten",
    "last-line-lost",
    "modes-mixed",
    "overlap-kept",
    "order-of-coming",
];

/// A union with the bug of this number.
pub(super) struct Mutant<const BUG: usize>;

/// Runs the reader's tests on the union of a name: one of [`NAMES`], or
/// `sound`. Returns false if there is no such union.
pub fn tests<R: Tested>(name: &str) -> bool {
    match name {
        "sound" => R::tests::<Ours>(),
        "last-count-kept" => R::tests::<Mutant<0>>(),
        "sets-added" => R::tests::<Mutant<1>>(),
        "sum-wraps" => R::tests::<Mutant<2>>(),
        "columns-forgotten" => R::tests::<Mutant<3>>(),
        "last-line-lost" => R::tests::<Mutant<4>>(),
        "modes-mixed" => R::tests::<Mutant<5>>(),
        "overlap-kept" => R::tests::<Mutant<6>>(),
        "order-of-coming" => R::tests::<Mutant<7>>(),
        _ => return false,
    }
    true
}

impl<const BUG: usize> Mutant<BUG> {
    /// Returns whether it has the bug of this name.
    fn has(name: &str) -> bool {
        NAMES[BUG] == name
    }

    fn sum(mode: Mode, a: u64, b: u64) -> u64 {
        match mode {
            _ if Self::has("last-count-kept") => b,
            Mode::Set if !Self::has("sets-added") => u64::from(a | b != 0),
            _ if Self::has("sum-wraps") => {
                (a as i64).wrapping_add(b as i64) as u64
            }
            _ => a.saturating_add(b).min(MAX_COUNT),
        }
    }

    /// Returns what a block is told from others by.
    fn key(block: Block) -> Block {
        let mut key = block;
        if Self::has("columns-forgotten") {
            (key.start.column, key.end.column) = (0, 0);
        }
        key
    }

    /// Returns the text that is read of a profile.
    fn seen(text: &str) -> &str {
        let end = text.rfind('\n').map_or(0, |at| at + 1);
        if Self::has("last-line-lost") { &text[..end] } else { text }
    }
}

impl<const BUG: usize> Merge for Mutant<BUG> {
    fn merge(profiles: &[&str]) -> Result<String, Problem> {
        let mut mode: Option<Mode> = None;
        let mut union: Vec<Line> = Vec::new();
        let mut places = BTreeMap::new();
        for (profile, text) in profiles.iter().enumerate() {
            let read = Ours::read(Self::seen(text));
            let read =
                read.map_err(|wrong| Problem::Malformed { profile, wrong })?;
            let before = mode.unwrap_or(read.mode);
            let is_mixed = (before == Mode::Set) != (read.mode == Mode::Set);
            if is_mixed && !Self::has("modes-mixed") {
                return Err(Problem::Modes(before, read.mode));
            }
            mode = Some(before.max(read.mode));
            for (path, block, count) in read.lines {
                let key = (path.to_owned(), Self::key(block));
                let at = *places.entry(key).or_insert(union.len());
                if at == union.len() {
                    union.push((path.to_owned(), block, 0));
                }
                union[at].2 = Self::sum(read.mode, union[at].2, count);
            }
        }
        if let Some(path) = oracle::overlapping(&union).first()
            && !Self::has("overlap-kept")
        {
            return Err(Problem::Overlap((*path).to_owned()));
        }
        if !Self::has("order-of-coming") {
            union.sort_unstable();
        }
        Ok(listing::text(mode.unwrap_or(Mode::Set), &union))
    }
}
