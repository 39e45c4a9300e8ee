//! Where a deadline lies: in the tree, or behind an index.

use std::fmt::Debug;

use super::sift::Tree;
use crate::structures::slab::Slab;

/// The position of a timer that is not in the tree.
pub(super) const IDLE: u32 = u32::MAX;

/// Where the heap keeps its deadlines.
pub trait Layout {
    /// What the tree is made of.
    type Entry: Copy + Debug;
    /// What a timer outside the tree keeps of its deadline.
    type Key: Copy + Debug;
    /// Returns the entry of a timer.
    fn entry(when: i64, index: u32) -> Self::Entry;
    /// Returns the key of a deadline.
    fn key(when: i64) -> Self::Key;
    /// Returns the index of the timer that an entry stands for.
    fn index(entry: Self::Entry) -> u32;
    /// Returns the deadline of an entry. `key_of` looks behind the index.
    fn when(entry: Self::Entry, key_of: impl FnOnce(u32) -> Self::Key) -> i64;
}

/// Deadlines in the tree: a comparison reads only the tree.
///
/// As Go's `timerWhen` from 1.23 on.
#[derive(Clone, Copy, Debug)]
pub struct Inline;

impl Layout for Inline {
    type Entry = (i64, u32);
    type Key = ();

    #[inline]
    fn entry(when: i64, index: u32) -> Self::Entry {
        (when, index)
    }

    #[inline]
    fn key(_: i64) -> Self::Key {}

    #[inline]
    fn index(entry: Self::Entry) -> u32 {
        entry.1
    }

    #[inline]
    fn when(entry: Self::Entry, _: impl FnOnce(u32) -> Self::Key) -> i64 {
        entry.0
    }
}

/// Deadlines with the timers: a comparison follows an index to each of them.
///
/// As Go's `[]*timer` up to 1.22.
#[derive(Clone, Copy, Debug)]
pub struct Indirect;

impl Layout for Indirect {
    type Entry = u32;
    type Key = i64;

    #[inline]
    fn entry(_: i64, index: u32) -> Self::Entry {
        index
    }

    #[inline]
    fn key(when: i64) -> Self::Key {
        when
    }

    #[inline]
    fn index(entry: Self::Entry) -> u32 {
        entry
    }

    #[inline]
    fn when(entry: Self::Entry, key_of: impl FnOnce(u32) -> Self::Key) -> i64 {
        key_of(entry)
    }
}

/// A timer outside the tree.
#[derive(Debug)]
pub(super) struct Node<T, L: Layout> {
    pub(super) key: L::Key,
    /// The back index: where in the tree it is, or [`IDLE`].
    pub(super) position: u32,
    pub(super) value: T,
}

impl<T, L: Layout> Node<T, L> {
    pub(super) fn new(when: i64, value: T) -> Self {
        Self { key: L::key(when), position: IDLE, value }
    }
}

/// The heap's parts, borrowed for sifting.
pub(super) struct Cells<'a, T, L: Layout> {
    pub(super) tree: &'a mut [L::Entry],
    pub(super) slab: &'a mut Slab<Node<T, L>>,
}

impl<T, L: Layout> Tree for Cells<'_, T, L> {
    type Entry = L::Entry;

    #[inline]
    fn len(&self) -> usize {
        self.tree.len()
    }

    #[inline]
    fn get(&self, at: usize) -> L::Entry {
        self.tree[at]
    }

    #[inline]
    fn put(&mut self, at: usize, entry: L::Entry) {
        self.tree[at] = entry;
        self.slab.at_mut(L::index(entry)).position = at as u32;
    }

    #[inline]
    fn when(&self, entry: L::Entry) -> i64 {
        L::when(entry, |index| self.slab.at(index).key)
    }
}
