//! The 4-ary heap of Go's timers, with removal from the middle.
//!
//! The first deadline is at the root; the children of position `i` are at
//! `4i + 1` to `4i + 4` and never earlier than it. Each timer knows its
//! position (the *back index*), so that it can be removed without a search.
//!
//! - [`Sift`]: how order is restored, by [`Hole`] (as Go does) or [`Swap`].
//! - [`Layout`]: whether the deadlines lie in the tree ([`Inline`], as from
//!   Go 1.23 on) or behind an index ([`Indirect`], as Go's pointers before).
//!
//! Source: Go's `siftupTimer` and `siftdownTimer` in `runtime/time.go`.

mod layout;
mod observed;
mod queue;
mod sift;
mod step;

use std::fmt::Debug;
use std::marker::PhantomData;

use support::probe::{NoProbe, Probe};

use crate::structures::slab::Slab;
use crate::structures::timer_id::TimerId;
use crate::structures::violation::Violation;
use layout::{Cells, IDLE, Node};

pub use layout::{Indirect, Inline, Layout};
pub use observed::Observed;
pub use sift::{Hole, Sift, Swap, Tree};
pub use step::Step;

/// Capacity kept after a burst.
const ROOM: usize = 1024;

/// A heap of timers with values of type `T`.
///
/// Deadlines are nanoseconds on a clock of the caller's choice. Timers with
/// equal deadlines come out in any order.
///
/// ```
/// use timer_heap::heap::TimerHeap;
///
/// let mut heap: TimerHeap<&str> = TimerHeap::new();
/// let late = heap.push(30, "late");
/// let never = heap.push(10, "never");
/// heap.push(20, "first");
/// assert_eq!(heap.remove(never), Some("never"));
/// assert!(heap.update(late, 40));
/// assert_eq!(heap.pop(), Some((20, "first")));
/// assert_eq!(heap.peek(), Some((40, &"late")));
/// assert_eq!(heap.remove(never), None, "a stale handle names nothing");
/// ```
#[derive(Debug)]
pub struct TimerHeap<T, S = Hole, L: Layout = Inline, P = NoProbe> {
    tree: Vec<L::Entry>,
    slab: Slab<Node<T, L>>,
    probe: P,
    sift: PhantomData<S>,
}

impl<T, S: Sift> TimerHeap<T, S> {
    /// Returns an empty heap.
    pub fn new() -> Self {
        Self::default()
    }
}

impl<T, S, L: Layout, P: Default> Default for TimerHeap<T, S, L, P> {
    fn default() -> Self {
        Self::with_probe(P::default())
    }
}

impl<T, S, L: Layout, P> TimerHeap<T, S, L, P> {
    /// Returns an empty heap that tells `probe` of each comparison and move.
    pub fn with_probe(probe: P) -> Self {
        Self {
            tree: Vec::new(),
            slab: Slab::default(),
            probe,
            sift: PhantomData,
        }
    }

    /// Returns the probe.
    pub fn probe_mut(&mut self) -> &mut P {
        &mut self.probe
    }

    /// Returns how many timers are in the heap.
    pub fn len(&self) -> usize {
        self.tree.len()
    }

    /// Returns true if no timer is in the heap.
    pub fn is_empty(&self) -> bool {
        self.tree.is_empty()
    }

    fn when(&self, entry: L::Entry) -> i64 {
        L::when(entry, |index| self.slab.at(index).key)
    }

    /// Returns the first deadline and its value.
    pub fn peek(&self) -> Option<(i64, &T)> {
        let &root = self.tree.first()?;
        Some((self.when(root), &self.slab.at(L::index(root)).value))
    }

    /// Returns the value of a timer, in the heap or not, or `None` if it is
    /// gone.
    pub fn get(&self, id: TimerId) -> Option<&T> {
        self.slab.get(id).map(|node| &node.value)
    }

    /// Returns true if memory is held for the timer of an index.
    pub(crate) fn has_slot(&self, index: u32) -> bool {
        self.slab.has_slot(index)
    }

