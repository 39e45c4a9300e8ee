//! Ephemerons: a value that lives as long as its key.
//!
//! A weak map in the hands of the program keeps its values until it is told
//! that their keys are gone. If a value leads to its own key, that is never.
//! An *ephemeron* knows better: the value is in use if the key is, and does not
//! keep it. Barry Hayes, *Ephemerons: a new finalization mechanism*, OOPSLA
//! 1997.
//!
//! A collector that has its ephemerons in a list looks at all of them again and
//! again, until a pass has marked nothing new. Here each hangs on its key, and
//! is looked at when the key is followed: once, however they are chained.

use super::driver::Driver;
use super::heap::Heap;
use super::pointer::Pointer;
use super::special::{Special, SpecialKind};

/// A value that lives as long as its key, and may be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ephemeron {
    key: Pointer,
    id: u64,
}

impl Ephemeron {
    fn names<D: Driver>(self, special: &Special<D>) -> bool {
        matches!(
            special.kind,
            SpecialKind::Ephemeron { id, .. } if id == self.id
        )
    }
}

impl<D: Driver> Heap<D> {
    /// Keeps `value`, and all that it reaches, as long as `key` is reachable.
    ///
    /// The key may be reachable through its own value: that does not count.
    /// A key may have many values. It loses them when a collection finds it
    /// unreachable, even if a finalizer brings it back, as weak pointers do.
    ///
    /// # Panics
    ///
    /// When either is freed, or the key has no size: all such objects are one.
    ///
    /// ```
    /// use finalizers::gc::{Heap, Layout};
    ///
    /// let mut heap = Heap::new();
    /// let key = heap.alloc(Layout::new(1, 8));
    /// let value = heap.alloc(Layout::new(1, 8));
    /// heap.set_field(value, 0, Some(key)); // leads back to its key
    /// let ephemeron = heap.add_ephemeron(key, value);
    /// let root = heap.root(key);
    /// heap.collect();
    /// assert_eq!(heap.ephemeron_value(ephemeron), Some(value));
    /// heap.unroot(root);
    /// heap.collect();
    /// assert_eq!(heap.ephemeron_value(ephemeron), None);
    /// assert!(!heap.is_allocated(key));
    /// ```
    #[track_caller]
    pub fn add_ephemeron(&mut self, key: Pointer, value: Pointer) -> Ephemeron {
        self.assert_allocated(value);
        let Some(slot) = self.slot_of(key) else {
            panic!("an object of no size is no key: all of them are one");
        };
        self.last_ephemeron += 1;
        let id = self.last_ephemeron;
        let kind = SpecialKind::Ephemeron { id, value: value.place() };
        self.specials.add(&mut self.memory, slot, key, kind);
        if self.is_marking && self.memory.is_marked(slot) {
            // The key may have been followed already.
            self.barrier_for(value);
        }
        Ephemeron { key, id }
    }

    /// Returns the value, or `None` once a collection has found the key
    /// unreachable, or if the ephemeron was removed or is of another heap.
    pub fn ephemeron_value(&self, ephemeron: Ephemeron) -> Option<Pointer> {
        let slot = self.memory.find(ephemeron.key)?;
        let mut list = self.specials.list(&self.memory, slot);
        list.find_map(|special| match special.kind {
            SpecialKind::Ephemeron { id, value } if id == ephemeron.id => {
                Some(self.memory.object_in(value))
            }
            _ => None,
        })
    }

    /// Lets go of the value. Returns whether the ephemeron was still there.
    pub fn remove_ephemeron(&mut self, ephemeron: Ephemeron) -> bool {
        let Some(slot) = self.memory.find(ephemeron.key) else {
            return false;
        };
        let Some(value) = self.ephemeron_value(ephemeron) else {
            return false;
        };
        self.specials.take(
            &mut self.memory,
            slot,
            |special| ephemeron.names(special),
            drop,
        );
        if self.is_marking {
            self.write_barrier(value.address(), 0);
        }
        true
    }
}
