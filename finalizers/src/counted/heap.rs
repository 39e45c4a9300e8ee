//! Objects, their fields, and their counts.

// Not modelled: an atomic of loom cannot be in a static.
use std::sync::atomic::{AtomicU64, Ordering};

/// An object of a [`CountedHeap`].
///
/// As plain as a number: what keeps the object are counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Node {
    heap: u64,
    number: u32,
    generation: u32,
}

/// What trial deletion thinks of an object.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Colour {
    /// In use, or not looked at.
    #[default]
    Black,
    /// Its count fell and is not zero: it may be part of a dead cycle.
    Purple,
    /// The counts of its fields are taken away on trial.
    Gray,
    /// Nobody outside counts it.
    White,
}

#[derive(Debug, Default)]
pub(super) struct Object {
    /// Who points to it: fields, and the program.
    pub(super) count: u64,
    /// How much of the count is the program's.
    kept: u64,
    pub(super) colour: Colour,
    /// It is in `CountedHeap::candidates`.
    pub(super) is_candidate: bool,
    pub(super) fields: Box<[Option<u32>]>,
    is_allocated: bool,
    generation: u32,
}

/// What the counts have cost so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Work {
    /// How often the program has changed a count.
    pub counts: u64,
    /// How often trial deletion has looked at an object.
    pub visits: u64,
}

/// A heap whose objects count who points to them.
///
/// ```
/// use finalizers::counted::CountedHeap;
///
/// let mut heap = CountedHeap::new();
/// let [a, b] = [(); 2].map(|()| heap.alloc(1));
/// heap.set_field(a, 0, Some(b));
/// heap.release(b); // `a` keeps it
/// heap.set_field(b, 0, Some(a));
/// heap.release(a); // and it keeps `a`: a cycle
/// assert!(heap.is_allocated(a));
/// assert_eq!(heap.collect_cycles(), 2);
/// assert!(!heap.is_allocated(a));
/// ```
#[derive(Debug)]
pub struct CountedHeap {
    id: u64,
    pub(super) objects: Vec<Object>,
    free: Vec<u32>,
    /// Where dead cycles may be.
    pub(super) candidates: Vec<u32>,
    pub(super) work: Work,
}

impl CountedHeap {
    /// Returns an empty heap.
    pub fn new() -> Self {
        static LAST: AtomicU64 = AtomicU64::new(0);
        Self {
            id: LAST.fetch_add(1, Ordering::Relaxed) + 1,
            objects: Vec::new(),
            free: Vec::new(),
            candidates: Vec::new(),
            work: Work::default(),
        }
    }

    /// Allocates an object whose fields are empty. The caller counts as one
    /// who points to it, until [`CountedHeap::release`].
    ///
    /// # Panics
    ///
    /// When there are 2^32 objects.
    pub fn alloc(&mut self, fields: usize) -> Node {
        let number = self.free.pop().unwrap_or_else(|| {
            let number = u32::try_from(self.objects.len());
            self.objects.push(Object::default());
            number.expect("fewer than 2^32 objects at once")
        });
        let object = &mut self.objects[number as usize];
        (object.count, object.kept) = (1, 1);
        object.fields = vec![None; fields].into();
        object.is_allocated = true;
        self.node(number)
    }

    fn node(&self, number: u32) -> Node {
        let generation = self.objects[number as usize].generation;
        Node { heap: self.id, number, generation }
    }

    /// Returns whether the object is there: in use, or in a dead cycle that was
    /// not collected yet.
    pub fn is_allocated(&self, node: Node) -> bool {
        node.heap == self.id
            && self.objects.get(node.number as usize).is_some_and(|object| {
                object.is_allocated && object.generation == node.generation
            })
    }

    #[track_caller]
    fn number(&self, node: Node) -> u32 {
        assert!(
            self.is_allocated(node),
            "{node:?} was freed, or is of another heap"
        );
        node.number
    }

    /// Counts one more who points to the object.
    ///
    /// # Panics
    ///
    /// When it is freed, or of another heap.
    #[track_caller]
    pub fn retain(&mut self, node: Node) {
        let number = self.number(node);
        self.objects[number as usize].kept += 1;
        self.increment(number);
    }

    /// Counts one less who points to the object. The caller gives up what
    /// [`CountedHeap::alloc`] or [`CountedHeap::retain`] gave.
    ///
    /// # Panics
    ///
    /// When it is freed, of another heap, or released more often than kept.
    #[track_caller]
    pub fn release(&mut self, node: Node) {
        let number = self.number(node);
        let object = &mut self.objects[number as usize];
        let kept = object.kept.checked_sub(1);
        object.kept = kept.expect("released more often than kept");
        self.decrement(number);
    }

    /// Returns what field `index` of the object holds.
    ///
    /// # Panics
    ///
    /// When it is freed, of another heap, or has no such field.
    #[track_caller]
    pub fn field(&self, node: Node, index: usize) -> Option<Node> {
        let number = self.number(node);
        let field = self.objects[number as usize].fields[index];
        field.map(|number| self.node(number))
    }

    /// Makes field `index` of the object hold `value`: two counts change.
    ///
    /// # Panics
    ///
    /// When either is freed or of another heap, or there is no such field.
    #[track_caller]
    pub fn set_field(&mut self, node: Node, index: usize, value: Option<Node>) {
        let new = value.map(|value| self.number(value));
        let number = self.number(node) as usize;
        let field = &mut self.objects[number].fields[index];
        let old = std::mem::replace(field, new);
        // The new one first: it may be the old one.
        if let Some(new) = new {
            self.increment(new);
        }
        if let Some(old) = old {
            self.decrement(old);
        }
    }

    /// Returns how many objects there are.
    pub fn objects(&self) -> usize {
        self.objects.len() - self.free.len()
    }

    /// Returns what the counts have cost so far.
    pub fn work(&self) -> Work {
        self.work
    }

    // ANCHOR: counts
    fn increment(&mut self, number: u32) {
        let object = &mut self.objects[number as usize];
        self.work.counts += 1;
        object.count += 1;
        object.colour = Colour::Black;
    }

    fn decrement(&mut self, number: u32) {
        let mut next = vec![number];
        while let Some(number) = next.pop() {
            let object = &mut self.objects[number as usize];
            self.work.counts += 1;
            object.count -= 1;
            if object.count > 0 {
                self.suspect(number);
                continue;
            }
            object.colour = Colour::Black;
            next.extend(object.fields.iter_mut().filter_map(Option::take));
            // A candidate is freed when the candidates are looked through.
            if !object.is_candidate {
                self.free(number);
            }
        }
    }
    // ANCHOR_END: counts

    /// Notes that the object may be part of a dead cycle.
    fn suspect(&mut self, number: u32) {
        let object = &mut self.objects[number as usize];
        object.colour = Colour::Purple;
        if !std::mem::replace(&mut object.is_candidate, true) {
            self.candidates.push(number);
        }
    }

    pub(super) fn free(&mut self, number: u32) {
        let object = &mut self.objects[number as usize];
        // A number whose generations are used up is never given out again.
        let generation = object.generation.checked_add(1);
        *object = Object::default();
        if let Some(generation) = generation {
            object.generation = generation;
            self.free.push(number);
        }
    }
}

impl Default for CountedHeap {
    fn default() -> Self {
        Self::new()
    }
}
