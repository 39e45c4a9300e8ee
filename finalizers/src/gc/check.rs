//! Finds the finalizers and cleanups that can never run.

use std::collections::{HashMap, VecDeque};
use std::fmt;

use super::driver::Driver;
use super::heap::Heap;
use super::memory::SlotRef;
use super::pointer::Pointer;
use super::span;
use super::special::{Special, SpecialKind};
use super::tiny::Tiny;

/// A finalizer or cleanup that may never run, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NeverRuns {
    /// The object it hangs on.
    pub object: Pointer,
    /// Whether it is a finalizer. Else it is a cleanup.
    pub is_finalizer: bool,
    /// What keeps the object.
    pub reason: Reason,
}

/// What keeps an object from being finalized.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The collector keeps what a finalizer may use, and the object is
    /// reachable from there. The path ends at the object.
    Reachable {
        /// Each object points to the next. Begins with the object itself, or
        /// with what the function has captured.
        path: Vec<Pointer>,
    },
    /// The function holds an object in the same slot, which keeps the slot.
    HoldsNeighbour {
        /// The other object.
        held: Pointer,
    },
    /// The object may share its slot with others, and lives as long as they
    /// do.
    Tiny,
}

impl fmt::Display for NeverRuns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = if self.is_finalizer { "finalizer" } else { "cleanup" };
        write!(f, "the {what} of {} ", self.object)?;
        match &self.reason {
            Reason::Reachable { path } => {
                let path: Vec<_> =
                    path.iter().map(Pointer::to_string).collect();
                write!(f, "can never run: {}", path.join(" -> "))
            }
            Reason::HoldsNeighbour { held } => {
                write!(f, "can never run: it holds {held}, in the same slot")
            }
            Reason::Tiny => {
                f.write_str("may never run: it shares a slot with others")
            }
        }
    }
}

impl<D: Driver> Heap<D> {
    /// Looks for finalizers and cleanups that can never run.
    ///
    /// Slow: follows the pointers from each of them. Go does the same under
    /// `GODEBUG=checkfinalizers=1` (Go 1.27, `runtime/mcheckmark.go`,
    /// `checkFinalizersAndCleanups`).
    ///
    /// ```
    /// use finalizers::gc::{Heap, Layout};
    ///
    /// let mut heap = Heap::new();
    /// let parent = heap.alloc(Layout::new(1, 0));
    /// let child = heap.alloc(Layout::new(1, 0));
    /// heap.set_field(parent, 0, Some(child));
    /// heap.set_field(child, 0, Some(parent));
    /// heap.set_finalizer(parent, |_, _| ());
    /// let found = heap.check_finalizers();
    /// assert_eq!(
    ///     found[0].to_string(),
    ///     format!(
    ///         "the finalizer of {parent} can never run: \
    ///          {parent} -> {child} -> {parent}"
    ///     )
    /// );
    /// ```
    pub fn check_finalizers(&self) -> Vec<NeverRuns> {
        let mut found = Vec::new();
        for (number, span) in self.memory.spans.iter().enumerate() {
            for word in 0..span.bitmap_words() {
                for index in span::slots_in(word, span.special[word]) {
                    let slot = SlotRef { span: number, index };
                    let list = self.specials.list(&self.memory, slot);
                    found.extend(list.filter_map(|s| self.check(s)));
                }
            }
        }
        found.sort_by_key(|never| (never.object, !never.is_finalizer));
        found
    }

    fn check(&self, special: &Special<D>) -> Option<NeverRuns> {
        let is_finalizer = match special.kind {
            SpecialKind::Finalizer(_) => true,
            SpecialKind::Cleanup { .. } => false,
            SpecialKind::Weak(_) | SpecialKind::Ephemeron { .. } => {
                return None;
            }
        };
        let object = self.memory.object_in(special.object);
        let from_fields =
            is_finalizer.then(|| self.path(object, object)).flatten();
        let reason = from_fields
            .map(|path| Reason::Reachable { path })
            .or_else(|| {
                let held = self.memory.object_in(special.held?);
                self.keeps(held, object)
            })
            .or_else(|| self.is_tiny(object).then_some(Reason::Tiny))?;
        Some(NeverRuns { object, is_finalizer, reason })
    }

    /// Returns how what a function holds keeps its object, if it does.
    fn keeps(&self, held: Pointer, object: Pointer) -> Option<Reason> {
        if held == object {
            return Some(Reason::Reachable { path: vec![object] });
        }
        if self.slot_start(held) == self.slot_start(object) {
            return Some(Reason::HoldsNeighbour { held });
        }
        let path = self.path(held, object)?;
        Some(Reason::Reachable { path })
    }

    /// Returns the shortest way along fields and ephemerons from `start` to `goal`, of at least
    /// one step. A pointer of an object to itself is no step: it keeps nothing.
    fn path(&self, start: Pointer, goal: Pointer) -> Option<Vec<Pointer>> {
        let goal = self.slot_start(goal)?;
        let start = self.slot_start(start)?;
        let mut came_from = HashMap::new();
        let mut next = VecDeque::from([start]);
        while let Some(object) = next.pop_front() {
            for reached in self.reached_from(object) {
                if reached == object {
                    continue;
                }
                came_from.entry(reached).or_insert_with(|| {
                    next.push_back(reached);
                    object
                });
            }
        }
        let mut path = vec![goal];
        loop {
            path.push(*came_from.get(path.last()?)?);
            if path.last() == Some(&start) {
                path.reverse();
                return Some(path);
            }
        }
    }

    /// Returns what the object's fields and its values lead to.
    pub(super) fn reached_from(&self, object: Pointer) -> Vec<Pointer> {
        let Some(slot) = self.memory.find(object) else {
            return Vec::new();
        };
        let fields = self.memory.spans[slot.span].fields(slot.index);
        let pointers = fields.iter().filter_map(|&f| self.memory.pointer_at(f));
        let list = self.specials.list(&self.memory, slot);
        let values = list.filter_map(|special| match special.kind {
            SpecialKind::Ephemeron { value, .. } => {
                Some(self.memory.object_in(value))
            }
            _ => None,
        });
        let reached = pointers.chain(values);
        reached.filter_map(|p| self.slot_start(p)).collect()
    }

    fn slot_start(&self, object: Pointer) -> Option<Pointer> {
        let slot = self.memory.find(object)?;
        Some(self.memory.object_at(slot))
    }

    /// Returns whether the object is in a slot that the tiny allocator may
    /// share.
    fn is_tiny(&self, object: Pointer) -> bool {
        self.memory.find(object).is_some_and(|slot| {
            let span = &self.memory.spans[slot.span];
            span.slot_size as usize == Tiny::BLOCK && span.pointers.is_empty()
        })
    }
}
