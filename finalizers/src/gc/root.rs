//! Where the collector starts: the objects that the program names as in use.

use super::driver::Driver;
use super::pointer::Pointer;
use super::{Heap, span::NONE};

/// An object that the collector must keep, until [`Heap::unroot`].
///
/// In Go the stack and the global variables are the roots, and the compiler
/// knows after which line a variable is used no more. Here the program says
/// so: giving the root back is the last mention.
#[derive(Debug, PartialEq, Eq)]
#[must_use = "without its root the object may go at the next collection"]
pub struct Root(u32);

/// The rooted objects, with numbers that are used again.
#[derive(Debug)]
pub(super) struct Roots {
    table: Vec<Slot>,
    first_free: u32,
}

#[derive(Debug)]
enum Slot {
    Taken(Pointer),
    Free { next: u32 },
}

impl Roots {
    pub(super) fn new() -> Roots {
        Roots { table: Vec::new(), first_free: NONE }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = Pointer> {
        self.table.iter().filter_map(|slot| match slot {
            Slot::Taken(pointer) => Some(*pointer),
            Slot::Free { .. } => None,
        })
    }

    #[inline]
    pub(super) fn add(&mut self, object: Pointer) -> Root {
        let index = self.first_free;
        match self.table.get_mut(index as usize) {
            Some(slot) => {
                let free = std::mem::replace(slot, Slot::Taken(object));
                let Slot::Free { next } = free else {
                    unreachable!("the list of free slots has free slots")
                };
                self.first_free = next;
                Root(index)
            }
            None => {
                self.table.push(Slot::Taken(object));
                Root(self.table.len() as u32 - 1)
            }
        }
    }

    #[inline]
    fn remove(&mut self, root: Root) -> Pointer {
        let next = self.first_free;
        self.first_free = root.0;
        let slot = &mut self.table[root.0 as usize];
        match std::mem::replace(slot, Slot::Free { next }) {
            Slot::Taken(object) => object,
            Slot::Free { .. } => panic!("a root of another heap"),
        }
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
        self.roots.add(object)
    }

    /// Ends what [`Heap::root`] began; the object stays until the next
    /// collection.
    ///
    /// # Panics
    ///
    /// When the root is of another heap.
    pub fn unroot(&mut self, root: Root) -> Pointer {
        self.roots.remove(root)
    }

    /// The object that a root keeps.
    ///
    /// # Panics
    ///
    /// When the root is of another heap.
    pub fn root_of(&self, root: &Root) -> Pointer {
        match self.roots.table.get(root.0 as usize) {
            Some(Slot::Taken(object)) => *object,
            _ => panic!("a root of another heap"),
        }
    }

    /// Keeps the object as in use up to here.
    ///
    /// Says nothing and does nothing: what counts is that the root still
    /// exists, and that the compiler checks it. Go 1.27, `runtime/mfinal.go`,
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
