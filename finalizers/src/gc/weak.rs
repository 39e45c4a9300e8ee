//! Pointers that do not keep their object.

use super::Heap;
use super::driver::Driver;
use super::pointer::Pointer;
use super::special::Kind;

/// A pointer that becomes nothing once its object is unreachable.
///
/// Two weak pointers are equal if they were made from the same object, even
/// when it is gone. Go 1.27, `weak/pointer.go`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Weak {
    index: u32,
    generation: u32,
}

/// What weak pointers point to: a handle each object, used again under
/// another generation when its object is gone.
#[derive(Debug)]
pub(super) struct WeakHandles {
    handles: Vec<Handle>,
    free: Vec<u32>,
}

#[derive(Debug)]
struct Handle {
    generation: u32,
    object: Option<Pointer>,
}

/// The handle of the objects of no size, which are never gone.
const ZERO_SIZED: u32 = 0;

impl WeakHandles {
    pub(super) fn new() -> WeakHandles {
        let mut handles = WeakHandles { handles: Vec::new(), free: Vec::new() };
        assert_eq!(handles.add(Pointer::ZERO_SIZED), ZERO_SIZED);
        handles
    }

    fn add(&mut self, object: Pointer) -> u32 {
        match self.free.pop() {
            Some(index) => {
                self.handles[index as usize].object = Some(object);
                index
            }
            None => {
                self.handles
                    .push(Handle { generation: 0, object: Some(object) });
                self.handles.len() as u32 - 1
            }
        }
    }

    /// Makes all weak pointers to the object point to nothing.
    pub(super) fn clear(&mut self, index: u32) {
        let handle = &mut self.handles[index as usize];
        handle.object = None;
        // A handle whose generations are used up is never given out again,
        // or an old weak pointer would come back to life.
        if let Some(generation) = handle.generation.checked_add(1) {
            handle.generation = generation;
            self.free.push(index);
        }
    }

    fn weak(&self, index: u32) -> Weak {
        let generation = self.handles[index as usize].generation;
        Weak { index, generation }
    }

    pub(super) fn object(&self, index: u32) -> Option<Pointer> {
        self.handles[index as usize].object
    }
}

impl<D: Driver> Heap<D> {
    /// A weak pointer to the object.
    ///
    /// # Panics
    ///
    /// When the object is freed.
    ///
    /// ```
    /// use finalizers::gc::{Heap, Layout};
    ///
    /// let mut heap = Heap::new();
    /// let object = heap.alloc(Layout::new(0, 64));
    /// let weak = heap.downgrade(object);
    /// assert_eq!(heap.upgrade(weak), Some(object));
    /// heap.collect();
    /// assert_eq!(heap.upgrade(weak), None);
    /// ```
    #[track_caller]
    pub fn downgrade(&mut self, object: Pointer) -> Weak {
        let Some(place) = self.place_of(object) else {
            return self.weak.weak(ZERO_SIZED);
        };
        let index =
            self.specials.list(&self.memory, place).find_map(|special| {
                match special.kind {
                    Kind::Weak(index) if special.object == object => {
                        Some(index)
                    }
                    _ => None,
                }
            });
        let index = index.unwrap_or_else(|| {
            let index = self.weak.add(object);
            let kind = Kind::Weak(index);
            self.specials.add(&mut self.memory, place, object, kind);
            index
        });
        self.weak.weak(index)
    }

    /// The object, unless a collection has found it unreachable.
    ///
    /// It stays nothing even if a finalizer brings the object back.
    #[inline]
    // ANCHOR: upgrade
    pub fn upgrade(&self, weak: Weak) -> Option<Pointer> {
        let handle = self.weak.handles.get(weak.index as usize)?;
        if handle.generation != weak.generation {
            return None;
        }
        handle.object
    }
    // ANCHOR_END: upgrade
}
