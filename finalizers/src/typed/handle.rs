//! Who points to a value, and who keeps it.

use std::cell::RefCell;
use std::fmt;
use std::marker::PhantomData;
use std::rc::Rc;

use crate::gc::{Pointer, Root, Weak};

/// A pointer from one value to another, as light as a number.
///
/// It keeps a `T` only as a part of a value that is kept: see
/// [`Trace`](super::Trace). In a variable it keeps nothing; there one has a
/// [`Rooted`].
///
/// ```compile_fail,E0308
/// use finalizers::typed::{Gc, TypedHeap};
///
/// let mut heap = TypedHeap::new();
/// let number = heap.alloc(1_u32);
/// let text: Gc<String> = number.gc(); // error: a pointer to another type
/// ```
pub struct Gc<T> {
    pub(super) pointer: Pointer,
    of: PhantomData<fn() -> T>,
}

impl<T> Gc<T> {
    pub(super) fn new(pointer: Pointer) -> Self {
        Self { pointer, of: PhantomData }
    }
}

impl<T> Clone for Gc<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Gc<T> {}

impl<T> PartialEq for Gc<T> {
    fn eq(&self, other: &Self) -> bool {
        self.pointer == other.pointer
    }
}

impl<T> Eq for Gc<T> {}

impl<T> fmt::Debug for Gc<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Gc({})", self.pointer)
    }
}

/// Roots that were dropped, until their heap gives them back.
pub(super) type Dropped = Rc<RefCell<Vec<Root>>>;

/// The root of a value, given back when the last clone is dropped.
struct Keeper {
    root: Option<Root>,
    dropped: Dropped,
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.dropped.borrow_mut().extend(self.root.take());
    }
}

/// A value that the program keeps, as long as this or a clone of it is there.
///
/// It belongs into variables and into structures outside of the heap. Inside a
/// value it would keep it for ever if that value is what it keeps, so it is
/// not [`Trace`](super::Trace):
///
/// ```compile_fail,E0277
/// use finalizers::typed::Rooted;
///
/// finalizers::traced! {
///     struct Node {
///         next: Rooted<Node>, // error: use `Gc<Node>`
///     }
/// }
/// ```
///
/// Nor does it leave its thread, as its heap does not:
///
/// ```compile_fail,E0277
/// use finalizers::typed::TypedHeap;
///
/// let kept = TypedHeap::new().alloc(1_u32);
/// std::thread::spawn(move || kept); // error: it cannot be sent
/// ```
#[must_use = "without it the value may go at the next collection"]
pub struct Rooted<T> {
    gc: Gc<T>,
    keeper: Rc<Keeper>,
}

impl<T> Rooted<T> {
    pub(super) fn new(gc: Gc<T>, root: Root, dropped: &Dropped) -> Self {
        let dropped = Rc::clone(dropped);
        Self { gc, keeper: Rc::new(Keeper { root: Some(root), dropped }) }
    }

    /// Returns a pointer to the value, to store in another value.
    pub fn gc(&self) -> Gc<T> {
        self.gc
    }
}

impl<T> Clone for Rooted<T> {
    fn clone(&self) -> Self {
        Self { gc: self.gc, keeper: Rc::clone(&self.keeper) }
    }
}

impl<T> fmt::Debug for Rooted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Rooted({})", self.gc.pointer)
    }
}

/// A pointer that becomes nothing once its value is unreachable.
pub struct WeakGc<T> {
    pub(super) weak: Weak,
    of: PhantomData<fn() -> T>,
}

impl<T> WeakGc<T> {
    pub(super) fn new(weak: Weak) -> Self {
        Self { weak, of: PhantomData }
    }
}

impl<T> Clone for WeakGc<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for WeakGc<T> {}

impl<T> fmt::Debug for WeakGc<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WeakGc({:?})", self.weak)
    }
}
