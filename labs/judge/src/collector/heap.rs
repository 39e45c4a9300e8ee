//! What a program sees of the heap, and the trait that the reader implements.

use std::collections::{BTreeSet, VecDeque};

use super::memory::{Memory, SlotRef};
use super::span::Span;
use super::special::{SpecialKind, Specials, WeakHandles};

/// The parts of a collection.
pub trait Collector {
    /// Marks the object at this address: it is in use. If it was not marked
    /// before, its fields are still to be followed: it goes into `gray`.
    fn mark(heap: &mut Heap, address: u32);

    /// Follows what is in `gray`, until nothing is.
    fn drain(heap: &mut Heap);

    /// Frees every slot that is not marked, unmarks the others, and returns
    /// how many these are.
    fn sweep(span: &mut Span) -> u32;

    /// Marks what finalizers may use: all that an object with a finalizer
    /// points to, but not the object itself.
    fn mark_from_specials(heap: &mut Heap);

    /// Says what becomes of each object that is not marked and on which
    /// something hangs.
    fn sweep_specials(heap: &mut Heap);
}

/// A finalizer whose object was found dead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DueFinalizer {
    /// The object that it is given.
    pub object: u32,
    /// Which one.
    pub function: usize,
}

/// A cleanup whose object is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DueCleanup {
    /// Which one.
    pub function: usize,
}

/// A heap whose objects are named by their addresses.
///
/// ```
/// use lab_judge::collector::Heap;
/// use lab_judge::collector::planted::Ours;
///
/// let mut heap = Heap::default();
/// let (list, end) = (heap.alloc(), heap.alloc());
/// heap.set_field(list, 0, Some(end));
/// heap.unroot(end);
/// assert_eq!(heap.collect::<Ours>(), 2);
/// heap.set_finalizer(list, 7);
/// heap.unroot(list);
/// assert_eq!(heap.collect::<Ours>(), 2, "its finalizer is given both");
/// assert_eq!(heap.run_finalizers()[0].function, 7);
/// assert_eq!(heap.collect::<Ours>(), 0);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Heap {
    /// The objects.
    pub memory: Memory,
    /// What hangs on them.
    pub specials: Specials,
    /// Where weak pointers lead.
    pub weak: WeakHandles,
    /// Marked objects whose fields are still to be followed.
    pub gray: Vec<SlotRef>,
    /// Finalizers that are to be called, the next one first.
    pub due_finalizers: VecDeque<DueFinalizer>,
    /// Cleanups that are to be called, the next one first.
    pub due_cleanups: VecDeque<DueCleanup>,
    roots: BTreeSet<u32>,
}

impl Heap {
    /// Makes an object, whose fields are empty, and which is a root.
    pub fn alloc(&mut self) -> u32 {
        let object = self.memory.alloc();
        // A collector with a bug may have left something there.
        let slot = self.slot(object);
        self.specials.forget(&mut self.memory, slot);
        self.roots.insert(object);
        object
    }

    /// Makes the object a root: it is in use.
    pub fn root(&mut self, object: u32) {
        self.roots.insert(object);
    }

    /// Ends that: it is in use only if another object leads to it.
    pub fn unroot(&mut self, object: u32) {
        self.roots.remove(&object);
    }

    /// Returns whether the object is a root.
    pub fn is_root(&self, object: u32) -> bool {
        self.roots.contains(&object)
    }

    /// Makes field 0, 1 or 2 of the object hold the address of another.
    ///
    /// # Panics
    ///
    /// When there is no such object or field.
    pub fn set_field(&mut self, object: u32, field: usize, to: Option<u32>) {
        let slot = self.slot(object);
        let fields = &mut self.memory.spans[slot.span].pointers[slot.index];
        fields[field] = to.unwrap_or_default();
    }

    /// Returns the fields of the object: addresses, or 0.
    ///
    /// # Panics
    ///
    /// When there is no such object.
    pub fn fields(&self, object: u32) -> &[u32] {
        let slot = self.slot(object);
        &self.memory.spans[slot.span].pointers[slot.index]
    }

    /// Hangs a finalizer on the object, which has none.
    ///
    /// # Panics
    ///
    /// When there is no such object.
    pub fn set_finalizer(&mut self, object: u32, function: usize) {
        self.add(object, SpecialKind::Finalizer(function));
    }

    /// Hangs a cleanup on the object.
    ///
    /// # Panics
    ///
    /// When there is no such object.
    pub fn add_cleanup(&mut self, object: u32, function: usize) {
        self.add(object, SpecialKind::Cleanup { function });
    }

    /// Returns a weak pointer to the object.
    ///
    /// # Panics
    ///
    /// When there is no such object.
    pub fn downgrade(&mut self, object: u32) -> usize {
        let handle = self.weak.add(object);
        self.add(object, SpecialKind::Weak(handle));
        handle
    }

    /// Returns where a weak pointer leads.
    pub fn upgrade(&self, handle: usize) -> Option<u32> {
        self.weak.object(handle)
    }

    /// Returns whether the object is there.
    pub fn is_allocated(&self, object: u32) -> bool {
        self.memory.slot_at(object).is_some()
    }

    /// Collects. Returns how many objects are left, as the sweep says.
    pub fn collect<C: Collector>(&mut self) -> usize {
        self.mark_all::<C>();
        self.sweep_all::<C>()
    }

    /// Marks, and frees nothing.
    pub fn mark_all<C: Collector>(&mut self) {
        let due = self.due_finalizers.iter().map(|due| due.object);
        let starts: Vec<u32> = self.roots.iter().copied().chain(due).collect();
        starts.into_iter().for_each(|object| C::mark(self, object));
        if !self.specials.is_empty() {
            C::mark_from_specials(self);
        }
        C::drain(self);
    }

    /// Frees what is not marked. Returns how many objects are left, as the
    /// sweep says.
    pub fn sweep_all<C: Collector>(&mut self) -> usize {
        if !self.specials.is_empty() {
            C::sweep_specials(self);
        }
        let spans = self.memory.spans.iter_mut();
        let left = spans.map(|span| C::sweep(span) as usize).sum();
        self.memory.find_free();
        left
    }

    /// Calls the finalizers that are due. Returns them, in the order in which
    /// they were called.
    pub fn run_finalizers(&mut self) -> Vec<DueFinalizer> {
        self.due_finalizers.drain(..).collect()
    }

    /// Calls the cleanups that are due. Returns them, in the order in which
    /// they were called.
    pub fn run_cleanups(&mut self) -> Vec<DueCleanup> {
        self.due_cleanups.drain(..).collect()
    }

    fn add(&mut self, object: u32, kind: SpecialKind) {
        let slot = self.slot(object);
        self.specials.add(&mut self.memory, slot, kind);
    }

    fn slot(&self, object: u32) -> SlotRef {
        self.memory.slot_at(object).expect("there is such an object")
    }
}