    /// Returns every deadline, handle and value, from the root down, level by
    /// level.
    pub fn iter(&self) -> impl Iterator<Item = (i64, TimerId, &T)> {
        self.tree.iter().map(|&entry| {
            let index = L::index(entry);
            let value = &self.slab.at(index).value;
            (self.when(entry), self.slab.id(index), value)
        })
    }

    /// Checks the order, the back indices and the handles.
    ///
    /// # Errors
    ///
    /// Returns the first violation: position, parent, both deadlines.
    // ANCHOR: verify
    pub fn verify(&self) -> Result<(), Violation> {
        self.slab.verify()?;
        for (position, &entry) in self.tree.iter().enumerate() {
            let back = self.slab.at(L::index(entry)).position as usize;
            if back != position {
                return Err(Violation::BackIndex { position, back });
            }
            let parent = position.saturating_sub(1) / 4;
            let parent_when = self.when(self.tree[parent]);
            let when = self.when(entry);
            if when < parent_when {
                return Err(Violation::EarlierThanParent {
                    position,
                    when,
                    parent,
                    parent_when,
                });
            }
        }
        Ok(())
    }
    // ANCHOR_END: verify
}

impl<T, S: Sift, L: Layout, P: Probe<Step>> TimerHeap<T, S, L, P> {
    fn cells(&mut self) -> Observed<'_, Cells<'_, T, L>, P> {
        let tree = Cells { tree: &mut self.tree, slab: &mut self.slab };
        Observed { tree, probe: &mut self.probe }
    }

    /// Adds a timer. The returned handle stays good until the timer is gone.
    pub fn push(&mut self, when: i64, value: T) -> TimerId {
        let id = self.slab.insert(Node::new(when, value));
        self.link(id.index(), when);
        id
    }

    /// Puts a timer of the slab into the tree: at the end, then up.
    fn link(&mut self, index: u32, when: i64) {
        let end = self.tree.len();
        self.tree.push(L::entry(when, index));
        self.slab.at_mut(index).position = end as u32;
        S::up(&mut self.cells(), end);
    }

    // ANCHOR: remove
    /// Takes a timer of the slab out of the tree.
    ///
    /// The last timer fills the gap, and may have to go either way.
    fn unlink(&mut self, at: usize) {
        let removed = L::index(self.tree[at]);
        self.slab.at_mut(removed).position = IDLE;
        let last = self.tree.pop().expect("position is in the tree");
        if at < self.tree.len() {
            let mut cells = self.cells();
            cells.put(at, last);
            S::up(&mut cells, at);
            S::down(&mut cells, at);
        }
        self.shrink_after_a_burst();
    }
    // ANCHOR_END: remove

    #[inline]
    fn shrink_after_a_burst(&mut self) {
        let room = self.tree.capacity();
        if room > ROOM && self.tree.len() < room / 8 {
            self.tree.shrink_to(room / 4);
        }
    }

    /// Takes the timer with the first deadline out of the heap.
    pub fn pop(&mut self) -> Option<(i64, T)> {
        let &root = self.tree.first()?;
        let when = self.when(root);
        let id = self.slab.id(L::index(root));
        self.unlink(0);
        self.slab.remove(id).map(|node| (when, node.value))
    }

    /// Returns the value of every timer, armed or not, in no order.
    pub(crate) fn into_values(self) -> impl Iterator<Item = T> {
        self.slab.into_values().map(|node| node.value)
    }

    /// Takes a timer out. Returns `None` if the handle is stale.
    pub fn remove(&mut self, id: TimerId) -> Option<T> {
        let position = self.slab.get(id)?.position;
        if position != IDLE {
            self.unlink(position as usize);
        }
        self.slab.remove(id).map(|node| node.value)
    }

    /// Changes a deadline in place. Returns false if the timer is not in the
    /// heap.
    pub fn update(&mut self, id: TimerId, when: i64) -> bool {
        let Some(node) = self.slab.get_mut(id) else {
            return false;
        };
        if node.position == IDLE {
            return false;
        }
        let at = node.position as usize;
        node.key = L::key(when);
        self.tree[at] = L::entry(when, id.index());
        let mut cells = self.cells();
        S::up(&mut cells, at);
        S::down(&mut cells, at);
        true
    }
}
