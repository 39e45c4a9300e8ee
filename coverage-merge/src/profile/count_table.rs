//! Things that are counted, in the order in which they were first seen.

use hashbrown::{DefaultHashBuilder, HashTable};
use std::hash::{BuildHasher, Hash};

use crate::profile::block::saturating_sum;

/// How two counts of one thing become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Add {
    /// 1 if either is not 0.
    Or,
    /// Their sum, saturating.
    Sum,
}

impl Add {
    // ANCHOR: apply
    #[inline]
    pub(crate) fn apply(self, a: u64, b: u64) -> u64 {
        match self {
            Self::Or => u64::from(a | b != 0),
            Self::Sum => saturating_sum(a, b),
        }
    }
    // ANCHOR_END: apply
}

/// Where a key was found, and whether it is new.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) position: usize,
    pub(crate) new: bool,
}

/// Keys with counts. A key's position never changes, so that the position
/// after the last one found predicts the next.
#[derive(Clone, Debug)]
pub(crate) struct CountTable<K> {
    keys: Vec<K>,
    /// As long as `keys`.
    pub(crate) counts: Vec<u64>,
    /// Whether `keys` ascend, so that one is found by halving.
    sorted: bool,
    /// Finds a key where they do not.
    index: Option<Box<Index>>,
}

#[derive(Clone, Debug, Default)]
struct Index {
    positions: HashTable<u32>,
    hasher: DefaultHashBuilder,
}

impl<K> Default for CountTable<K> {
    fn default() -> Self {
        Self { keys: Vec::new(), counts: Vec::new(), sorted: true, index: None }
    }
}

impl<K: Clone + Ord + Hash> CountTable<K> {
    pub(crate) fn keys(&self) -> &[K] {
        &self.keys
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&K, u64)> {
        self.keys.iter().zip(self.counts.iter().copied())
    }

    /// Returns the keys, if they ascend as they are.
    pub(crate) fn ascending(&self) -> Option<&[K]> {
        self.sorted.then_some(&self.keys[..])
    }

    /// Returns all keys with their counts, by ascending key.
    pub(crate) fn sorted(&self) -> Vec<(&K, u64)> {
        let mut all: Vec<_> = self.iter().collect();
        if !self.sorted {
            all.sort_unstable();
        }
        all
    }

    /// Counts `key`, which is probably the `expected`-th.
    #[inline]
    pub(crate) fn add(
        &mut self,
        expected: usize,
        key: K,
        count: u64,
        add: Add,
    ) -> Found {
        let found = match self.keys.get(expected) {
            Some(predicted) if *predicted == key => Some(expected),
            _ => self.find(&key),
        };
        let (position, new) = match found {
            Some(position) => (position, false),
            None => (self.push(key), true),
        };
        let total = &mut self.counts[position];
        *total = add.apply(*total, count);
        Found { position, new }
    }

    /// Counts `key` for the first time if it comes after all others; returns
    /// whether it does.
    #[inline]
    pub(crate) fn append(&mut self, key: &K, count: u64) -> bool {
        let ascends = self.sorted && self.keys.last().is_none_or(|k| k < key);
        if ascends {
            self.keys.push(key.clone());
            self.counts.push(count);
        }
        ascends
    }

    /// Returns the position of `key`.
    pub(crate) fn find(&mut self, key: &K) -> Option<usize> {
        if self.sorted {
            return match self.keys.last() {
                Some(last) if key <= last => self.keys.binary_search(key).ok(),
                _ => None,
            };
        }
        let keys = &self.keys;
        let index = self.index.get_or_insert_with(|| Index::of(keys));
        let same = |&at: &u32| keys[at as usize] == *key;
        let found = index.positions.find(index.hasher.hash_one(key), same);
        found.map(|&at| at as usize)
    }

    fn push(&mut self, key: K) -> usize {
        if self.keys.last().is_some_and(|last| key < *last) {
            self.sorted = false;
        }
        let position = self.keys.len();
        self.keys.push(key);
        self.counts.push(0);
        if let Some(index) = &mut self.index {
            index.insert(position, &self.keys);
        }
        position
    }

    /// Moves into memory of just the right size, and leaves the capacity that
    /// it had to `spare`, because the next table will grow too.
    pub(crate) fn shrink_to(&mut self, spare: &mut Self) {
        if self.keys.capacity() == self.keys.len() {
            return;
        }
        std::mem::swap(&mut self.keys, &mut spare.keys);
        std::mem::swap(&mut self.counts, &mut spare.counts);
        self.keys = spare.keys.clone();
        self.counts = spare.counts.clone();
        spare.keys.clear();
        spare.counts.clear();
    }
}

impl Index {
    fn of<K: Hash>(keys: &[K]) -> Box<Self> {
        let mut index = Box::<Self>::default();
        for position in 0..keys.len() {
            index.insert(position, keys);
        }
        index
    }

    fn insert<K: Hash>(&mut self, position: usize, keys: &[K]) {
        let hasher = &self.hasher;
        let hash = |&at: &u32| hasher.hash_one(&keys[at as usize]);
        let at = u32::try_from(position).expect("a file has fewer blocks");
        self.positions.insert_unique(hash(&at), at, hash);
    }
}
