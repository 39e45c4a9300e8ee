//! Pointers that do not keep their object.

use super::driver::Driver;
use super::heap::Heap;
use super::numbered::Numbered;
use super::pointer::Pointer;
use super::special::SpecialKind;

/// A pointer that becomes nothing once its object is unreachable.
///
/// Two weak pointers are equal if they were made from the same object, even
/// when it is gone. Go 1.27, `weak/pointer.go`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Weak {
    heap: u64,
    index: u32,
    generation: u32,
}

/// What weak pointers point to: a handle each object, used again under
/// another generation when its object is gone.
#[derive(Debug)]
pub(super) struct WeakHandles {
    /// The heap whose handles they are.
    heap: u64,
    handles: Numbered<Handle>,
}

#[derive(Debug, Default)]
struct Handle {
    generation: u32,
    object: Option<Pointer>,
}

/// The handle of the objects of no size, which are never gone.
const ZERO_SIZED: u32 = 0;

const IS_TAKEN: &str = "records hold taken handles only";

impl WeakHandles {
    pub(super) fn new(heap: u64) -> Self {
        let mut this = Self { heap, handles: Numbered::new() };
        assert_eq!(this.add(Pointer::ZERO_SIZED), ZERO_SIZED);
        this
    }

    fn add(&mut self, object: Pointer) -> u32 {
        let (index, handle) = self.handles.take();
        handle.object = Some(object);
        index
    }

    /// Makes all weak pointers to the object point to nothing.
    pub(super) fn clear(&mut self, index: u32) {
        let handle = self.handles.get_mut(index).expect(IS_TAKEN);
        handle.object = None;
        // A handle whose generations are used up is never given out again,
        // or an old weak pointer would come back to life.
        if let Some(generation) = handle.generation.checked_add(1) {
            handle.generation = generation;
            self.handles.give_back(index);
        }
    }

    fn weak(&self, index: u32) -> Weak {
        let handle = self.handles.get(index).expect(IS_TAKEN);
        Weak { heap: self.heap, index, generation: handle.generation }
    }

    pub(super) fn object(&self, index: u32) -> Option<Pointer> {
        self.handles.get(index)?.object
    }
}

impl<D: Driver> Heap<D> {
    /// Returns a weak pointer to the object.
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
        let Some(slot) = self.slot_of(object) else {
            return self.weak.weak(ZERO_SIZED);
        };
        let index =
            self.specials.list(&self.memory, slot).find_map(|special| {
                match special.kind {
                    SpecialKind::Weak(index)
                        if special.object == object.place() =>
                    {
                        Some(index)
                    }
                    _ => None,
                }
            });
        let index = index.unwrap_or_else(|| {
            let index = self.weak.add(object);
            let kind = SpecialKind::Weak(index);
            self.specials.add(&mut self.memory, slot, object, kind);
            index
        });
        self.weak.weak(index)
    }

    /// Returns the object, or `None` once a collection has found it
    /// unreachable, even if a finalizer brings it back, or if the pointer is of
    /// another heap.
    #[inline]
    // ANCHOR: upgrade
    pub fn upgrade(&self, weak: Weak) -> Option<Pointer> {
        let handle = self.weak.handles.get(weak.index)?;
        if (handle.generation, self.id) != (weak.generation, weak.heap) {
            return None;
        }
        handle.object
    }
    // ANCHOR_END: upgrade
}
