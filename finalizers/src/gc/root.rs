//! Where the collector starts: the objects that the program names as in use.

use super::driver::Driver;
use super::heap::Heap;
use super::numbered::Numbered;
use super::pointer::Pointer;

/// An object that the collector must keep, until [`Heap::unroot`].
///
/// In Go the stack and the global variables are the roots, and the compiler
/// knows after which line a variable is used no more. Here the program says
/// so: giving the root back is the last mention.
#[derive(Debug, PartialEq, Eq)]
#[must_use = "without its root the object may go at the next collection"]
pub struct Root {
    heap: u64,
    number: u32,
}

/// The rooted objects, by the number of their root.
#[derive(Debug)]
pub(super) struct Roots {
    /// The heap whose roots they are.
    heap: u64,
    objects: Numbered<Option<Pointer>>,
}

impl Roots {
    pub(super) fn new(heap: u64) -> Self {
        Self { heap, objects: Numbered::new() }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = Pointer> {
        self.objects.iter().copied().flatten()
    }

    #[inline]
    pub(super) fn add(&mut self, object: Pointer) -> Root {
        let (number, entry) = self.objects.take();
        *entry = Some(object);
        Root { heap: self.heap, number }
    }

    #[inline]
    fn remove(&mut self, root: Root) -> Pointer {
        let object = self.object_of(&root);
        let entry = self.objects.get_mut(root.number);
        *entry.expect("it was looked at the line before") = None;
        self.objects.give_back(root.number);
        object
    }

    fn object_of(&self, root: &Root) -> Pointer {
        assert_eq!(root.heap, self.heap, "a root of another heap");
        let object = self.objects.get(root.number).copied().flatten();
        object.expect("a root is given back once")
    }
}

impl<D: Driver> Heap<D> {
    /// Keeps the object, and all that is reachable from it.
    ///
    /// # Panics
    ///
    /// When the object is freed.
    #[track_caller]
    pub fn root(&mut self, object: Pointer) -> Root {
        self.assert_allocated(object);
        self.barrier_for(object);
        self.roots.add(object)
    }

    /// Ends what [`Heap::root`] began. Returns the object, which stays until the
    /// next collection.
    ///
    /// # Panics
    ///
    /// When the root is of another heap.
    pub fn unroot(&mut self, root: Root) -> Pointer {
        self.roots.remove(root)
    }

    /// Returns the object that a root keeps.
    ///
    /// # Panics
    ///
    /// When the root is of another heap.
    pub fn root_of(&self, root: &Root) -> Pointer {
        self.roots.object_of(root)
    }

    /// Keeps the object as in use up to here.
    ///
    /// Does nothing: what counts is that the root still exists, which the
    /// compiler checks. Go 1.27, `runtime/mfinal.go`,
    /// `KeepAlive`, works the same way.
    ///
    /// ```compile_fail,E0382
    /// use finalizers::gc::{Heap, Layout};
    ///
    /// let mut heap = Heap::new();
    /// let file = heap.alloc(Layout::new(0, 64));
    /// let root = heap.root(file);
    /// heap.unroot(root);
    /// heap.keep_alive(&root); // error: borrow of a moved value
    /// ```
    pub fn keep_alive(&self, root: &Root) {
        let _ = root;
    }
}
